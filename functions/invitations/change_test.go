package main

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/web/webtest"
	"vestibule/shared/words"
)

// doors are the two ways to every act.
var doors = map[string]func(p person, inv invite.Invite, what, mail, key string) answer{
	"API": func(p person, inv invite.Invite, what, mail, key string) answer {
		in := ""
		if mail != "" {
			in = body(NewMail{Mail: mail})
		}
		return p.api("POST", "/api/invitations/"+string(inv.ID)+"/"+what, in, key)
	},
	"page": func(p person, inv invite.Invite, what, mail, key string) answer {
		pairs := []string{"once", key}
		if mail != "" {
			pairs = append(pairs, "mail", mail)
		}
		return p.send(webtest.Form("/invitations/"+string(inv.ID)+"/"+what, pairs...))
	},
}

func done200(a answer) bool { return a.Status == http.StatusOK || a.Status == http.StatusSeeOther }

func TestA16WithdrawnInvitationIsDeadAtOnceAndLeavesTheList(t *testing.T) {
	t.Parallel()
	for name, door := range doors {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t)
			caro := h.as(demo.Caro)
			inv := caro.invite()
			link, code := h.link(inv), caro.reveal(inv)
			if got := door(caro, inv, "withdraw", "", "k"); !done200(got) {
				t.Fatalf("got %d", got.Status)
			}
			after := h.again(inv)
			if err := h.opens(link); !errors.Is(err, invite.ErrWithdrawn) {
				t.Errorf("the link: %v", err)
			}
			if _, err := h.invites.Try(h.ctx(), link, h.now()); !errors.Is(err, invite.ErrWithdrawn) {
				t.Errorf("a try with the code: %v", err)
			}
			if after.CodeMac != nil || after.CodeSealed != nil || h.right(after, code) {
				t.Error("the code is still there")
			}
			for _, what := range []string{"code", "letter"} {
				if got := caro.send(webtest.Form("/invitations/" + string(inv.ID) + "/" + what)); got.Status != http.StatusGone || strings.Contains(got.Body, code[:4]) {
					t.Errorf("%s: got %d", what, got.Status)
				}
			}
			if page := caro.send(webtest.Get("/invitations")).Body; strings.Contains(page, inv.Name) {
				t.Error("the row is still in the list")
			}
			var list struct{ Invitations []Invitation }
			caro.api("GET", "/api/invitations", "", "").read(t, &list)
			if len(list.Invitations) != 0 {
				t.Error("it is still in the list of the API")
			}
		})
	}
}

func TestA16WithdrawingTwiceIsWithdrawingOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	first := doors["API"](caro, inv, "withdraw", "", "one")
	before := h.dump()
	for _, key := range []string{"one", "two", ""} {
		if got := doors["API"](caro, inv, "withdraw", "", key); got.Status != first.Status || got.Body != first.Body {
			t.Errorf("key %q: got %d %s, want %s", key, got.Status, got.Body, first.Body)
		}
		if got := doors["page"](caro, inv, "withdraw", "", key); got.Status != http.StatusSeeOther {
			t.Errorf("key %q on the page: got %d", key, got.Status)
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("the second time wrote something:\n%s", diff)
	}
}

