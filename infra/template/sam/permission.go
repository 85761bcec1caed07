package sam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Permission is one action on one resource.
type Permission struct {
	Action   string // "dynamodb:PutItem"
	Resource string // a logical id, "InviteTable/index/by_mail" for an index, "ses" for whatever of SES
}

func (p Permission) String() string { return p.Action + " " + p.Resource }

// Compare orders permissions by resource, then action, as a reader of a policy groups them.
func (p Permission) Compare(other Permission) int {
	return cmp.Or(cmp.Compare(p.Resource, other.Resource), cmp.Compare(p.Action, other.Action))
}

// Allowed lists what a function's statements allow, sorted and each once.
func (f Function) Allowed() ([]Permission, error) {
	var allowed []Permission
	for _, s := range f.Statements {
		if s.Effect != "Allow" {
			return nil, fmt.Errorf("line %d: only Allow statements can be listed as permissions, this one says %s", s.Line, s.Effect)
		}
		for _, resource := range s.Resources {
			label, err := label(resource)
			if err != nil {
				return nil, err
			}
			for _, action := range s.Actions {
				allowed = append(allowed, Permission{action, label})
			}
		}
	}
	slices.SortFunc(allowed, Permission.Compare)
	return slices.Compact(allowed), nil
}

// label names a policy's resource by logical ids instead of by arn.
func label(resource Value) (string, error) {
	arn, err := resource.Text(func(id, _ string) (string, error) { return id, nil })
	if err != nil {
		return "", err
	}
	// arn:partition:service:region:account:rest, where partition, region and account are names like AWS::Region here
	rest, is := strings.CutPrefix(strings.ReplaceAll(arn, "AWS::", ""), "arn:")
	if !is {
		return arn, nil
	}
	parts := strings.SplitN(rest, ":", 5)
	if len(parts) < 5 {
		return arn, nil
	}
	switch service, name := parts[1], parts[4]; service {
	case "ses":
		// SES checks identity and configuration set of one call together; telling them apart would tell nothing.
		return "ses", nil
	case "dynamodb":
		return strings.TrimPrefix(name, "table/"), nil
	case "kms":
		return strings.TrimPrefix(name, "key/"), nil
	default:
		return name, nil
	}
}
