package template

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"vestibule/infra/template/sam"
)

func TestTheContractIsWhatTheTemplateRoutes(t *testing.T) {
	promised := operations(t)
	for _, f := range template(t).Functions {
		compare(t, f.ID+" in template.yaml", routed(f, true), "openapi.yaml under the tag "+folder(f.ID), promised[folder(f.ID)])
		delete(promised, folder(f.ID))
	}
	for tag, operations := range promised {
		t.Errorf("openapi.yaml promises %q under the tag %s, which is no function", operations, tag)
	}
}

func TestThePagesAreWhatTheTemplateRoutes(t *testing.T) {
	for _, f := range template(t).Functions {
		pages := routed(f, false)
		registered := slices.DeleteFunc(patterns(t, f), func(route string) bool {
			// A function may have an answer ready for addresses that the gateway does not send to it.
			return strings.Contains(route, " /api/") || route == unknown && !slices.Contains(pages, unknown)
		})
		compare(t, f.ID+" in template.yaml", pages, "the routes in functions/"+folder(f.ID), registered)
	}
}

func TestNoTwoFunctionsAnswerTheSameRoute(t *testing.T) {
	owner := map[string]string{}
	for _, f := range template(t).Functions {
		for _, route := range slices.Concat(routed(f, true), routed(f, false)) {
			if other, taken := owner[route]; taken {
				t.Errorf("%s is routed to %s and to %s", route, other, f.ID)
			}
			owner[route] = f.ID
		}
	}
}

func TestARouteAsTheCodeWritesItIsTheTemplates(t *testing.T) {
	for pattern, want := range map[string]string{
		"GET /team":             "GET /team",
		"GET /{$}":              "GET /",
		"GET /assets/{file}":    "GET /assets/{file}",
		"/":                     "ANY $default",
		"POST /a/{b}/{rest...}": "POST /a/{b}/{rest+}",
	} {
		if got := route(pattern); got != want {
			t.Errorf("%q: got %q, want %q", pattern, got, want)
		}
	}
}

// routed lists the routes that the template gives a function: the JSON ones, or all others.
func routed(f sam.Function, json bool) []string {
	var routes []string
	for _, e := range f.Events {
		if e.Type == "HttpApi" && strings.HasPrefix(e.Path, "/api/") == json {
			routes = append(routes, strings.ToUpper(e.Method)+" "+e.Path)
		}
	}
	return routes
}

// operations lists the routes of openapi.yaml by their tag.
func operations(t *testing.T) map[string][]string {
	t.Helper()
	var paths map[string]map[string]yaml.Node
	node := raw(t, "openapi.yaml")["paths"]
	if err := node.Decode(&paths); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for path, methods := range paths {
		for method, node := range methods {
			if method == "parameters" {
				continue
			}
			var operation struct{ Tags []string }
			if err := node.Decode(&operation); err != nil {
				t.Fatalf("%s %s: %v", method, path, err)
			}
			if len(operation.Tags) != 1 {
				t.Errorf("%s %s has the tags %q; it takes one, the function that answers it", method, path, operation.Tags)
				continue
			}
			found[operation.Tags[0]] = append(found[operation.Tags[0]], strings.ToUpper(method)+" "+path)
		}
	}
	return found
}

// patterns lists what a function registers with its mux, as routes of the template.
func patterns(t *testing.T, f sam.Function) []string {
	t.Helper()
	var routes []string
	for _, file := range sources(t, f) {
		ast.Inspect(file, func(node ast.Node) bool {
			call, is := node.(*ast.CallExpr)
			if !is || len(call.Args) != 2 {
				return true
			}
			function, is := call.Fun.(*ast.SelectorExpr)
			if !is || function.Sel.Name != "HandleFunc" && function.Sel.Name != "Handle" {
				return true
			}
			literal, is := call.Args[0].(*ast.BasicLit)
			if !is || literal.Kind != token.STRING {
				t.Errorf("functions/%s registers a route that is not written out: nobody can find it by its address", folder(f.ID))
				return true
			}
			pattern, _ := strconv.Unquote(literal.Value)
			routes = append(routes, route(pattern))
			return true
		})
	}
	return routes
}

const unknown = "ANY $default"

// route writes a pattern of http.ServeMux as the template does.
func route(pattern string) string {
	if pattern == "/" {
		return unknown
	}
	return strings.ReplaceAll(strings.TrimSuffix(pattern, "{$}"), "...}", "+}")
}

func compare(t *testing.T, leftName string, left []string, rightName string, right []string) {
	t.Helper()
	for _, route := range left {
		if !slices.Contains(right, route) {
			t.Errorf("%s has %s; %s does not", leftName, route, rightName)
		}
	}
	for _, route := range right {
		if !slices.Contains(left, route) {
			t.Errorf("%s has %s; %s does not", rightName, route, leftName)
		}
	}
}
