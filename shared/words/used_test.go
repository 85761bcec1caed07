package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	inPage  = regexp.MustCompile(`\.T "([^"]+)"`)
	inFault = regexp.MustCompile(`\.Fault "([^"]+)"`)
)

// Every key that stands as a literal in a page or in Go, and every code of a refusal, has a text. The other direction is not tested:
// keys are also made of parts, such as the name of a role.
func TestEveryTextThatIsWantedStandsInTheCatalogue(t *testing.T) {
	want := func(where, key string) {
		if !Has(key) {
			t.Errorf("%s wants %s, which has no text", where, key)
		}
	}
	for _, root := range []string{"../../functions", "../../shared"} {
		err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			where := strings.TrimPrefix(filepath.ToSlash(file), "../../")
			switch {
			case strings.HasSuffix(file, ".html"):
				content, err := os.ReadFile(file)
				if err != nil {
					return err
				}
				for _, found := range inPage.FindAllStringSubmatch(string(content), -1) {
					want(where, found[1])
				}
				for _, found := range inFault.FindAllStringSubmatch(string(content), -1) {
					want(where, "fault."+found[1])
				}
			case strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go"):
				parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
				if err != nil {
					return err
				}
				for _, key := range wantedIn(parsed) {
					want(where, key)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// wantedIn finds words.T(lang, "key"), words.Text(lang, "key"), words.Fault(lang, "code"), fault.New(kind, "code"),
// fault.Field{Code: "code"} and page.Frame{Title: "key"}.
func wantedIn(file *ast.File) []string {
	var keys []string
	add := func(prefix string, expr ast.Expr) {
		if literal, ok := expr.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, _ := strconv.Unquote(literal.Value)
			keys = append(keys, prefix+text)
		}
	}
	fields := func(literal *ast.CompositeLit, name, prefix string) {
		for _, element := range literal.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				if field, ok := pair.Key.(*ast.Ident); ok && field.Name == name {
					add(prefix, pair.Value)
				}
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CallExpr:
			if len(node.Args) < 2 {
				return true
			}
			switch qualified(node.Fun) {
			case "words.T", "words.Text":
				add("", node.Args[1])
			case "words.Fault", "fault.New":
				add("fault.", node.Args[1])
			}
		case *ast.CompositeLit:
			kind := node.Type
			if array, ok := kind.(*ast.ArrayType); ok {
				kind = array.Elt
				for _, element := range node.Elts {
					if literal, ok := element.(*ast.CompositeLit); ok && qualified(kind) == "fault.Field" {
						fields(literal, "Code", "fault.")
					}
				}
				return true
			}
			switch qualified(kind) {
			case "fault.Field":
				fields(node, "Code", "fault.")
			case "page.Frame":
				fields(node, "Title", "")
			}
		}
		return true
	})
	return keys
}

func qualified(expr ast.Expr) string {
	selector, ok := expr.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if of, ok := selector.X.(*ast.Ident); ok {
		return of.Name + "." + selector.Sel.Name
	}
	return ""
}
