package story

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/net/html"
)

// person is somebody who acts in a script.
type person struct {
	*tale
	ts             *testscript.TestScript
	browser        *browser
	mail, password string
}

// acts are what people do. "!" before an act says that it is refused.
var acts = map[string]func(p *person, neg bool, args []string){
	"visit": (*person).visit, "follow": (*person).follow, "press": (*person).press, "sees": (*person).sees, "row": (*person).row, "is": (*person).is,
	"signin": (*person).signin, "signout": (*person).signout, "mail": (*person).readMail, "open": (*person).open, "redeem": (*person).redeem,
	"invite": (*person).invite, "code": (*person).code, "withdraw": (*person).withdraw, "readdress": (*person).readdress, "api": (*person).api,
}

// visit PATH opens a page by its address.
func (p *person) visit(neg bool, args []string) {
	p.need(args, 1, "visit PATH")
	p.turned(neg, p.browser.visit(p.ctx, args[0]))
}

// follow WORDS follows a link.
func (p *person) follow(neg bool, args []string) {
	p.need(args, 1, "follow WORDS")
	p.turned(neg, p.browser.follow(p.ctx, args[0]))
}

// press WORDS [FIELD=TEXT]... fills in a form and presses its button.
func (p *person) press(neg bool, args []string) {
	p.turned(neg, p.browser.press(p.ctx, args[0], fields(args[1:])))
}

// sees TEXT... finds texts on the page, "! sees" finds none of them.
func (p *person) sees(neg bool, args []string) {
	there := says(p.browser.page.root)
	for _, text := range args {
		if strings.Contains(there, text) == neg {
			p.ts.Fatalf("found %t: %q on %s, which says\n%s", !neg, text, p.browser.page.at.Path, there)
		}
	}
}

// row NAME [TEXT]... finds texts in the row of a table that is about somebody; "! row NAME" finds that there is none.
func (p *person) row(neg bool, args []string) {
	row, err := p.browser.page.row(args[0])
	if neg {
		if err == nil {
			p.ts.Fatalf("there is a row about %s", args[0])
		}
		return
	}
	p.ts.Check(err)
	for _, text := range args[1:] {
		if !strings.Contains(says(row), text) {
			p.ts.Fatalf("%q is not in the row, which says\n%s", text, says(row))
		}
	}
}

// is PATH checks on which page the person has arrived.
func (p *person) is(neg bool, args []string) {
	p.need(args, 1, "is PATH")
	if (p.browser.page.at.Path == args[0]) == neg {
		p.ts.Fatalf("this is %s", p.browser.page.at.Path)
	}
}

// signin [ADDRESS] signs in with the person's own password.
func (p *person) signin(neg bool, args []string) {
	if len(args) == 1 {
		p.mail = args[0]
	}
	p.ts.Check(p.browser.visit(p.ctx, "/login"))
	p.sent("/login", neg, map[string]string{"mail": p.mail, "password": p.password})
	if !neg && p.browser.page.at.Path != "/team" {
		p.ts.Fatalf("after signing in this is %s", p.browser.page.at.Path)
	}
}

// signout signs out by the button of the page.
func (p *person) signout(neg bool, args []string) { p.sent("/logout", neg, nil) }

// mail [ADDRESS] waits for the next mail at the person's address, or at another, and reads it to stdout. $LINK is the link in it.
func (p *person) readMail(_ bool, args []string) {
	if len(args) == 1 {
		p.mail = args[0]
	}
	mail, err := p.estate.mail(p.ctx, p.mail, p.read[p.mail])
	p.ts.Check(err)
	p.read[p.mail]++
	fmt.Fprintf(p.ts.Stdout(), "Subject: %s\n\n%s", mail.Subject, strings.ReplaceAll(mail.Text, "\r\n", "\n"))
	if link := p.link(mail); link != "" {
		p.ts.Setenv("LINK", link)
	}
}

// open LINK opens the link of an invitation: the page comes without what is behind #, and a form carries that on.
func (p *person) open(neg bool, args []string) {
	p.need(args, 1, "open LINK")
	p.ts.Check(p.browser.visit(p.ctx, args[0]))
	p.sent("/join", neg, map[string]string{"link": args[0]})
}