func TestA16RedeemedInvitationCannotBeWithdrawn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	h.redeem(inv)
	before := h.dump()
	for what, mail := range map[string]string{"withdraw": "", "resend": "", "extend": "", "new-code": "", "code": "", "mail": "new@post.example"} {
		if got := doors["API"](caro, inv, what, mail, ""); got.Status != http.StatusGone || got.code() != "invite.redeemed" {
			t.Errorf("%s: got %d %s", what, got.Status, got.code())
		}
		if got := doors["page"](caro, inv, what, mail, ""); got.Status != http.StatusGone ||
			!strings.Contains(got.Body, `<h2 id="summary">`+words.T("en", "common.refused.refused")) || !strings.Contains(got.Body, words.Fault("en", "invite.redeemed")) {
			t.Errorf("%s on the page: got %d, or the page does not say why", what, got.Status)
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

// redeem ends an invitation as a redemption does.
func (h *house) redeem(inv invite.Invite) {
	h.t.Helper()
	tx := h.demo.DB.Begin()
	h.invites.Redeem(tx, h.again(inv))
	h.must(tx.Commit(h.ctx()))
}

func TestA17ChangedMailGivesANewLinkAndANewCodeAndTellsBothMailboxes(t *testing.T) {
	t.Parallel()
	for name, door := range doors {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t)
			caro := h.as(demo.Caro)
			inv := caro.invite()
			link, code := h.link(inv), caro.reveal(inv)
			for range 3 {
				_, err := h.invites.Try(h.ctx(), link, h.now())
				h.must(err)
			}
			h.wait(time.Hour)
			if got := door(caro, inv, "mail", "petra.neu@post.example", "k"); !done200(got) {
				t.Fatalf("got %d", got.Status)
			}
			after := h.again(inv)
			if err := h.opens(link); !errors.Is(err, invite.ErrLink) {
				t.Errorf("the old link: %v", err)
			}
			if _, err := h.invites.Try(h.ctx(), link, h.now()); !errors.Is(err, invite.ErrLink) {
				t.Errorf("a try with the old link: %v", err)
			}
			if err := h.opens(h.link(after)); err != nil {
				t.Errorf("the new link: %v", err)
			}
			fresh := caro.reveal(inv)
			if fresh == code || h.right(after, code) || !h.right(after, fresh) {
				t.Error("the code is the old one")
			}
			if after.Tries != 3 || after.Mail != "petra.neu@post.example" || !after.ExpiresAt.Equal(h.now().Add(invite.Life)) {
				t.Errorf("%d tries, %s, until %v", after.Tries, after.Mail, after.ExpiresAt)
			}
			var to []string
			for _, l := range h.mails(inv)[1:] {
				to = append(to, string(l.Kind())+" "+string(l.Recipient()))
				if moved, is := l.(letter.InvitationMoved); is && moved.Clinic != demo.Muster.Name {
					t.Errorf("the old mailbox hears of %s", moved.Clinic)
				}
			}
			slices.Sort(to)
			if diff := cmp.Diff([]string{"invitation petra.neu@post.example", "invitation_moved petra.schulz@post.example"}, to); diff != "" {
				t.Error(diff)
			}
			// P40
			for _, path := range []string{"/invitations", "/invitations/" + string(inv.ID)} {
				page := caro.send(webtest.Get(path)).Body
				if !strings.Contains(page, "petra.neu@post.example") || strings.Contains(page, "petra.schulz@post.example") {
					t.Errorf("%s does not show the new address alone", path)
				}
			}
			if letter := caro.send(webtest.Form("/invitations/" + string(inv.ID) + "/letter")).Body; !strings.Contains(letter, after.Mail.Masked()) {
				t.Error("the letter does not name the new mailbox")
			}
		})
	}
}

func TestA17ChangeToTheSameMailboxTellsItOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	link := h.link(inv)
	caro.act(inv, "mail", body(NewMail{Mail: "Petra.Schulz@POST.example"}))
	if n := len(h.mails(inv)); n != 2 {
		t.Errorf("%d mails, want 2", n)
	}
	if err := h.opens(link); !errors.Is(err, invite.ErrLink) {
		t.Errorf("the old link: %v", err)
	}
}

func TestLockedInvitationCanOnlyBeWithdrawn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	h.lock(inv)
	before := h.dump()
	for what, mail := range map[string]string{"resend": "", "extend": "", "new-code": "", "code": "", "mail": "new@post.example"} {
		if got := doors["API"](caro, inv, what, mail, "k"); got.Status != http.StatusGone || got.code() != "invite.locked" {
			t.Errorf("%s: got %d %s", what, got.Status, got.code())
		}
	}
	for _, mail := range []string{"new@post.example", "no address"} { // of a form that was open while it was locked
		got := doors["page"](caro, inv, "mail", mail, "k")
		if got.Status != http.StatusGone || !strings.Contains(got.Body, words.Fault("en", "invite.locked")) || strings.Contains(got.Body, "field-mail") {
			t.Errorf("%s on the page: got %d, or the page does not say that it is over", mail, got.Status)
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
	if got := caro.act(inv, "withdraw", ""); got.Status != invite.Withdrawn {
		t.Errorf("withdrawn: %s", got.Status)
	}
}

// lock uses up all tries with the link.
func (h *house) lock(inv invite.Invite) {
	h.t.Helper()
	link := h.link(inv)
	for range invite.Tries {
		_, err := h.invites.Try(h.ctx(), link, h.now())
		h.must(err)
	}
	tx := h.demo.DB.Begin()
	h.invites.Lock(tx, h.again(inv))
	h.must(tx.Commit(h.ctx()))
}
