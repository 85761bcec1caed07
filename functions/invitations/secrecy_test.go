package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/awstest"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
	"vestibule/shared/words"
)

// written finds a code in a text however it may be written down, but not inside of a longer word: six digits stand in many a hash by chance.
func written(code, in string) bool {
	half := len(code) / 2
	return regexp.MustCompile(`(?i)(^|[^0-9a-z])` + code[:half] + `([ -]|","|</span> <span>)?` + code[half:] + `([^0-9a-z]|$)`).MatchString(in)
}

func TestA14CodeIsInNoMailInNoAnswerInNoLogAndInNoTable(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, who := range []demo.Person{demo.Caro, demo.Ingrid} { // codes of letters and codes of digits
		p := h.as(who)
		var answers []string
		codes := map[string]bool{}
		note := func(inv invite.Invite, a answer) {
			answers = append(answers, a.Body)
			if stored := h.again(inv); stored.CodeSealed != nil {
				code, err := h.codes.Show(h.ctx(), stored)
				h.must(err)
				codes[code.Reveal()] = true
			}
		}
		made := p.api("POST", "/api/invitations", body(guest), "")
		var out Invitation
		made.read(t, &out)
		inv := h.stored(who.ClinicID, out.InviteId)
		note(inv, made)
		for name, door := range doors {
			for _, what := range []string{"resend", "extend", "new-code", "mail", "new-code"} {
				mail := ""
				if what == "mail" {
					mail = "petra." + strings.ToLower(name) + "@post.example"
				}
				note(inv, door(p, inv, what, mail, ""))
			}
		}
		for _, path := range []string{"/invitations", "/invitations/" + string(inv.ID), "/invitations/new?like=" + string(inv.ID)} {
			note(inv, p.send(webtest.Get(path)))
		}
		for _, path := range []string{"/api/invitations", "/api/invitations/" + string(inv.ID)} {
			note(inv, p.api("GET", path, "", ""))
		}
		if len(codes) != 7 {
			t.Fatalf("%d codes were made, want 7", len(codes))
		}
		for _, look := range looks { // what is shown is not logged either
			look(p, inv)
		}
		mails := h.mailed(inv)
		if len(mails) < 2*len(words.Langs()) {
			t.Fatalf("%d mails", len(mails))
		}
		stored, err := json.Marshal(h.dump())
		h.must(err)
		for code := range codes {
			for where, all := range map[string][]string{"a mail": mails, "an answer": answers, "the log": {said.String()}, "a table": {string(stored)}} {
				if slices.ContainsFunc(all, func(text string) bool { return written(code, text) }) {
					t.Errorf("a code stands in %s", where)
				}
			}
		}
		// And the search does find what is there.
		for how, look := range looks {
			if shown := look(p, inv).Body; !written(p.reveal(inv), shown) {
				t.Errorf("%s: the search does not find a code that is shown", how)
			}
		}
	}
}

// mailed is every letter about an invitation: as it waits, and as the mail that is made of it.
func (h *house) mailed(inv invite.Invite) (texts []string) {
	h.t.Helper()
	sender, err := letter.NewSender("vestibule@mail.example", "https://portal.example")
	h.must(err)
	for _, l := range h.mails(inv) {
		waiting, err := letter.Marshal(l)
		h.must(err)
		sheet, err := sender.Write(l)
		h.must(err)
		texts = append(texts, string(waiting), sheet.Subject, sheet.Text, sheet.HTML)
	}
	return texts
}