// redeem CODE PASSWORD fills in what the opened invitation asks for.
func (p *person) redeem(neg bool, args []string) {
	p.need(args, 2, "redeem CODE PASSWORD")
	p.sent("/join/redeem", neg, map[string]string{"code": args[0], "password": args[1], "password_again": args[1]})
	p.password = args[1]
}

// invite FIELD=TEXT... sends an invitation from its page.
func (p *person) invite(neg bool, args []string) {
	p.ts.Check(p.browser.visit(p.ctx, "/invitations/new"))
	p.sent("/invitations", neg, fields(args))
}

// code NAME has the code of an invitation shown: $CODE, and $WRONG is one that differs in a single character. $INVITE is the invitation.
func (p *person) code(neg bool, args []string) {
	p.need(args, 1, "code NAME")
	form, err := formTo(p.waiting(args[0]), "/code")
	p.ts.Check(err)
	p.turned(neg, p.browser.send(p.ctx, form, nil, nil))
	if neg {
		return
	}
	var code string
	for _, span := range all(p.browser.page.root, "span") {
		if attribute(span, "class") == "groups" {
			code = strings.ReplaceAll(says(span), " ", "")
		}
	}
	if code == "" {
		p.ts.Fatalf("no code on the page")
	}
	p.ts.Setenv("CODE", code)
	p.ts.Setenv("WRONG", map[bool]string{true: "3", false: "2"}[code[0] == '2']+code[1:])
	p.ts.Setenv("INVITE", strings.Split(p.browser.page.at.Path, "/")[2]) // /invitations/<id>/code
}

// withdraw NAME takes an invitation back.
func (p *person) withdraw(neg bool, args []string) {
	p.need(args, 1, "withdraw NAME")
	p.fromRow(args[0], "#withdraw")
	p.sent("/withdraw", neg, nil)
}

// readdress NAME ADDRESS sends an invitation to another address.
func (p *person) readdress(neg bool, args []string) {
	p.need(args, 2, "readdress NAME ADDRESS")
	p.fromRow(args[0], "#mail")
	p.sent("/mail", neg, map[string]string{"mail": args[1]})
}

// api METHOD PATH [JSON] uses the JSON door as the signed-in person.
func (p *person) api(neg bool, args []string) {
	if len(args) < 2 {
		p.ts.Fatalf("usage: api METHOD PATH [JSON]")
	}
	status, body, err := p.browser.call(p.ctx, args[0], args[1], strings.Join(args[2:], " "))
	p.ts.Check(err)
	fmt.Fprintf(p.ts.Stdout(), "%d %s\n", status, body)
	if (status >= 400) != neg {
		p.ts.Fatalf("answered %d", status)
	}
}

// waiting finds somebody's row in the pending table.
func (p *person) waiting(name string) *html.Node {
	p.ts.Check(p.browser.visit(p.ctx, "/invitations"))
	row, err := p.browser.page.row(name)
	p.ts.Check(err)
	return row
}

// fromRow follows the link in somebody's row that leads to a place on the page of their invitation.
func (p *person) fromRow(name, place string) {
	for _, link := range all(p.waiting(name), "a") {
		if strings.HasSuffix(attribute(link, "href"), place) {
			p.turned(false, p.browser.visit(p.ctx, attribute(link, "href")))
			return
		}
	}
	p.ts.Fatalf("nothing leads from the row of %s to %s", name, place)
}

// sent sends the form of the page that goes to an address.
func (p *person) sent(action string, neg bool, typed map[string]string) {
	form, err := formTo(p.browser.page.root, action)
	p.ts.Check(err)
	p.turned(neg, p.browser.send(p.ctx, form, nil, typed))
}

// turned judges the page that an act led to.
func (p *person) turned(neg bool, err error) {
	p.ts.Check(err)
	page := p.browser.page
	if (page.status >= http.StatusBadRequest) != neg {
		p.ts.Fatalf("%s answered %d:\n%s", page.at.Path, page.status, says(page.root))
	}
}

func (p *person) need(args []string, count int, usage string) {
	if len(args) != count {
		p.ts.Fatalf("usage: %s", usage)
	}
}

// fields reads FIELD=TEXT.
func fields(args []string) map[string]string {
	typed := map[string]string{}
	for _, arg := range args {
		name, text, _ := strings.Cut(arg, "=")
		typed[name] = text
	}
	return typed
}
