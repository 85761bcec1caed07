package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/awstest"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/team"
	"vestibule/shared/web/webtest"
)

// looks are the ways to see a code, by what the record says about them.
var looks = map[string]func(p person, inv invite.Invite) answer{
	"api": func(p person, inv invite.Invite) answer {
		return p.api("POST", "/api/invitations/"+string(inv.ID)+"/code", "", "")
	},
	"page": func(p person, inv invite.Invite) answer {
		return p.send(webtest.Form("/invitations/" + string(inv.ID) + "/code"))
	},
	"page, in the list": func(p person, inv invite.Invite) answer {
		return p.send(webtest.Form("/invitations/"+string(inv.ID)+"/code", "list", "yes"))
	},
	"letter": func(p person, inv invite.Invite) answer {
		return p.send(webtest.Form("/invitations/" + string(inv.ID) + "/letter"))
	},
}

// shows tells whether an answer holds a code, in whatever groups.
func shows(a answer, code string) bool { return written(code, a.Body) }

func TestT11InviterSeesTheCodeAndEveryViewIsOnRecordOnce(t *testing.T) {
	t.Parallel()
	for how, look := range looks {
		t.Run(how, func(t *testing.T) {
			h := openHouse(t)
			caro := h.as(demo.Caro)
			inv, other := caro.invite(), caro.invite()
			code, err := h.codes.Show(h.ctx(), inv)
			h.must(err)
			for n := 1; n <= 3; n++ {
				if got := look(caro, inv); got.Status != http.StatusOK || !shows(got, code.Reveal()) {
					t.Errorf("got %d, code shown: %v", got.Status, shows(got, code.Reveal()))
				}
				record := h.record(inv)
				if want := append([]string{"create"}, slices.Repeat([]string{"reveal"}, n)...); !slices.Equal(acts(record), want) {
					t.Fatalf("the record says %v, want %v", acts(record), want)
				}
				last := record[n]
				want, _, _ := strings.Cut(how, ",")
				if last.Actor != string(demo.Caro.ID) || !maps.Equal(last.Details, map[string]string{"how": want}) || !last.At.Truncate(time.Second).Equal(h.now()) {
					t.Errorf("the record says %+v", last)
				}
			}
			if got := h.again(inv); got.Version != inv.Version {
				t.Error("looking has changed the invitation")
			}
			if len(h.record(other)) != 1 {
				t.Error("another invitation is on record as looked at")
			}
		})
	}
}

func TestT11CodeIsNotThereForAnybodyElse(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro, jonas := h.as(demo.Caro), h.as(demo.Jonas)
	inv, forAdmin := caro.invite(), caro.invite(func(in *NewInvitation) { in.Role = "administrator" })
	others := map[string]person{
		"another practitioner": jonas, "another administrator": h.join(demo.Muster, "Dr. Anna Leer", team.Administrator),
		"administrator and assistant": h.join(demo.Muster, "Kim", team.Administrator, team.Assistant),
		"practitioner elsewhere":      h.join(demo.Fjordgata, "Nils", team.Practitioner), "administrator elsewhere": h.as(demo.Ingrid),
	}
	before := h.dump()
	for who, p := range others {
		for _, target := range []invite.Invite{inv, forAdmin} {
			code, err := h.codes.Show(h.ctx(), target)
			h.must(err)
			unknown := target
			unknown.ID = id.New[id.InviteID](h.now(), h.random())
			for how, look := range looks {
				got, none := look(p, target), look(p, unknown)
				if got.Status != http.StatusNotFound || shows(got, code.Reveal()) {
					t.Errorf("%s by %s: got %d", who, how, got.Status)
				}
				if diff := cmp.Diff(none, got); diff != "" {
					t.Errorf("%s by %s: not the answer to what is not there: %s", who, how, diff)
				}
			}
			page := p.send(webtest.Get("/invitations/" + string(target.ID)))
			if shows(page, code.Reveal()) || strings.Contains(page.Body, "/code") || strings.Contains(page.Body, "/letter") {
				t.Errorf("%s: the page offers the code", who)
			}
		}
	}
	for name, door := range doors {
		if got := door(jonas, inv, "new-code", "", ""); got.Status != http.StatusNotFound {
			t.Errorf("%s, a new code by another practitioner: got %d", name, got.Status)
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

func TestT11CodeThatCannotBeRecordedIsNotShown(t *testing.T) {
	t.Parallel()
	for how, look := range looks {
		h := openHouse(t)
		caro := h.as(demo.Caro)
		inv := caro.invite()
		code, err := h.codes.Show(h.ctx(), inv)
		h.must(err)
		for _, kind := range []awstest.Fault{awstest.ErrorBefore, awstest.ErrorAfter} {
			h.world.Faults().At(4, kind) // who asks, the invitation, the key, the record
			if got := look(caro, inv); got.Status != http.StatusInternalServerError || shows(got, code.Reveal()) {
				t.Errorf("%s, %v: got %d, code shown: %v", how, kind, got.Status, shows(got, code.Reveal()))
			}
			if h.world.Faults().Fired() != 1 {
				t.Fatalf("%s: the fault did not fire", how)
			}
			h.world.Faults().Reset()
		}
		if got := acts(h.record(inv)); !slices.Equal(got, []string{"create", "reveal"}) {
			t.Errorf("%s: the record says %v", how, got)
		}
	}
}

func TestT11CodeOfAnotherInvitationDoesNotOpen(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv, other := caro.invite(), caro.invite()
	code, err := h.codes.Show(h.ctx(), inv)
	h.must(err)
	moved := other
	moved.CodeSealed = inv.CodeSealed
	if got, err := h.codes.Show(h.ctx(), moved); err == nil && got.Reveal() == code.Reveal() {
		t.Error("a sealed code opens under another invitation's id")
	}
	if h.right(other, code.Reveal()) {
		t.Error("a code is right for another invitation")
	}
}

func TestCodeInTheListStandsInItsRowOnly(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	for range 3 {
		caro.invite()
	}
	page := looks["page, in the list"](caro, inv).Body
	row, _, _ := strings.Cut(page[strings.Index(page, `<tr id="`+string(inv.ID)):], "</tr>")
	if n := strings.Count(page, `class="groups"`); n != 1 || !strings.Contains(row, `class="groups"`) {
		t.Errorf("%d codes on the page; in the row: %v", n, strings.Contains(row, `class="groups"`))
	}
	if strings.Count(page, `value="yes"`) != 3 {
		t.Error("the other three are not hidden, to be shown by a tap")
	}
}

func TestLetterIsInTheLanguageOfWhoGetsItAndSpellsTheCode(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite(func(in *NewInvitation) { in.Language = text("nb") })
	r := webtest.Form("/invitations/" + string(inv.ID) + "/letter")
	r.Header.Set("Accept-Language", "de")
	got := caro.send(r)
	for _, want := range []string{`<html lang="nb">`, "Aktiveringskoden din", inv.Mail.Masked(), `lang="de"`, "Zurück", "30. november 2026 kl. 09.00"} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("the letter has not %q", want)
		}
	}
	if strings.Contains(got.Body, string(inv.Mail)) {
		t.Error("the letter shows the whole address")
	}
	code, err := h.codes.Show(h.ctx(), inv)
	h.must(err)
	for _, group := range spelling("nb", invite.Groups(code)) {
		for _, sign := range group {
			if !strings.Contains(got.Body, "<b>"+sign.Sign+"</b> "+sign.Word) {
				t.Errorf("the letter does not spell %s", sign.Sign)
			}
		}
	}
}
