package template

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vestibule/infra/template/sam"
)

func TestWhatAFunctionReadsIsWhatItIsGiven(t *testing.T) {
	everybodys := globals(t)
	for _, f := range template(t).Functions {
		reads := variables(t, sources(t, f))
		for name := range f.Environment {
			if _, global := everybodys[name]; !global && !slices.Contains(reads, name) {
				t.Errorf("template.yaml gives %s the variable %s, but functions/%s does not read it", f.ID, name, folder(f.ID))
			}
		}
		for _, name := range reads {
			if _, given := f.Environment[name]; !given {
				t.Errorf("functions/%s reads the variable %s, but template.yaml does not give it to %s", folder(f.ID), name, f.ID)
			}
		}
	}
}

func TestWhatAFunctionIsGivenIsWhatItMayTouch(t *testing.T) {
	for _, f := range template(t).Functions {
		given := resources(t, f, template(t))
		allowed, err := f.Allowed()
		if err != nil {
			t.Fatal(err)
		}
		var touched []string
		for _, p := range allowed {
			id, _, _ := strings.Cut(p.Resource, "/")
			if id != "ses" && !slices.Contains(touched, id) {
				touched = append(touched, id)
			}
		}
		for _, id := range touched {
			if !slices.Contains(given, id) {
				t.Errorf("%s may touch %s, but no variable tells it where that is", f.ID, id)
			}
		}
		for _, id := range given {
			if !slices.Contains(touched, id) {
				t.Errorf("a variable tells %s where %s is, but no statement lets it in", f.ID, id)
			}
		}
	}
}

// A noun is imported by a function for what stands in its table. What a function knows of a noun without its table stands here.
var tableless = map[string][]string{
	"courier":  {},
	"sessions": {"team"}, // who may invite, for the navigation
}

func TestEveryNounOfAFunctionHasItsTable(t *testing.T) {
	for _, f := range template(t).Functions {
		var nouns []string
		for _, file := range sources(t, f) {
			for _, spec := range file.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				noun := strings.TrimPrefix(imported, "vestibule/shared/")
				if _, kept := template(t).Table(strings.ToUpper(noun[:1]) + noun[1:] + "Table"); kept && noun != imported && !slices.Contains(nouns, noun) {
					nouns = append(nouns, noun)
				}
			}
		}
		reads := variables(t, sources(t, f))
		for _, noun := range nouns {
			if !slices.Contains(reads, strings.ToUpper(noun)+"_TABLE") && !slices.Contains(tableless[folder(f.ID)], noun) {
				t.Errorf("functions/%s imports shared/%s, but its environment has no %s_TABLE", folder(f.ID), noun, strings.ToUpper(noun))
			}
		}
		for _, name := range reads {
			if noun, table := strings.CutSuffix(name, "_TABLE"); table && !slices.Contains(nouns, strings.ToLower(noun)) {
				t.Errorf("functions/%s has %s in its environment, but does not import shared/%s", folder(f.ID), name, strings.ToLower(noun))
			}
		}
	}
}

// resources are the tables, keys and queues that a function's variables name.
func resources(t *testing.T, f sam.Function, in *sam.Template) []string {
	t.Helper()
	var ids []string
	for name, value := range f.Environment {
		_, err := value.Text(func(id, _ string) (string, error) {
			if r, is := in.Resource(id); is && r.Type != "AWS::SES::ConfigurationSet" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
			return id, nil
		})
		if err != nil {
			t.Fatalf("variable %s of %s: %v", name, f.ID, err)
		}
	}
	slices.Sort(ids)
	return ids
}

// sources parses the files of a function that people write, without its tests.
func sources(t *testing.T, f sam.Function) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(top, "functions", folder(f.ID), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".gen.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// variables are what the struct called environment reads, by its tags.
func variables(t *testing.T, files []*ast.File) []string {
	t.Helper()
	var names []string
	found := false
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			spec, is := node.(*ast.TypeSpec)
			if !is || spec.Name.Name != "environment" {
				return true
			}
			found = true
			for _, field := range spec.Type.(*ast.StructType).Fields.List {
				if field.Tag == nil {
					t.Fatalf("field %s of environment has no tag", field.Names)
				}
				tag, _ := strconv.Unquote(field.Tag.Value)
				name, _, _ := strings.Cut(reflect.StructTag(tag).Get("env"), ",")
				names = append(names, name)
			}
			return false
		})
	}
	if !found && len(files) > 0 {
		t.Fatalf("package %s has no struct called environment", files[0].Name)
	}
	return names
}
