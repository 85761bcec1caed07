package gateway

import (
	"fmt"
	"strings"
)

// matches tells whether a record has what a filter pattern of an event source mapping asks for. It knows the forms that templates here
// use and refuses all others.
func matches(pattern, value any) (bool, error) {
	switch p := pattern.(type) {
	case map[string]any:
		fields, _ := value.(map[string]any)
		all := true
		for name, inner := range p {
			if name == "$or" {
				return false, fmt.Errorf("the filter form $or is not known here")
			}
			ok, err := matches(inner, fields[name])
			if err != nil {
				return false, err
			}
			all = all && ok
		}
		return all, nil
	case []any:
		any := false
		for _, one := range p {
			ok, err := matchesOne(one, value)
			if err != nil {
				return false, err
			}
			any = any || ok
		}
		return any, nil
	default:
		return false, fmt.Errorf("a filter wants a map or a list, not %v", pattern)
	}
}

func matchesOne(want, value any) (bool, error) {
	form, ok := want.(map[string]any)
	if !ok {
		return want == value, nil
	}
	text, isText := value.(string)
	for name, argument := range form {
		switch name {
		case "prefix":
			prefix, _ := argument.(string)
			return isText && strings.HasPrefix(text, prefix), nil
		case "suffix":
			suffix, _ := argument.(string)
			return isText && strings.HasSuffix(text, suffix), nil
		case "exists":
			return (value != nil) == (argument == true), nil
		case "anything-but":
			list, ok := argument.([]any)
			if !ok {
				list = []any{argument}
			}
			for _, not := range list {
				if not == value {
					return false, nil
				}
			}
			return value != nil, nil
		default:
			return false, fmt.Errorf("the filter form %s is not known here", name)
		}
	}
	return false, fmt.Errorf("an empty filter form")
}
