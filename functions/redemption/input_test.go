package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/invite"
	"vestibule/shared/web/webtest"
)

func content(t testing.TB, answer *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestBadInputGetsAClearAnswerAndWritesNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ticket := p.invite()
	before := p.w.Dump(context.Background())
	good := ticket.body(ticket.code, password)
	for name, bad := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"no JSON":        {"link=1", 400, "input.malformed"},
		"cut off":        {good[:len(good)-1], 400, "input.malformed"},
		"two values":     {good + good, 400, "input.malformed"},
		"empty":          {"", 400, "input.malformed"},
		"null":           {"null", 404, "invite.link"},
		"a list":         {"[]", 400, "input.malformed"},
		"wrong type":     {`{"link":1,"code":"a"}`, 400, "input.malformed"},
		"unknown field":  {good[:len(good)-1] + `,"roles":["administrator"]}`, 400, "input.unknown_field"},
		"role smuggled":  {good[:len(good)-1] + `,"role":"administrator"}`, 400, "input.unknown_field"},
		"duplicate key":  {good[:len(good)-1] + `,"code":"AAAAAAAA"}`, 400, "input.duplicate_key"},
		"broken UTF-8":   {`{"link":"` + "\xff" + `","code":"a"}`, 400, "input.malformed"},
		"a megabyte":     {`{"link":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "input.too_large"},
		"passwords vary": {good[:len(good)-1] + `,"password_again":"x"}`, 422, "input.fields password_again:password.differs"},
		"no code":        {`{"link":"` + ticket.link + `"}`, 422, "input.fields code:code.shape"},
		"no password":    {ticket.body(ticket.code, ""), 422, "input.fields password:password.short"},
	} {
		answer := p.send("/api/redemptions", bad.body, nil)
		if got := code(t, answer); answer.StatusCode != bad.status || got != bad.code {
			t.Errorf("%s: got %d %s, want %d %s", name, answer.StatusCode, got, bad.status, bad.code)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/api/redemptions", strings.NewReader(good))
	r.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	p.http.ServeHTTP(w, r)
	if got := code(t, w.Result()); got != "input.content_type" {
		t.Errorf("sent as text: got %s", got)
	}
	if diff := cmp.Diff(before, p.w.Dump(context.Background())); diff != "" {
		t.Errorf("bad input changed something:\n%s", diff)
	}
}

func TestPagesSayWhoInvitesAndKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ticket := p.invite()
	if start := content(t, webtest.Answer(t, p.http, webtest.Get("/join"))); !strings.Contains(start, `name="link"`) || !strings.Contains(start, "/assets/join.") {
		t.Error("the first page has no field for the link, or not the script that fills it")
	}
	opened := content(t, webtest.Answer(t, p.http, webtest.Form("/join", "link", "https://somewhere.example/join#"+ticket.link)))
	for _, want := range []string{demo.Caro.Name, demo.Muster.Name, "Mia Neumann", `name="code"`, `name="password"`} {
		if !strings.Contains(opened, want) {
			t.Errorf("the page of the invitation does not say %q", want)
		}
	}
	if strings.Contains(opened, string(ticket.Mail)) {
		t.Error("the page shows the whole address; a stranger with the link learns it")
	}
	wrong := webtest.Answer(t, p.http, webtest.Form("/join/redeem", "link", ticket.link, "code", other(ticket.code), "password", password, "password_again", password))
	page := content(t, wrong)
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, other(ticket.code)) || strings.Contains(page, password) {
		t.Errorf("a wrong code: got %d, code kept %v, password shown %v", wrong.StatusCode, strings.Contains(page, other(ticket.code)), strings.Contains(page, password))
	}
	right := webtest.Answer(t, p.http, webtest.Form("/join/redeem", "link", ticket.link, "code", ticket.code, "password", password, "password_again", password))
	if right.StatusCode != http.StatusSeeOther || right.Header.Get("Location") != "/team?welcome=1" {
		t.Errorf("the right code: got %d to %q", right.StatusCode, right.Header.Get("Location"))
	}
	again := webtest.Answer(t, p.http, webtest.Form("/join", "link", ticket.link))
	if again.StatusCode != http.StatusGone {
		t.Errorf("the link after that: got %d, want 410", again.StatusCode)
	}
}

func TestP38ExpiredLinkSaysSoBeforeAnythingIsTyped(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ticket := p.invite()
	p.clock.turn(invite.Life)
	answer := webtest.Answer(t, p.http, webtest.Form("/join", "link", ticket.link))
	page := content(t, answer)
	if answer.StatusCode != http.StatusGone || strings.Contains(page, `type="password"`) || !strings.Contains(page, demo.Caro.Name) {
		t.Errorf("got %d; asks for a password: %v; says whom to ask for a new one: %v", answer.StatusCode,
			strings.Contains(page, `type="password"`), strings.Contains(page, demo.Caro.Name))
	}
}

func TestTakenAddressIsOfferedToSignInFirst(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ticket := p.invite(func(i *invite.Invite) { i.Mail = "lena.probe@praxis-muster.example" })
	page := content(t, webtest.Answer(t, p.http, webtest.Form("/join/redeem", "link", ticket.link, "code", ticket.code, "password", password, "password_again", password)))
	if !strings.Contains(page, `action="/login/invitation"`) || !strings.Contains(page, ticket.link) {
		t.Error("there is no way to sign in and come back")
	}
}

func TestT58NothingOfAPersonIsLogged(t *testing.T) {
	p := newPlace(t)
	logged := logs(t)
	ticket := p.invite(func(i *invite.Invite) {
		i.Name, i.InviterName, i.ClinicName = "Canary-Name", "Canary-Inviter", "Canary-Clinic"
	})
	p.send("/api/redemptions", ticket.body(other(ticket.code), password), nil)
	for range invite.Tries {
		p.send("/api/redemptions", ticket.body(other(ticket.code), password), nil)
	}
	second := p.invite(func(i *invite.Invite) { i.Name = "Canary-Name" })
	p.send("/api/redemptions", second.body(second.code, password), nil)
	p.w.Faults().At(1, 1)
	p.send("/api/redemptions", second.body(second.code, password), nil)
	p.w.Faults().Reset()
	if !strings.Contains(logged.String(), string(ticket.ID)) {
		t.Error("the lock is not on record: the test does not see the logs")
	}
	for what, secret := range map[string]string{
		"name": "Canary", "mail": string(ticket.Mail), "link": ticket.link, "code": ticket.code, "second link": second.link, "second code": second.code, "password": password,
	} {
		if strings.Contains(logged.String(), secret) {
			t.Errorf("the %s stands in the log", what)
		}
	}
}