func TestT55EveryChangeIsOnRecordOnceWithoutSecretsAndAddresses(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	made := caro.api("POST", "/api/invitations", body(NewInvitation{
		Name: "Canary Name", Function: text("Canary Function"), Mail: "canary.old@post.example", Role: "assistant",
	}), "key-canary")
	var out Invitation
	made.read(t, &out)
	inv := h.stored(demo.Muster.ID, out.InviteId)
	want := []string{"create " + string(demo.Caro.ID) + " map[member:" + string(inv.MemberID) + " role:assistant]"}
	var secrets []string
	h.must(h.opens(h.link(inv)))
	for _, c := range []struct{ what, act, from, to string }{
		{"extend", "extend", "opened", "opened"},
		{"new-code", "recode", "opened", "opened"},
		{"resend", "resend", "opened", "pending"},
		{"mail", "readdress", "pending", "pending"},
		{"withdraw", "withdraw", "pending", "withdrawn"},
	} {
		secrets = append(secrets, h.link(h.again(inv)).Token().Reveal(), caro.reveal(inv))
		want = append(want, "reveal "+string(demo.Caro.ID)+" map[how:api]")
		actor, mail := caro, ""
		if c.what == "resend" || c.what == "withdraw" {
			actor = h.as(demo.Jonas)
		}
		if c.what == "mail" {
			mail = "canary.new@post.example"
		}
		if got := doors["API"](actor, inv, c.what, mail, "key-canary"); got.Status != http.StatusOK {
			t.Fatalf("%s: got %d", c.what, got.Status)
		}
		want = append(want, fmt.Sprintf("%s %s map[from:%s to:%s]", c.act, actor.ID, c.from, c.to))
	}
	var got []string
	for _, e := range h.record(inv) {
		got = append(got, fmt.Sprintf("%s %s %v", strings.TrimPrefix(e.Act, "invite."), e.Actor, e.Details))
		if e.ClinicID != demo.Muster.ID || e.About != string(inv.ID) {
			t.Errorf("%s is about %s of %s", e.Act, e.About, e.ClinicID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(h.dump()["AuditTable"]); n != len(want) {
		t.Errorf("%d entries, want %d", n, len(want))
	}
	record, err := json.Marshal(h.dump()["AuditTable"])
	h.must(err)
	for _, secret := range append(secrets, "anary", "post.example") {
		if strings.Contains(string(record), secret) {
			t.Errorf("%q stands in the record", secret)
		}
	}
}

// TestT58NothingThatPeopleTypedIsLogged puts a canary into everything that can be typed and goes every way, the wrong ones too, through
// the gateway's adapter, which logs each request.
func TestT58NothingThatPeopleTypedIsLogged(t *testing.T) {
	h := openHouse(t)
	muster := demo.Muster
	muster.Clinic.Name = "canaryclinic"
	h.must(h.demo.Clinics.Put(h.ctx(), muster.Clinic))
	doctor := h.join(muster, "canarydoctor", team.Administrator, team.Practitioner)
	gateway := web.Adapt(h.door)
	var secrets []string
	keep := func(which string) { // the secrets of an invitation as they are now
		inv := h.stored(muster.ID, which)
		code, err := h.codes.Show(h.ctx(), inv)
		h.must(err)
		secrets = append(secrets, code.Reveal(), strings.Join(invite.Groups(code), " "), h.link(inv).Token().Reveal(), inv.LinkHash)
	}
	sent := 0
	send := func(method, path, kind, body string) events.APIGatewayV2HTTPResponse {
		sent++
		path, query, _ := strings.Cut(path, "?")
		e := events.APIGatewayV2HTTPRequest{
			RawPath: path, RawQueryString: query, RouteKey: method + " /route", Body: body,
			Headers: map[string]string{"content-type": kind, "idempotency-key": fmt.Sprint("canarykey", sent), "user-agent": "canaryagent", "sec-fetch-site": "same-origin"},
			Cookies: []string{web.CookieName + "=" + doctor.cookie.Value(), "lang=de"},
		}
		e.RequestContext.HTTP.Method, e.RequestContext.HTTP.SourceIP = method, "192.0.2.77"
		got, err := gateway(context.Background(), e)
		h.must(err)
		return got
	}
	const form, data = "application/x-www-form-urlencoded", "application/json"
	person := `{"name":"canaryname","function":"canaryfunction","mail":"canarymail@post.example","role":"assistant","language":"de"`
	invited := func() string {
		got := send("POST", "/api/invitations", data, person+"}")
		if got.StatusCode != http.StatusCreated {
			t.Fatalf("got %d", got.StatusCode)
		}
		var out Invitation
		h.must(json.Unmarshal([]byte(got.Body), &out))
		keep(out.InviteId)
		return out.InviteId
	}
	began := len(said.String())
	which := invited()
	for _, r := range [][4]string{
		{"GET", "/invitations?done=canaryquery", "", ""}, {"GET", "/invitations/new?like=canarylike&member=canarymember", "", ""},
		{"GET", "/invitations/canaryid", "", ""}, {"GET", "/invitations/" + which, "", ""}, {"GET", "/api/invitations", "", ""},
		{"POST", "/invitations", form, "name=canaryname&mail=canarymail%40&role=canaryrole"},
		{"POST", "/invitations", form, "name=canaryname&canaryfield=canaryvalue"},
		{"POST", "/invitations", form, "name=canaryname&mail=canarymail2@post.example&role=administrator&function=canaryfunction"},
		{"POST", "/api/invitations", data, person + `,"canaryfield":1}`}, {"POST", "/api/invitations", data, person + `,"name":"canarytwice"}`},
		{"POST", "/api/invitations", data, person}, {"POST", "/api/invitations", "canary/type", person + "}"},
		{"POST", "/api/invitations", data, `{"name":"canaryname\u202e","mail":"canarymail@canary","role":"canaryrole"}`},
		{"POST", "/invitations/" + which + "/mail", form, "mail=canarymail3%40post.example"}, {"POST", "/invitations/" + which + "/mail", form, "mail=canarymail3"},
		{"POST", "/api/invitations/" + which + "/resend", "", ""}, {"POST", "/api/invitations/" + which + "/new-code", "", ""},
		{"POST", "/invitations/" + which + "/code", form, ""}, {"POST", "/invitations/" + which + "/letter", form, ""},
		{"GET", "/invitations/" + string(id.New[id.InviteID](h.now(), h.random())), "", ""},
	} {
		send(r[0], r[1], r[2], r[3])
		keep(which)
	}
	send("POST", "/api/invitations/"+which+"/withdraw", "", "")
	for _, kind := range []awstest.Fault{awstest.ErrorBefore, awstest.ErrorAfter} {
		for n := 1; n <= 6; n++ {
			which := invited()
			h.world.Faults().At(n, kind)
			send("POST", "/invitations/"+which+"/mail", form, "mail=canarymail4%40post.example")
			h.world.Faults().Reset()
			h.world.Faults().At(n, kind)
			send("POST", "/api/invitations", data, person+"}")
			h.world.Faults().Reset()
		}
	}
	log := said.String()[began:]
	for _, want := range []string{`"msg":"request"`, `"msg":"internal error"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s: the test does not see it", want)
		}
	}
	_, token, _ := strings.Cut(doctor.cookie.Value(), ".")
	secrets = append(secrets, "canary", "Canary", "192.0.2.77", "post.example", token, token[strings.LastIndex(token, ".")+1:])
	for _, line := range strings.Split(log, "\n") {
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("%q stands in the log: %s", secret, line)
			}
		}
	}
}
