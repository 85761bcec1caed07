package template

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"

	"vestibule/infra/template/sam"
)

const top = "../.."

var loaded = sync.OnceValues(func() (*sam.Template, error) { return sam.Load(filepath.Join(top, "template.yaml")) })

func template(t *testing.T) *sam.Template {
	t.Helper()
	template, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// raw reads a YAML file as it is written, for what the typed view leaves out.
func raw(t *testing.T, name string) map[string]yaml.Node {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]yaml.Node
	if err := yaml.Unmarshal(text, &parts); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return parts
}

// entry decodes one resource as it is written.
func entry(t *testing.T, id string, into any) {
	t.Helper()
	resources := raw(t, "template.yaml")["Resources"]
	for i := 0; i+1 < len(resources.Content); i += 2 {
		if resources.Content[i].Value == id {
			if err := resources.Content[i+1].Decode(into); err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			return
		}
	}
	t.Fatalf("template.yaml has no resource %s", id)
}

// folder is where a function's code is: "team" for TeamFunction.
func folder(id string) string { return strings.ToLower(strings.TrimSuffix(id, "Function")) }

func TestEveryFunctionHasItsFolderAndEveryFolderItsFunction(t *testing.T) {
	var resources, folders []string
	for _, f := range template(t).Functions {
		resources = append(resources, folder(f.ID))
	}
	entries, err := os.ReadDir(filepath.Join(top, "functions"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		folders = append(folders, e.Name())
	}
	slices.Sort(resources)
	if !slices.Equal(resources, folders) {
		t.Errorf("template.yaml has functions for %q, functions/ has folders %q", resources, folders)
	}
}

func TestEveryFunctionIsBuiltTheSameWay(t *testing.T) {
	for _, f := range template(t).Functions {
		if f.Runtime != "provided.al2023" || !slices.Equal(f.Architectures, []string{"arm64"}) {
			t.Errorf("%s runs on %s %q, want provided.al2023 on arm64", f.ID, f.Runtime, f.Architectures)
		}
		if f.CodeURI != "." || f.Handler != "bootstrap" || f.BuildMethod != "makefile" {
			t.Errorf("%s is built from %q as %q by %q, want \".\", \"bootstrap\" and \"makefile\": SAM calls `make build-%s`", f.ID, f.CodeURI, f.Handler, f.BuildMethod, f.ID)
		}
	}
}

// keys of a function, in the order in which a reader asks: what runs, how large, what it knows, what it may, who calls.
var keys = []string{"CodeUri", "Handler", "MemorySize", "Timeout", "Environment", "Policies", "Events"}

func TestEveryFunctionHasTheSameKeysInTheSameOrder(t *testing.T) {
	for _, f := range template(t).Functions {
		var e struct {
			Properties yaml.Node `yaml:"Properties"`
		}
		entry(t, f.ID, &e)
		var written []string
		for i := 0; i < len(e.Properties.Content); i += 2 {
			written = append(written, e.Properties.Content[i].Value)
		}
		want := slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
			// A function that touches nothing has nothing to know and nothing to be allowed.
			return (key == "Environment" || key == "Policies") && len(f.Environment) == len(globals(t)) && len(f.Statements) == 0
		})
		if !slices.Equal(written, want) {
			t.Errorf("%s has the keys %q, want %q", f.ID, written, want)
		}
	}
}

func TestEveryFunctionSaysWhatItIsWhoCallsItAndWhatPeopleNotice(t *testing.T) {
	for _, f := range template(t).Functions {
		lines := strings.Split(f.Comment, "\n")
		if len(lines) < 3 {
			t.Errorf("%s (line %d) begins with %d lines of comment; say what it does, who calls it, and what people notice when it fails", f.ID, f.Line, len(lines))
			continue
		}
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Called by ") }) {
			t.Errorf("the comment of %s (line %d) does not say by whom it is called", f.ID, f.Line)
		}
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "When it fails ") }) {
			t.Errorf("the comment of %s (line %d) does not say what people notice when it fails", f.ID, f.Line)
		}
	}
}

// globals are the variables that every function gets.
func globals(t *testing.T) map[string]yaml.Node {
	t.Helper()
	var g struct {
		Function struct {
			Environment struct {
				Variables map[string]yaml.Node `yaml:"Variables"`
			} `yaml:"Environment"`
		} `yaml:"Function"`
	}
	node := raw(t, "template.yaml")["Globals"]
	if err := node.Decode(&g); err != nil {
		t.Fatal(err)
	}
	return g.Function.Environment.Variables
}
