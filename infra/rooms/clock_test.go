package rooms

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Where a clock may be read: a function's main.go hands it on, the gateway measures how long an answer took.
var clocks = []string{"shared/web/gateway.go"}

// Where randomness may come from: a function's main.go hands it on, a transaction spreads its pauses.
var dice = []string{"shared/dynamo/tx.go"}

func TestTimeAndRandomnessAreHandedIn(t *testing.T) {
	for _, s := range house(t) {
		if tests(s) {
			continue
		}
		for _, found := range uninvited(s) {
			t.Error(found)
		}
	}
}

func TestAnUninvitedClockIsFound(t *testing.T) {
	const text = `package invite

import (
	"crypto/rand"
	"math/rand/v2"
	clock "time"
)

func f() {
	_ = clock.Now()
	now := clock.Now
	_, _ = now, clock.Since(clock.Time{})
	_, _ = rand.Read(nil)
	<-clock.After(clock.Second)
}
`
	got := uninvited(planted(t, "shared/invite/redeem.go", text))
	want := []string{
		"shared/invite/redeem.go:4 takes randomness from crypto/rand: let main.go hand in a reader",
		"shared/invite/redeem.go:5 takes randomness from math/rand/v2: let main.go hand in a reader",
		"shared/invite/redeem.go:10 reads the clock (time.Now): let main.go hand it in",
		"shared/invite/redeem.go:11 reads the clock (time.Now): let main.go hand it in",
		"shared/invite/redeem.go:12 reads the clock (time.Since): let main.go hand it in",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if found := uninvited(planted(t, "functions/team/main.go", strings.Replace(text, "package invite", "package main", 1))); len(found) != 0 {
		t.Errorf("in main.go: %q", found)
	}
}

// tests tells what is no part of the product.
func tests(s source) bool {
	return s.test || forTests(s.room) || strings.HasPrefix(s.room, "infra/")
}

func uninvited(s source) []string {
	if path.Base(s.path) == "main.go" {
		return nil
	}
	var found []string
	clock := ""
	for _, spec := range s.file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		switch name {
		case "crypto/rand", "math/rand", "math/rand/v2":
			if !slices.Contains(dice, s.path) {
				found = append(found, fmt.Sprintf("%s takes randomness from %s: let main.go hand in a reader", s.at(spec), name))
			}
		case "time":
			if clock = "time"; spec.Name != nil {
				clock = spec.Name.Name
			}
		}
	}
	if slices.Contains(clocks, s.path) {
		return found
	}
	ast.Inspect(s.file, func(node ast.Node) bool {
		selector, is := node.(*ast.SelectorExpr)
		if !is {
			return true
		}
		from, is := selector.X.(*ast.Ident)
		if is && from.Name == clock && slices.Contains([]string{"Now", "Since", "Until"}, selector.Sel.Name) {
			found = append(found, fmt.Sprintf("%s reads the clock (time.%s): let main.go hand it in", s.at(node), selector.Sel.Name))
		}
		return true
	})
	return found
}
