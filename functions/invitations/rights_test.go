package main

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/session"
	"vestibule/shared/team"
	"vestibule/shared/web/webtest"
)

// every is every way to do something with an invitation.
var every = []string{"GET /invitations/X", "GET /api/invitations/X", "GET /invitations/new?like=X", "POST /invitations/X/code", "POST /invitations/X/letter",
	"POST /api/invitations/X/code", "POST /invitations/X/new-code", "POST /api/invitations/X/new-code", "POST /invitations/X/extend", "POST /api/invitations/X/extend",
	"POST /invitations/X/resend", "POST /api/invitations/X/resend", "POST /invitations/X/mail", "POST /api/invitations/X/mail",
	"POST /invitations/X/withdraw", "POST /api/invitations/X/withdraw"}

// request makes one of them for an id.
func request(way, which string) *http.Request {
	method, path, _ := strings.Cut(strings.Replace(way, "X", which, 1), " ")
	switch {
	case method == "GET":
		return webtest.Get(path)
	case strings.HasPrefix(path, "/api/") && strings.HasSuffix(path, "/mail"):
		return webtest.JSON(method, path, `{"mail":"new@post.example"}`)
	case strings.HasPrefix(path, "/api/"):
		return webtest.JSON(method, path, "")
	case strings.HasSuffix(path, "/mail"):
		return webtest.Form(path, "mail", "new@post.example")
	default:
		return webtest.Form(path)
	}
}

func TestWhoMayInviteWhomAndLookAfterWhat(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	root := h.join(demo.Muster, "Dr. Anna Leer", team.Administrator)
	for _, c := range []struct {
		roles []team.Role
		may   []team.Role
	}{
		{[]team.Role{team.Administrator}, team.Roles},
		{[]team.Role{team.Administrator, team.Practitioner}, team.Roles},
		{[]team.Role{team.Administrator, team.Assistant}, team.Roles},
		{[]team.Role{team.Practitioner}, []team.Role{team.Practitioner, team.Assistant}},
		{[]team.Role{team.Practitioner, team.Assistant}, []team.Role{team.Practitioner, team.Assistant}},
		{[]team.Role{team.Assistant}, nil},
		{nil, nil},
		{[]team.Role{"cleaner"}, nil},
	} {
		p := h.join(demo.Muster, "Kim", c.roles...)
		for _, role := range team.Roles {
			may := slices.Contains(c.may, role)
			inv := root.invite(func(in *NewInvitation) { in.Role = string(role); in.Name = "Petra " + string(role) })
			before := h.dump()

			given := guest
			given.Role = string(role)
			status, code := http.StatusCreated, ""
			if !may {
				status, code = http.StatusForbidden, "team.may_not"
			}
			if got := p.api("POST", "/api/invitations", body(given), ""); got.Status != status || code != "" && got.code() != code {
				t.Errorf("%v invites a %s: got %d %s", c.roles, role, got.Status, got.code())
			}
			got := p.send(webtest.Form("/invitations", "name", given.Name, "mail", given.Mail, "role", given.Role))
			if may != (got.Status == http.StatusSeeOther) || !may && got.Status != http.StatusForbidden {
				t.Errorf("%v invites a %s on the page: got %d", c.roles, role, got.Status)
			}
			if beside := strings.Contains(got.Body, `id="field-role-error"`); beside != (!may && c.may != nil) {
				t.Errorf("%v invites a %s on the page: the refusal stands beside the role: %v", c.roles, role, beside)
			}
			form := p.send(webtest.Get("/invitations/new"))
			if offered := strings.Contains(form.Body, `name="role" value="`+string(role)+`"`); offered != may {
				t.Errorf("%v is offered to invite a %s: %v", c.roles, role, offered)
			}
			if list := p.send(webtest.Get("/invitations")); strings.Contains(list.Body, inv.Name) != may {
				t.Errorf("%v sees the invitation of a %s: %v", c.roles, role, !may)
			}
			if may {
				continue
			}
			for _, way := range every {
				want := http.StatusForbidden // whoever may invite nobody has no business here at all
				if c.may != nil {
					want = http.StatusNotFound
				}
				if got := p.send(request(way, string(inv.ID))); got.Status != want {
					t.Errorf("%v, %s of a %s: got %d, want %d", c.roles, way, role, got.Status, want)
				}
			}
			if diff := cmp.Diff(before, h.dump()); diff != "" {
				t.Errorf("%v has changed something about a %s:\n%s", c.roles, role, diff)
			}
		}
	}
}

