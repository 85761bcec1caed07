package rooms

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// words are codes, tokens and links that are no secrets, or secrets in the one place where they have to be plain.
var words = map[string]string{
	"shared/fault.Fault.code":           "the stable name of a refusal",
	"shared/fault.Field.Code":           "the stable name of what is wrong with a field",
	"shared/web.Problem.Code":           "the stable name of a refusal",
	"shared/web.ProblemField.Code":      "the stable name of what is wrong with a field",
	"shared/page..Code":                 "the stable name of a refusal",
	"shared/post.Result.Code":           "the provider's name of an error",
	"functions/redemption.refused.Code": "the stable name of a refusal",
	"shared/letter.envelope.Token":      "marshalled, and sealed as a whole by shared/outbox",
	"api.gen.go Problem.Code":           "the stable name of a refusal",
}

func TestSecretsHaveATypeThatDoesNotPrint(t *testing.T) {
	for _, s := range house(t) {
		if tests(s) {
			continue
		}
		for _, found := range bare(s) {
			t.Error(found)
		}
	}
}

func TestABareSecretIsFound(t *testing.T) {
	got := bare(planted(t, "shared/invite/invite.go", `package invite

type Invite struct {
	Code, PasswordAgain string
	linkToken           *string
	Password            seal.Password
	again               *seal.Token
	LinkHash, CodeMac   string
	CodeSealed          []byte
	codeViews           int
	CodeKey             string
	link                Link
	opened              struct{ Token []byte }
}

func f() { _ = struct{ link string }{} }
`))
	want := []string{
		`shared/invite/invite.go:4: Invite.Code is a string that prints: give it a type of shared/seal, or a name that says hash, mac or sealed`,
		`shared/invite/invite.go:4: Invite.PasswordAgain is a string that prints: give it a type of shared/seal, or a name that says hash, mac or sealed`,
		`shared/invite/invite.go:5: Invite.linkToken is a *string that prints: give it a type of shared/seal, or a name that says hash, mac or sealed`,
		`shared/invite/invite.go:13: Invite.Token is a []byte that prints: give it a type of shared/seal, or a name that says hash, mac or sealed`,
		`shared/invite/invite.go:16: .link is a string that prints: give it a type of shared/seal, or a name that says hash, mac or sealed`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A name that ends in one of these words names a secret, unless how it is kept follows. "PasswordAgain" is one, "CodeKey" is none.
var secret = regexp.MustCompile(`(?i)(^|[a-z])(code|token|password|link)s?(again|typed|text|raw|value)?$`)

// bare lists the fields of structs that hold a secret as a plain text.
func bare(s source) []string {
	var found []string
	owner := ""
	ast.Inspect(s.file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.TypeSpec:
			owner = n.Name.Name
		case *ast.FuncDecl:
			owner = ""
		case *ast.StructType:
			for _, field := range n.Fields.List {
				kind := types.ExprString(field.Type)
				if !slices.Contains([]string{"string", "[]string", "[]byte", "any"}, strings.TrimPrefix(kind, "*")) {
					continue
				}
				for _, name := range field.Names {
					if !secret.MatchString(name.Name) || words[s.room+"."+owner+"."+name.Name] != "" || s.generated && words["api.gen.go "+owner+"."+name.Name] != "" {
						continue
					}
					found = append(found, fmt.Sprintf("%s: %s.%s is a %s that prints: give it a type of shared/seal, or a name that says hash, mac or sealed", s.at(name), owner, name.Name, kind))
				}
			}
		}
		return true
	})
	return found
}
