package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"vestibule/infra/demo"
	"vestibule/shared/invite"
	"vestibule/shared/outbox"
	"vestibule/shared/web/webtest"
	"vestibule/shared/words"
)

// in asks for a page in a language.
func in(lang, path string) *http.Request {
	r := webtest.Get(path)
	r.AddCookie(&http.Cookie{Name: "lang", Value: lang})
	return r
}

// table reads the only table of a page: the heads of its columns and the texts of its rows.
func table(t testing.TB, page string) (heads []string, rows [][]string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var read func(n *html.Node)
	read = func(n *html.Node) {
		if n.Data == "tr" && n.Parent.Data == "thead" {
			heads = cells(n)
		} else if n.Data == "tr" {
			rows = append(rows, cells(n))
		}
		for child := range n.ChildNodes() {
			read(child)
		}
	}
	read(root)
	return heads, rows
}

func cells(row *html.Node) (texts []string) {
	for cell := range row.ChildNodes() {
		if cell.Type == html.ElementNode {
			texts = append(texts, strings.Join(strings.Fields(content(cell)), " "))
		}
	}
	return texts
}

func content(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var all strings.Builder
	for child := range n.ChildNodes() {
		all.WriteString(content(child) + " ")
	}
	return all.String()
}

func TestA15InvitationStandsInTheTableAsInTheManual(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	if page := caro.send(in("de", "/invitations")).Body; strings.Contains(page, "<table") || !strings.Contains(page, "keine Einladung aus") {
		t.Error("an empty list does not say so")
	}
	caro.invite()
	h.wait(time.Minute)
	jonas := h.as(demo.Jonas)
	jonas.invite(func(in *NewInvitation) {
		in.Name, in.Function, in.Mail = "Klaus Meyer", nil, "klaus.meyer@post.example"
	})
	page := caro.send(in("de", "/invitations")).Body
	heads, rows := table(t, page)
	if diff := cmp.Diff([]string{"Kontakt", "E-Mail", "Aktivierungscode", "Status", "Aktion"}, heads); diff != "" {
		t.Error(diff)
	}
	want := [][]string{
		{"Klaus Meyer", "klaus.meyer@post.example", "nur für Dr. med. Jonas Beispiel", "Ausstehend bis 30. November 2026", "Zurückziehen : Klaus Meyer E-Mail ändern : Klaus Meyer"},
		{"Petra Schulz MFA", "petra.schulz@post.example", "Code anzeigen : Petra Schulz", "Ausstehend bis 30. November 2026", "Zurückziehen : Petra Schulz E-Mail ändern : Petra Schulz"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(page, "<caption>Ausstehende Einladungen</caption>") || !strings.Contains(page, "<summary>Was bedeutet das?</summary>") {
		t.Error("the table has no caption, or nothing that explains it")
	}
}

func TestA15StatusesInTheTableAndOnThePage(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	states := map[string]func(invite.Invite){
		"pending":   func(invite.Invite) {},
		"opened":    func(inv invite.Invite) { h.must(h.opens(h.link(inv))) },
		"locked":    h.lock,
		"expired":   func(invite.Invite) { h.wait(invite.Life) },
		"withdrawn": func(inv invite.Invite) { h.as(demo.Caro).act(inv, "withdraw", "") },
		"redeemed":  h.redeem,
	}
	for state, reach := range states {
		inv := h.as(demo.Caro).invite(func(in *NewInvitation) { in.Name = "Petra " + state })
		reach(inv)
		caro := h.as(demo.Caro)
		var out Invitation
		caro.api("GET", "/api/invitations/"+string(inv.ID), "", "").read(t, &out)
		if string(out.Status) != state {
			t.Errorf("%s: the API says %s", state, out.Status)
		}
		for _, lang := range words.Langs() {
			tag := words.T(lang, "invitations.look."+state)
			if page := caro.send(in(string(lang), "/invitations/"+string(inv.ID))).Body; !strings.Contains(page, ">"+tag+"</span>") {
				t.Errorf("%s in %s: the page does not say %q", state, lang, tag)
			}
			list := caro.send(in(string(lang), "/invitations")).Body
			if listed := strings.Contains(list, inv.Name); listed == (state == "withdrawn" || state == "redeemed") {
				t.Errorf("%s in %s: in the list: %v", state, lang, listed)
			}
		}
	}
}

func TestP45UndeliveredMailIsShownWithTheReasonAndWhatToDo(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	fail := func(why outbox.Reason) func(invite.Invite) {
		return func(inv invite.Invite) {
			taken, _, err := h.outbox.Take(h.ctx(), inv.MessageID, "lease", h.now())
			h.must(err)
			h.must(h.outbox.Fail(h.ctx(), taken, why))
		}
	}
	settle := func(state outbox.State, why outbox.Reason) func(invite.Invite) {
		return func(inv invite.Invite) { h.settle(inv, outbox.Status{State: state, Reason: why}) }
	}
	for name, c := range map[string]struct {
		happen   func(invite.Invite)
		delivery InvitationDelivery
		text     string // key of what is said; empty: it is delivered, or may yet be
		remedy   string // the form that stands on top
	}{
		"bounced":         {settle(outbox.Bounced, ""), Bounced, "bounced", "/mail"},
		"mailbox full":    {settle(outbox.Bounced, outbox.Returned), Bounced, "returned", "/resend"},
		"suppressed":      {settle(outbox.Suppressed, ""), Suppressed, "suppressed", "/mail"},
		"rejected":        {settle(outbox.Failed, outbox.Rejected), Failed, "refused", "/mail"},
		"refused":         {fail(outbox.Refused), Failed, "refused", "/mail"},
		"tried to an end": {fail(outbox.Exhausted), Failed, "failed", "/resend"},
		"too many":        {fail(outbox.TooMany), Failed, "too_many", "/resend"},
		"queued":          {func(invite.Invite) {}, Queued, "", ""},
		"sent":            {settle(outbox.Sent, ""), Sent, "", ""},
		"delivered":       {settle(outbox.Delivered, ""), Delivered, "", ""},
		"complained":      {settle(outbox.Complained, ""), Complained, "", ""},
	} {
		inv := caro.invite(func(in *NewInvitation) { in.Name = "Petra " + name })
		c.happen(inv)
		var out Invitation
		caro.api("GET", "/api/invitations/"+string(inv.ID), "", "").read(t, &out)
		if out.Delivery != c.delivery {
			t.Errorf("%s: the API says %s", name, out.Delivery)
		}
		for _, lang := range words.Langs() {
			_, rows := table(t, caro.send(in(string(lang), "/invitations")).Body)
			bad := words.T(lang, "invitations.look.undelivered")
			for _, row := range rows {
				if strings.HasPrefix(row[0], inv.Name+" ") && strings.Contains(row[3], bad) != (c.text != "") {
					t.Errorf("%s in %s: the list says %s", name, lang, row[3])
				}
			}
			page := html.UnescapeString(caro.send(in(string(lang), "/invitations/"+string(inv.ID))).Body)
			if c.text == "" {
				if strings.Contains(page, bad) {
					t.Errorf("%s in %s: the page says it did not arrive", name, lang)
				}
				continue
			}
			text, form, facts := strings.Index(page, words.T(lang, "invitations.undelivered."+c.text)), strings.Index(page, `action="/invitations/`+string(inv.ID)+c.remedy), strings.Index(page, `class="facts"`)
			if text < 0 || form < text || facts < form {
				t.Errorf("%s in %s: the page does not say why, then what to do (%d, %d, %d)", name, lang, text, form, facts)
			}
		}
	}
}

func TestP45NextMailIsAsGoodAsNew(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	h.settle(inv, outbox.Status{State: outbox.Bounced})
	caro.act(inv, "mail", body(NewMail{Mail: "right@post.example"}))
	if page := caro.send(in("de", "/invitations")).Body; strings.Contains(page, "tag bad") || !strings.Contains(page, "Ausstehend") {
		t.Error("the mail to the right address counts as not delivered")
	}
}

func TestOnePartOfThePageIsUnfoldedWhereTheListLeadsTo(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	for part, want := range map[string]int{"mail": 1, "withdraw": 1, "send": 1, "new-code": 1, "": 0, "other": 0, `"><script>`: 0} {
		page := caro.send(webtest.Get("/invitations/" + string(inv.ID) + "?open=" + strings.NewReplacer(`"`, "%22", "<", "%3C", ">", "%3E").Replace(part))).Body
		if got := strings.Count(page, " open>"); got != want || want == 1 && !strings.Contains(page, `<details id="`+part+`" open>`) {
			t.Errorf("%q: %d parts are open", part, got)
		}
	}
}

func TestConfirmationSaysWhatWasDone(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	for what, want := range map[string]string{"resend": "resent", "extend": "extended", "new-code": "recoded", "mail": "readdressed", "withdraw": "withdrawn"} {
		mail := ""
		if what == "mail" {
			mail = "new@post.example"
		}
		got := doors["page"](caro, caro.invite(), what, mail, "")
		to := got.Header.Get("Location")
		if !strings.HasSuffix(to, "?done="+want) || strings.Contains(to, "post.example") {
			t.Errorf("%s leads to %s", what, to)
			continue
		}
		if page := html.UnescapeString(caro.send(in("en", to)).Body); !strings.Contains(page, words.T("en", "invitations.done."+want)) {
			t.Errorf("%s: %s does not say that it is done", what, to)
		}
	}
	if page := caro.send(webtest.Get("/invitations?done=nonsense")).Body; strings.Contains(page, "nonsense") || strings.Contains(page, "notice good") {
		t.Error("a made-up confirmation is shown")
	}
}