func TestAssistantIsToldThatTheRoleIsNotEnough(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	lena := h.as(demo.Lena)
	if got := lena.api("GET", "/api/invitations", "", ""); got.Status != http.StatusForbidden || got.code() != "team.may_not" {
		t.Errorf("got %d %s", got.Status, got.code())
	}
	if got := lena.send(in("de", "/invitations")); got.Status != http.StatusForbidden || !strings.Contains(got.Body, "Dazu reicht Ihre Rolle in der Praxis nicht aus.") {
		t.Errorf("page: got %d", got.Status)
	}
}

func TestColleagueLooksAfterAnInvitationWithoutSeeingItsCode(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	inv := h.as(demo.Caro).invite()
	jonas := h.as(demo.Jonas)
	for _, what := range []string{"resend", "extend"} {
		jonas.act(inv, what, "")
	}
	after := jonas.act(inv, "mail", body(NewMail{Mail: "new@post.example"}))
	if after.InviterID != demo.Caro.ID || after.InviterName != demo.Caro.Name {
		t.Error("the inviter has changed")
	}
	if got := jonas.act(inv, "withdraw", ""); got.Status != invite.Withdrawn {
		t.Errorf("it is %s", got.Status)
	}
}

func TestStrangersAreSentToSignIn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	forged := caro
	forged.cookie.Token = h.as(demo.Jonas).cookie.Token
	late := h.as(demo.Caro)
	before := h.dump()
	for name, send := range map[string]func(*http.Request) answer{
		"nobody": h.send, "with another's token": forged.send,
		"after twelve hours": func(r *http.Request) answer {
			h.wait(session.Life)
			defer h.wait(-session.Life)
			return late.send(r)
		},
	} {
		for _, way := range append(every, "GET /invitations", "GET /api/invitations", "GET /invitations/new", "POST /invitations", "POST /api/invitations") {
			got := send(request(way, string(inv.ID)))
			page := strings.HasPrefix(way, "GET /invitations")
			if page && (got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/login?next=%2Finvitations")) || !page && got.Status != http.StatusUnauthorized {
				t.Errorf("%s, %s: got %d to %q", name, way, got.Status, got.Header.Get("Location"))
			}
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

// TestP41WhatIsNotYoursIsAnsweredLikeWhatIsNotThere: every way, for ids of another clinic, of nothing, and of no id at all. The answers are
// the same byte for byte, but for the address that a page repeats to show itself again (T21).
func TestP41WhatIsNotYoursIsAnsweredLikeWhatIsNotThere(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	foreign, deleted, mine := h.as(demo.Ingrid).invite(), caro.invite(), caro.invite()
	h.must(h.demo.DB.Delete(h.ctx(), h.world.Table("InviteTable"), key(deleted)))
	// What is in the table but no invitation: the day's count of wrong codes.
	_, err := h.invites.Try(h.ctx(), h.link(mine), h.now())
	h.must(err)
	day := "day%23" + h.now().Format("2006-01-02")
	before := h.dump()
	strange := []string{
		string(foreign.ID), string(deleted.ID), string(id.New[id.InviteID](h.now(), h.random())),
		day, "inv_", "x", "%20", "inv_" + strings.Repeat("A", 26), strings.ToLower(string(mine.ID)), string(mine.ID) + "A", string(mine.ID) + "%0A", "%00",
		strings.Replace(string(mine.ID), "inv_", "mem_", 1), strings.Repeat("z", 3000), "inv_" + strings.Repeat("%F0%9F%98%80", 600), "%27%20OR%201=1", "%3Cscript%3E",
	}
	for _, way := range every {
		var first answer
		for i, which := range strange {
			got := caro.send(request(way, which))
			got.Body = repeated.ReplaceAllString(got.Body, "")
			if i == 0 {
				first = got
				if got.Status != http.StatusNotFound {
					t.Errorf("%s: got %d", way, got.Status)
				}
			}
			if diff := cmp.Diff(first, got); diff != "" {
				t.Errorf("%s for %.60s: %s", way, which, diff)
			}
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
	// An invitation that somebody asks for and that is not there is on the log, by its id.
	if !strings.Contains(said.String(), `"clinic":"`+string(demo.Muster.ID)+`","member":"`+string(demo.Caro.ID)+`","invite":"`+string(foreign.ID)+`"`) {
		t.Error("asking for another clinic's invitation is not on the log")
	}
}

func key(inv invite.Invite) dynamo.Item {
	return dynamo.Key("clinic_id", string(inv.ClinicID), "invite_id", string(inv.ID))
}

// repeated is where a page repeats its address, so that it can be shown in another language.
var repeated = regexp.MustCompile(`name="back" value="[^"]*"`)
