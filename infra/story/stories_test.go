package story

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"vestibule/infra/demo"
)

func TestStories(t *testing.T) {
	h := house(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup:               func(env *testscript.Env) error { return begin(h, env) },
		Cmds:                commands(),
	})
}

// tale is what one script knows: its practice, and whom it has met.
type tale struct {
	*estate
	ctx             context.Context
	practice, other demo.Clinic
	people          map[string]*person
	read            map[string]int // mails, by address
}

// A key of its own keeps the tale apart from what testscript remembers.
type taleKey struct{}

// begin makes a practice for a script. $HOUSE is the address of the house, $PRAXIS where the mailboxes are, $LENA the id of Lena in the team, and so on.
func begin(h *estate, env *testscript.Env) error {
	name := strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")
	t := &tale{estate: h, ctx: env.T().(testing.TB).Context(), people: map[string]*person{}, read: map[string]int{}}
	var err error
	if t.practice, err = h.practice(t.ctx, demo.Muster, name); err != nil {
		return err
	}
	if t.other, err = h.practice(t.ctx, demo.Fjordgata, name); err != nil {
		return err
	}
	env.Setenv("HOUSE", t.Origin)
	env.Setenv("PRAXIS", domain(t.practice))
	for _, p := range t.practice.People {
		for name, role := range cast {
			if role.name == p.Name {
				env.Setenv(strings.ToUpper(name), string(p.ID))
			}
		}
	}
	env.Values[taleKey{}] = t
	return nil
}

// cast is everybody who acts in stories, by the word that makes them act. Who is not in the demo gets a mailbox at the practice.
var cast = map[string]struct {
	name, mailbox string
	abroad        bool // works at the other clinic
}{
	"caro":     {name: demo.Caro.Name},
	"jonas":    {name: demo.Jonas.Name},
	"lena":     {name: demo.Lena.Name},
	"mia":      {name: demo.Mia.Name, mailbox: "mia.neumann"},
	"tim":      {name: "Tim Berger", mailbox: "tim.berger"},
	"ingrid":   {name: demo.Ingrid.Name, abroad: true},
	"somebody": {mailbox: "somebody"},
}

// commands are the words of a script: a person and what they do, and what can be found out besides.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	cmds := map[string]func(*testscript.TestScript, bool, []string){
		"audit": showAudit, "sent": showSent, "nowhere": nowhere,
	}
	for name := range cast {
		cmds[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if len(args) == 0 || acts[args[0]] == nil {
				ts.Fatalf("%s does what? %s", name, strings.Join(args, " "))
			}
			acts[args[0]](meet(ts, name), neg, args[1:])
		}
	}
	return cmds
}

// meet is a person of the cast in this script, with a browser of their own.
func meet(ts *testscript.TestScript, name string) *person {
	t := ts.Value(taleKey{}).(*tale)
	p := t.people[name]
	if p == nil {
		role := cast[name]
		at := t.practice
		if role.abroad {
			at = t.other
		}
		p = &person{tale: t, mail: role.mailbox + "@" + domain(at), password: demo.Password}
		for _, known := range at.People {
			if known.Name == role.name && known.Mail != "" {
				p.mail = known.Mail
			}
		}
		var err error
		p.browser, err = newBrowser(t.Origin, at.Lang)
		ts.Check(err)
		t.people[name] = p
	}
	p.ts = ts
	return p
}
