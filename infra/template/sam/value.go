package sam

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Lookup says what a name means where the template is used: a parameter, a resource or a pseudo parameter such as AWS::Region.
// The attribute is empty for !Ref and what follows the dot for !GetAtt.
type Lookup func(id, attribute string) (string, error)

// ErrAbsent is the answer for a value that is not there: never written, or AWS::NoValue.
var ErrAbsent = errors.New("no value")

// Value is a piece of the template as it is written.
type Value struct {
	node     *yaml.Node
	template *Template
}

func (t *Template) value(node *yaml.Node) Value { return Value{node, t} }

// Present tells whether the value is written in the template.
func (v Value) Present() bool { return v.node != nil }

// Line is where the value stands.
func (v Value) Line() int {
	if v.node == nil {
		return 0
	}
	return v.node.Line
}

// At follows a path of keys.
func (v Value) At(path ...string) Value { return v.template.value(child(v.node, path...)) }

// Text resolves a value that is one text.
func (v Value) Text(names Lookup) (string, error) {
	node, err := v.resolve(names)
	if err != nil {
		return "", err
	}
	if node.Kind != yaml.ScalarNode {
		return "", fmt.Errorf("line %d: not one text", v.node.Line)
	}
	return node.Value, nil
}

// Decode resolves a value of any shape into a Go value, as yaml does.
func (v Value) Decode(names Lookup, into any) error {
	node, err := v.resolve(names)
	if err != nil {
		return err
	}
	return node.Decode(into)
}

func (v Value) resolve(names Lookup) (*yaml.Node, error) {
	if v.node == nil {
		return nil, ErrAbsent
	}
	return resolver{v.template, names}.node(v.node)
}

type resolver struct {
	template *Template
	names    Lookup
}

// intrinsic returns the name of the function a node calls, in its short form, and the function's argument.
func intrinsic(node *yaml.Node) (string, *yaml.Node) {
	if strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!") {
		return node.Tag[1:], node
	}
	if node.Kind == yaml.MappingNode && len(node.Content) == 2 {
		name, long := strings.CutPrefix(node.Content[0].Value, "Fn::")
		// A statement of a policy has a Condition too, but never as its only entry.
		if long || name == "Ref" || name == "Condition" && node.Content[1].Kind == yaml.ScalarNode {
			return name, node.Content[1]
		}
	}
	return "", nil
}

func (r resolver) node(node *yaml.Node) (*yaml.Node, error) {
	if node.Kind == yaml.AliasNode {
		return r.node(node.Alias)
	}
	if name, argument := intrinsic(node); name != "" {
		resolved, err := r.call(name, argument)
		if err != nil && !errors.Is(err, ErrAbsent) {
			return nil, fmt.Errorf("line %d: !%s: %w", node.Line, name, err)
		}
		return resolved, err
	}
	whole := *node
	whole.Content = nil
	switch node.Kind {
	case yaml.MappingNode:
		for key, value := range entries(node) {
			resolved, err := r.node(value)
			if errors.Is(err, ErrAbsent) {
				continue
			}
			if err != nil {
				return nil, err
			}
			whole.Content = append(whole.Content, key, resolved)
		}
	case yaml.SequenceNode:
		for _, item := range node.Content {
			resolved, err := r.node(item)
			if errors.Is(err, ErrAbsent) {
				continue
			}
			if err != nil {
				return nil, err
			}
			whole.Content = append(whole.Content, resolved)
		}
	}
	return &whole, nil
}

func (r resolver) call(name string, argument *yaml.Node) (*yaml.Node, error) {
	switch name {
	case "Ref":
		if argument.Value == "AWS::NoValue" {
			return nil, ErrAbsent
		}
		return written(r.names(argument.Value, ""))
	case "GetAtt":
		id, attribute, _ := strings.Cut(argument.Value, ".")
		if argument.Kind == yaml.SequenceNode && len(argument.Content) == 2 {
			id, attribute = argument.Content[0].Value, argument.Content[1].Value
		}
		return written(r.names(id, attribute))
	case "Sub":
		return written(r.sub(argument))
	case "Join":
		return written(r.join(argument))
	case "If":
		if len(argument.Content) != 3 {
			return nil, errors.New("wants a condition and two values")
		}
		is, err := r.named(argument.Content[0].Value)
		if err != nil {
			return nil, err
		}
		if is {
			return r.node(argument.Content[1])
		}
		return r.node(argument.Content[2])
	default:
		return nil, errors.New("is not known here")
	}
}

var placeholder = regexp.MustCompile(`\$\{(!?)([^}]+)\}`)

func (r resolver) sub(argument *yaml.Node) (string, error) {
	pattern, own := argument.Value, (*yaml.Node)(nil)
	if argument.Kind == yaml.SequenceNode {
		if len(argument.Content) != 2 {
			return "", errors.New("wants a text and a map")
		}
		pattern, own = argument.Content[0].Value, argument.Content[1]
	}
	var failed error
	filled := placeholder.ReplaceAllStringFunc(pattern, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		if parts[1] == "!" {
			return "${" + parts[2] + "}"
		}
		name := strings.TrimSpace(parts[2])
		if given := child(own, name); given != nil {
			resolved, err := r.node(given)
			if err != nil {
				failed = err
				return ""
			}
			return resolved.Value
		}
		id, attribute, _ := strings.Cut(name, ".")
		text, err := r.names(id, attribute)
		if err != nil {
			failed = err
		}
		return text
	})
	return filled, failed
}

func (r resolver) join(argument *yaml.Node) (string, error) {
	if argument.Kind != yaml.SequenceNode || len(argument.Content) != 2 {
		return "", errors.New("wants a separator and a list")
	}
	var parts []string
	for _, item := range argument.Content[1].Content {
		resolved, err := r.node(item)
		if err != nil {
			return "", err
		}
		parts = append(parts, resolved.Value)
	}
	return strings.Join(parts, argument.Content[0].Value), nil
}

// named decides a condition of the template by its name.
func (r resolver) named(name string) (bool, error) {
	node, ok := r.template.conditions[name]
	if !ok {
		return false, fmt.Errorf("there is no condition %s", name)
	}
	return r.condition(node)
}

func (r resolver) condition(node *yaml.Node) (bool, error) {
	name, argument := intrinsic(node)
	switch name {
	case "Condition":
		return r.named(argument.Value)
	case "Equals":
		if len(argument.Content) != 2 {
			return false, errors.New("!Equals wants two values")
		}
		left, err := r.node(argument.Content[0])
		if err != nil {
			return false, err
		}
		right, err := r.node(argument.Content[1])
		if err != nil {
			return false, err
		}
		return left.Value == right.Value, nil
	case "Not":
		if len(argument.Content) != 1 {
			return false, errors.New("!Not wants one condition")
		}
		is, err := r.condition(argument.Content[0])
		return !is, err
	case "And", "Or":
		for _, one := range argument.Content {
			is, err := r.condition(one)
			if err != nil {
				return false, err
			}
			if is == (name == "Or") {
				return is, nil
			}
		}
		return name == "And", nil
	default:
		return false, fmt.Errorf("line %d: not a condition", node.Line)
	}
}

// written makes a text a node, but keeps numbers and truth values apart from nothing: yaml decodes the text by what it says.
func written(text string, err error) (*yaml.Node, error) {
	if err != nil {
		return nil, err
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: text}, nil
}
