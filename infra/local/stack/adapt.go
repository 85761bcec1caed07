package stack

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// adapt returns the template as it is deployed on one machine: with the code where it was uploaded, and with every event source but HTTP
// switched off, because the gateway serves them.
func adapt(ctx context.Context, path string, code map[string]string, store bucket) (string, error) {
	text, err := read(path)
	if err != nil {
		return "", err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	if len(document.Content) == 0 {
		return "", fmt.Errorf("%s is empty", path)
	}
	resources := field(document.Content[0], "Resources")
	for i := 0; resources != nil && i+1 < len(resources.Content); i += 2 {
		id, resource := resources.Content[i].Value, resources.Content[i+1]
		properties := field(resource, "Properties")
		switch field(resource, "Type").Value {
		case "AWS::Serverless::Function":
			set(properties, "CodeUri", code[id])
			events := field(properties, "Events")
			for j := 1; events != nil && j < len(events.Content); j += 2 {
				switchOff(events.Content[j])
			}
		case "AWS::CloudFormation::Stack":
			nested := field(properties, "TemplateURL").Value
			if strings.Contains(nested, "://") {
				continue
			}
			text, err := adapt(ctx, filepath.Join(filepath.Dir(path), nested), code, store)
			if err != nil {
				return "", err
			}
			url, err := store.template(ctx, nested, text)
			if err != nil {
				return "", err
			}
			set(properties, "TemplateURL", url)
		case "AWS::CloudWatch::Alarm":
			watchOne(properties)
		}
	}
	adapted, err := yaml.Marshal(&document)
	return string(adapted), err
}

func switchOff(event *yaml.Node) {
	switch field(event, "Type").Value {
	case "HttpApi":
	case "ScheduleV2":
		set(field(event, "Properties"), "State", "DISABLED")
	default:
		put(field(event, "Properties"), "Enabled", yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "false"})
	}
}

// watchOne leaves an alarm that computes with several metrics the first of them. The double knows no metric math, and no alarm rings on
// one machine.
func watchOne(alarm *yaml.Node) {
	metrics := field(alarm, "Metrics")
	if metrics == nil {
		return
	}
	for _, metric := range metrics.Content {
		stat := field(metric, "MetricStat")
		if stat == nil {
			continue
		}
		for _, name := range []string{"Namespace", "MetricName"} {
			set(alarm, name, field(field(stat, "Metric"), name).Value)
		}
		set(alarm, "Statistic", "Sum")
		set(alarm, "Period", "300")
		break
	}
	for i := 0; i < len(alarm.Content); i += 2 {
		if alarm.Content[i].Value == "Metrics" {
			alarm.Content = append(alarm.Content[:i], alarm.Content[i+2:]...)
			return
		}
	}
}

// field is a value of a mapping; nil when there is none.
func field(mapping *yaml.Node, name string) *yaml.Node {
	for i := 0; mapping != nil && i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// set puts a text into a mapping.
func set(mapping *yaml.Node, name, text string) {
	put(mapping, name, yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text})
}

func put(mapping *yaml.Node, name string, value yaml.Node) {
	if present := field(mapping, name); present != nil {
		*present = value
		return
	}
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, &value)
}
