package rooms

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "vestibule/"

// source is one Go file of the house.
type source struct {
	path      string // from the top of the repository: "shared/id/id.go"
	room      string // its folder: "shared/id"
	test      bool
	generated bool
	lines     int
	set       *token.FileSet
	file      *ast.File
}

// imports lists what a file imports; what is ours without the module's name.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, strings.TrimPrefix(imported, module))
	}
	return paths
}

// at says where something stands.
func (s source) at(node ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(node.Pos()).Line)
}

const top = "../.."

var walked = sync.OnceValues(walk)

// house returns all Go files of the module.
func house(t *testing.T) []source {
	t.Helper()
	sources, err := walked()
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) < 50 {
		t.Fatalf("only %d Go files found: this is not the whole house", len(sources))
	}
	return sources
}

func walk() ([]source, error) {
	var sources []source
	err := eachFile(func(name string, text []byte) error {
		if path.Ext(name) != ".go" {
			return nil
		}
		s, err := parse(name, string(text))
		sources = append(sources, s)
		return err
	})
	return sources, err
}

func parse(name, text string) (source, error) {
	s := source{path: name, room: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), lines: strings.Count(text, "\n"), set: token.NewFileSet()}
	var err error
	s.file, err = parser.ParseFile(s.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err == nil {
		s.generated = ast.IsGenerated(s.file)
	}
	return s, err
}

// eachFile visits the files of the module that people write. A folder with a go.mod of its own is another house.
func eachFile(visit func(name string, text []byte) error) error {
	for _, wing := range []string{"functions", "shared", "infra"} {
		err := filepath.WalkDir(filepath.Join(top, wing), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				_, err := os.Stat(filepath.Join(name, "go.mod"))
				if err == nil || slices.Contains([]string{"testdata", "node_modules"}, entry.Name()) {
					return filepath.SkipDir
				}
				return nil
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			return visit(filepath.ToSlash(strings.TrimPrefix(name, top+string(filepath.Separator))), text)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// planted parses a file that breaks a rule, to show that the rule is held.
func planted(t *testing.T, name, text string) source {
	t.Helper()
	s, err := parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
