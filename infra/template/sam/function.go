package sam

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

func (t *Template) function(r Resource, globals *yaml.Node) (Function, error) {
	properties := r.Properties.node
	f := Function{Resource: r, Environment: map[string]Value{}, BuildMethod: text(child(r.entry, "Metadata", "BuildMethod"))}
	// What the function says itself comes last and wins.
	for _, from := range []*yaml.Node{globals, properties} {
		var plain struct {
			CodeURI       *string  `yaml:"CodeUri"`
			Handler       *string  `yaml:"Handler"`
			Runtime       *string  `yaml:"Runtime"`
			Architectures []string `yaml:"Architectures"`
			MemorySize    *int     `yaml:"MemorySize"`
			Timeout       *int     `yaml:"Timeout"`
		}
		if err := decode(from, &plain); err != nil {
			return f, err
		}
		set(&f.CodeURI, plain.CodeURI)
		set(&f.Handler, plain.Handler)
		set(&f.Runtime, plain.Runtime)
		set(&f.MemorySize, plain.MemorySize)
		set(&f.Timeout, plain.Timeout)
		if plain.Architectures != nil {
			f.Architectures = plain.Architectures
		}
		for name, node := range entries(child(from, "Environment", "Variables")) {
			f.Environment[name.Value] = t.value(node)
		}
	}
	for _, policy := range list(child(properties, "Policies")) {
		if err := t.policy(&f, policy); err != nil {
			return f, err
		}
	}
	for id, node := range entries(child(properties, "Events")) {
		event := Event{ID: id.Value, Line: id.Line, Type: text(child(node, "Type")), Properties: t.value(child(node, "Properties"))}
		event.Method = text(child(node, "Properties", "Method"))
		event.Path = text(child(node, "Properties", "Path"))
		for _, source := range []string{"Stream", "Queue"} {
			if from := child(node, "Properties", source); from != nil {
				event.Source = t.value(from)
			}
		}
		f.Events = append(f.Events, event)
	}
	return f, nil
}

func (t *Template) policy(f *Function, policy *yaml.Node) error {
	if policy.Kind != yaml.MappingNode {
		f.PolicyNames = append(f.PolicyNames, policy.Value)
		return nil
	}
	statements := child(policy, "Statement")
	if statements == nil {
		for name := range entries(policy) {
			f.PolicyNames = append(f.PolicyNames, name.Value)
		}
		return nil
	}
	for _, node := range list(statements) {
		s := Statement{
			Sid: text(child(node, "Sid")), Effect: text(child(node, "Effect")),
			Condition: t.value(child(node, "Condition")), Line: node.Line,
		}
		for _, action := range list(child(node, "Action")) {
			s.Actions = append(s.Actions, action.Value)
		}
		for _, resource := range list(child(node, "Resource")) {
			s.Resources = append(s.Resources, t.value(resource))
		}
		if s.Effect == "" || len(s.Actions) == 0 || len(s.Resources) == 0 {
			return fmt.Errorf("the statement in line %d lacks Effect, Action or Resource", node.Line)
		}
		f.Statements = append(f.Statements, s)
	}
	return nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
