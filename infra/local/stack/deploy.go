package stack

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// description is what CloudFormation says of the stack.
type description struct {
	Status string `xml:"DescribeStacksResult>Stacks>member>StackStatus"`
	Reason string `xml:"DescribeStacksResult>Stacks>member>StackStatusReason"`
	Tags   []struct {
		Key   string
		Value string
	} `xml:"DescribeStacksResult>Stacks>member>Tags>member"`
}

func (d description) is(fingerprint string) bool {
	if d.Status != "CREATE_COMPLETE" && d.Status != "UPDATE_COMPLETE" {
		return false
	}
	for _, tag := range d.Tags {
		if tag.Key == "fingerprint" {
			return tag.Value == fingerprint
		}
	}
	return false
}

func (c client) describe(ctx context.Context) (description, error) {
	var d description
	err := c.formation(ctx, "DescribeStacks", url.Values{}, &d)
	var no refused
	if errors.As(err, &no) && strings.Contains(string(no.body), "does not exist") {
		return d, nil
	}
	return d, err
}

// bring makes the stack what the template says, by a change set.
func (c client) bring(ctx context.Context, template string, parameters map[string]string) (changed bool, err error) {
	print := fingerprint(template, parameters)
	now, err := c.describe(ctx)
	if err != nil || now.is(print) {
		return false, err
	}
	kind := "UPDATE"
	switch now.Status {
	case "ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED": // a first deployment that failed: nothing is in it
		if err := c.formation(ctx, "DeleteStack", url.Values{}, nil); err != nil {
			return false, err
		}
		kind = "CREATE"
	case "", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS":
		kind = "CREATE"
	}
	set := "run-" + strconv.FormatInt(time.Now().UnixMilli(), 10)
	arguments := url.Values{
		"ChangeSetName": {set}, "ChangeSetType": {kind}, "TemplateBody": {template},
		"Capabilities.member.1": {"CAPABILITY_IAM"}, "Capabilities.member.2": {"CAPABILITY_AUTO_EXPAND"},
		"Tags.member.1.Key": {"fingerprint"}, "Tags.member.1.Value": {print},
	}
	for i, name := range sorted(parameters) {
		arguments.Set(fmt.Sprintf("Parameters.member.%d.ParameterKey", i+1), name)
		arguments.Set(fmt.Sprintf("Parameters.member.%d.ParameterValue", i+1), parameters[name])
	}
	if err := c.formation(ctx, "CreateChangeSet", arguments, nil); err != nil {
		return false, err
	}
	var ready struct {
		Status string `xml:"DescribeChangeSetResult>Status"`
		Reason string `xml:"DescribeChangeSetResult>StatusReason"`
	}
	for ready.Status = "CREATE_PENDING"; pending(ready.Status); {
		if err := pause(ctx); err != nil {
			return false, err
		}
		if err := c.formation(ctx, "DescribeChangeSet", url.Values{"ChangeSetName": {set}}, &ready); err != nil {
			return false, err
		}
	}
	if ready.Status != "CREATE_COMPLETE" {
		return false, fmt.Errorf("the change set is %s: %s", ready.Status, ready.Reason)
	}
	if err := c.formation(ctx, "ExecuteChangeSet", url.Values{"ChangeSetName": {set}}, nil); err != nil {
		return false, err
	}
	for now.Status = "REVIEW_IN_PROGRESS"; pending(now.Status); {
		if err := pause(ctx); err != nil {
			return false, err
		}
		if now, err = c.describe(ctx); err != nil {
			return false, err
		}
	}
	if !now.is(print) {
		return false, fmt.Errorf("the stack is %s: %s%s", now.Status, now.Reason, c.failures(ctx))
	}
	return true, nil
}

func pending(status string) bool {
	return strings.HasSuffix(status, "_PENDING") || strings.HasSuffix(status, "_IN_PROGRESS")
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(50 * time.Millisecond):
		return nil
	}
}

// failures names the resources that could not be deployed.
func (c client) failures(ctx context.Context) string {
	var events struct {
		All []struct {
			ID     string `xml:"LogicalResourceId"`
			Status string `xml:"ResourceStatus"`
			Reason string `xml:"ResourceStatusReason"`
		} `xml:"DescribeStackEventsResult>StackEvents>member"`
	}
	if c.formation(ctx, "DescribeStackEvents", url.Values{}, &events) != nil {
		return ""
	}
	var text strings.Builder
	for _, event := range events.All {
		if strings.HasSuffix(event.Status, "FAILED") {
			fmt.Fprintf(&text, "\n  %s: %s", event.ID, event.Reason)
		}
	}
	return text.String()
}

// resources maps logical to physical ids.
func (c client) resources(ctx context.Context) (map[string]string, error) {
	var found struct {
		XMLName xml.Name
		All     []struct {
			ID       string `xml:"LogicalResourceId"`
			Physical string `xml:"PhysicalResourceId"`
		} `xml:"DescribeStackResourcesResult>StackResources>member"`
	}
	if err := c.formation(ctx, "DescribeStackResources", url.Values{}, &found); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, resource := range found.All {
		names[resource.ID] = resource.Physical
	}
	return names, nil
}

// variables are a function's environment variables as Lambda has them.
func (c client) variables(ctx context.Context, function string) ([]string, error) {
	answer, err := c.call(ctx, "lambda", http.MethodGet, "/2015-03-31/functions/"+url.PathEscape(function)+"/configuration", "", nil)
	if err != nil {
		return nil, fmt.Errorf("read the configuration of %s: %w", function, err)
	}
	var configuration struct {
		Environment struct{ Variables map[string]string }
	}
	if err := json.Unmarshal(answer, &configuration); err != nil {
		return nil, fmt.Errorf("read the configuration of %s: %w", function, err)
	}
	var all []string
	for _, name := range sorted(configuration.Environment.Variables) {
		all = append(all, name+"="+configuration.Environment.Variables[name])
	}
	return all, nil
}
