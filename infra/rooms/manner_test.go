package rooms

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	said := map[string][]string{}
	var folders []string
	for _, s := range house(t) {
		if s.generated || strings.HasSuffix(s.file.Name.Name, "_test") {
			continue
		}
		if !slices.Contains(folders, s.room) {
			folders = append(folders, s.room)
		}
		if s.file.Doc != nil {
			said[s.room] = append(said[s.room], s.file.Doc.Text())
		}
	}
	for _, room := range folders {
		if complaint := introduced(room, said[room]); complaint != "" {
			t.Error(complaint)
		}
	}
}

func TestWhatIsNoPackageComment(t *testing.T) {
	for _, tt := range []struct {
		name     string
		comments []string
		refused  bool
	}{
		{"none", nil, true},
		{"two", []string{"Package id names things of the clinic.", "Package id names things of the clinic."}, true},
		{"another's name", []string{"Package ids names things of the clinic."}, true},
		{"no more than the name", []string{"Package id. It names things of the clinic."}, true},
		{"no sentence", []string{"Package id names things of the clinic"}, true},
		{"a sentence", []string{"Package id names things of the clinic. It says more."}, false},
		{"a sentence over two lines", []string{"Package id names things\nof the clinic: all of them.\n\nMore."}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if complaint := introduced("shared/id", tt.comments); (complaint != "") != tt.refused {
				t.Errorf("got %q, want refused: %t", complaint, tt.refused)
			}
		})
	}
	if complaint := introduced("functions/courier", []string{"Courier sends every mail, once."}); complaint != "" {
		t.Errorf("a function's comment is refused: %s", complaint)
	}
}

// introduced says what is wrong with the package comments of a room.
func introduced(room string, comments []string) string {
	switch {
	case len(comments) == 0:
		return room + " has no package comment: say in its first sentence what it is in a clinic's words"
	case len(comments) > 1:
		return fmt.Sprintf("%s has %d package comments: one place says what it is", room, len(comments))
	}
	sentence, _, ended := strings.Cut(strings.Join(strings.Fields(comments[0]), " ")+" ", ". ")
	words := strings.Fields(sentence)
	name := path.Base(room)
	if strings.HasPrefix(room, "functions/") {
		name = strings.ToLower(name)
		words = strings.Fields(strings.TrimPrefix(strings.ToLower(sentence), "command "))
	} else if len(words) > 0 && (words[0] == "Package" || words[0] == "Command") {
		words = words[1:]
	}
	if !ended || len(words) < 3 || !strings.EqualFold(words[0], name) {
		return fmt.Sprintf("the package comment of %s begins with %q: its first sentence says what %s is", room, sentence, name)
	}
	return ""
}

// kindWords name a kind of code instead of a thing of a clinic. What is put there has not found its noun.
var kindWords = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "type", "types", "misc", "lib", "base", "core", "service", "services"}

func TestNoPackageIsNamedAfterAKindOfCode(t *testing.T) {
	for _, s := range house(t) {
		for _, name := range []string{path.Base(s.room), s.file.Name.Name} {
			if slices.Contains(kindWords, strings.TrimSuffix(name, "_test")) {
				t.Errorf("%s: %q is a kind of code, not a thing: find the noun", s.path, name)
			}
			if strings.Contains(strings.TrimSuffix(name, "_test"), "_") {
				t.Errorf("%s: %q is not one word", s.path, name)
			}
		}
	}
}

const longest = 350

func TestNoFileIsTwoThings(t *testing.T) {
	for _, s := range house(t) {
		if s.lines > longest && !s.generated {
			t.Errorf("%s has %d lines; past %d it is probably two things", s.path, s.lines, longest)
		}
	}
}

var (
	todo   = regexp.MustCompile(`\b(TODO|FIXME|XXX)\b.{0,12}`)
	issued = regexp.MustCompile(`^TODO ?\(?#\d+\)?`)
)

func TestEveryTodoCarriesItsIssue(t *testing.T) {
	err := eachFile(func(name string, text []byte) error {
		if name == "infra/rooms/manner_test.go" || strings.HasPrefix(name, "infra/tools/") {
			return nil
		}
		for _, found := range promises(string(text)) {
			t.Errorf("%s: %q has no issue number: write TODO(#12), or do it", name, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found := promises("a // TODO(#12): b\n// TODO #3 c\n"); len(found) != 0 {
		t.Errorf("numbered ones are refused: %q", found)
	}
	if found := promises("a // TODO later\n// FIXME(#3)\n<!-- XXX -->"); len(found) != 3 {
		t.Errorf("found %q, want three without a number", found)
	}
}

// promises finds what somebody means to do some day.
func promises(text string) []string {
	return slices.DeleteFunc(todo.FindAllString(text, -1), issued.MatchString)
}

func TestNoInterfaceForOneThing(t *testing.T) {
	interfaces, structs := 0, 0
	for _, s := range house(t) {
		if s.test || s.generated || forTests(s.room) {
			continue
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.TypeSpec:
				switch n.Type.(type) {
				case *ast.InterfaceType:
					interfaces++
				case *ast.StructType:
					structs++
				}
			}
			return true
		})
	}
	// Above this share somebody has begun to write an interface because there is a struct.
	if share := float64(interfaces) / float64(structs); share > 0.15 {
		t.Errorf("%d interfaces beside %d structs", interfaces, structs)
	}
}
