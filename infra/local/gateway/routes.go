package gateway

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"vestibule/infra/template/sam"
)

// route is one HttpApi event of the template.
type route struct {
	Method   string // "" for ANY
	Path     string // as the template has it; "$default" catches what no other route wants
	Function string
	segments []string
}

// key is how API Gateway names the route to the function.
func (r route) key() string {
	if r.Path == "$default" {
		return r.Path
	}
	return cmp.Or(r.Method, "ANY") + " " + r.Path
}

// routes stand in the order of preference: an exact segment before a {parameter} before a {rest+}, a method before ANY, $default last.
type routes []route

func routesOf(template *sam.Template) (routes, error) {
	var all routes
	for _, f := range template.Functions {
		for _, event := range f.Events {
			if event.Type != "HttpApi" {
				continue
			}
			r := route{Method: strings.ToUpper(event.Method), Path: cmp.Or(event.Path, "$default"), Function: f.ID}
			if r.Method == "ANY" {
				r.Method = ""
			}
			if r.Path != "$default" {
				if !strings.HasPrefix(r.Path, "/") {
					return nil, fmt.Errorf("event %s of %s: the path %s has no slash in front", event.ID, f.ID, r.Path)
				}
				r.segments = strings.Split(r.Path[1:], "/")
			}
			if i := slices.IndexFunc(all, func(other route) bool { return other.key() == r.key() }); i >= 0 {
				return nil, fmt.Errorf("%s and %s both want %s", all[i].Function, f.ID, r.key())
			}
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, compare)
	return all, nil
}

func compare(a, b route) int {
	if (a.Path == "$default") != (b.Path == "$default") {
		if a.Path == "$default" {
			return 1
		}
		return -1
	}
	for i := range min(len(a.segments), len(b.segments)) {
		if order := cmp.Compare(vagueness(a.segments[i]), vagueness(b.segments[i])); order != 0 {
			return order
		}
	}
	if order := cmp.Compare(len(b.segments), len(a.segments)); order != 0 {
		return order
	}
	return -cmp.Compare(len(a.Method), len(b.Method))
}

func vagueness(segment string) int {
	switch {
	case strings.HasSuffix(segment, "+}"):
		return 2
	case strings.HasPrefix(segment, "{"):
		return 1
	default:
		return 0
	}
}

// match finds the route of a request and the values of its path parameters.
func (all routes) match(method, path string) (route, map[string]string, bool) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for _, r := range all {
		if r.Method != "" && r.Method != method {
			continue
		}
		if r.Path == "$default" {
			return r, nil, true
		}
		if parameters, ok := r.parameters(segments); ok {
			return r, parameters, true
		}
	}
	return route{}, nil, false
}

func (r route) parameters(segments []string) (map[string]string, bool) {
	found := map[string]string{}
	for i, want := range r.segments {
		if i >= len(segments) {
			return nil, false
		}
		switch vagueness(want) {
		case 2:
			found[want[1:len(want)-2]] = strings.Join(segments[i:], "/")
			return found, segments[i] != "" || i+1 < len(segments)
		case 1:
			if segments[i] == "" {
				return nil, false
			}
			found[want[1:len(want)-1]] = segments[i]
		default:
			if segments[i] != want {
				return nil, false
			}
		}
	}
	return found, len(r.segments) == len(segments)
}
