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
	"vestibule/shared/dynamo"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/web/webtest"
)

func TestP36ResentMailHasANewLinkForAnotherSevenDaysAndTheSameCode(t *testing.T) {
	t.Parallel()
	for name, door := range doors {
		for when, passed := range map[string]time.Duration{"in time": 2 * time.Hour, "late": 8 * 24 * time.Hour, "months later": 60 * 24 * time.Hour} {
			t.Run(name+" "+when, func(t *testing.T) {
				h := openHouse(t)
				inv := h.as(demo.Caro).invite()
				link := h.link(inv)
				h.must(h.opens(link))
				_, err := h.invites.Try(h.ctx(), link, h.now())
				h.must(err)
				h.wait(passed)
				caro := h.as(demo.Caro)
				if got := door(caro, inv, "resend", "", "k"); !done200(got) {
					t.Fatalf("got %d", got.Status)
				}
				after := h.again(inv)
				if err := h.opens(link); !errors.Is(err, invite.ErrLink) {
					t.Errorf("the old link: %v", err)
				}
				if !after.ExpiresAt.Equal(h.now().Add(invite.Life)) || after.Tries != 1 || after.State(h.now()) != invite.Pending {
					t.Errorf("until %v, %d tries, %s", after.ExpiresAt, after.Tries, after.State(h.now()))
				}
				if !slices.Equal(after.CodeMac, inv.CodeMac) || !slices.Equal(after.CodeSealed, inv.CodeSealed) {
					t.Error("the code has changed")
				}
				mail := h.mails(inv)[1].(letter.Invitation)
				if !mail.Until.Equal(after.ExpiresAt) || mail.To.Mail != inv.Mail {
					t.Errorf("the mail says %v to %s", mail.Until, mail.To.Mail)
				}
				fresh := h.link(after)
				if err := h.opens(fresh); err != nil {
					t.Errorf("the new link: %v", err)
				}
				h.wait(invite.Life)
				if err := h.opens(fresh); !errors.Is(err, invite.ErrExpired) {
					t.Errorf("the new link after seven days: %v", err)
				}
			})
		}
	}
}

func TestP46ExtendedLinkIsTheSameForAnotherSevenDays(t *testing.T) {
	t.Parallel()
	for name, door := range doors {
		for when, passed := range map[string]time.Duration{"in time": 6 * 24 * time.Hour, "late": 10 * 24 * time.Hour} {
			t.Run(name+" "+when, func(t *testing.T) {
				h := openHouse(t)
				inv := h.as(demo.Caro).invite()
				link := h.link(inv)
				h.must(h.opens(link))
				h.wait(passed)
				if got := door(h.as(demo.Caro), inv, "extend", "", "k"); !done200(got) {
					t.Fatalf("got %d", got.Status)
				}
				after := h.again(inv)
				want := inv
				want.Version, want.ExpiresAt, want.TTL, want.OpenedAt = inv.Version+1, after.ExpiresAt, after.TTL, after.OpenedAt
				if diff := cmp.Diff(want, after); diff != "" || after.OpenedAt == nil {
					t.Errorf("more has changed than the time: %s", diff)
				}
				if len(h.mails(inv)) != 1 {
					t.Error("a mail was sent")
				}
				h.wait(invite.Life - time.Second)
				if err := h.opens(link); err != nil {
					t.Errorf("a second before the end: %v", err)
				}
				h.wait(time.Second)
				if err := h.opens(link); !errors.Is(err, invite.ErrExpired) {
					t.Errorf("at the end: %v", err)
				}
			})
		}
	}
}

func TestNewCodeKillsTheOldOneAndLeavesLinkAndTries(t *testing.T) {
	t.Parallel()
	for name, door := range doors {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t)
			caro := h.as(demo.Caro)
			inv := caro.invite()
			link, code := h.link(inv), caro.reveal(inv)
			h.must(h.opens(link))
			_, err := h.invites.Try(h.ctx(), link, h.now())
			h.must(err)
			if got := door(caro, inv, "new-code", "", "k"); !done200(got) {
				t.Fatalf("got %d", got.Status)
			}
			after, fresh := h.again(inv), caro.reveal(inv)
			if fresh == code || h.right(after, code) || !h.right(after, fresh) {
				t.Error("the code is the old one")
			}
			if err := h.opens(link); err != nil || after.Tries != 1 || after.State(h.now()) != invite.Opened || len(h.mails(inv)) != 1 {
				t.Errorf("link %v, %d tries, %s, %d mails", err, after.Tries, after.State(h.now()), len(h.mails(inv)))
			}
			h.wait(invite.Life)
			if got := door(h.as(demo.Caro), inv, "new-code", "", ""); got.Status != http.StatusGone {
				t.Errorf("of one that ran out: got %d", got.Status)
			}
		})
	}
}

func TestP47InvitationSendsTenMailsAtMostAndARetryOfTheTenthFindsIt(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	for range invite.Mails - 2 {
		caro.act(inv, "resend", "")
	}
	tenth := doors["API"](caro, inv, "resend", "", "tenth")
	if tenth.Status != http.StatusOK {
		t.Fatalf("the tenth mail: got %d", tenth.Status)
	}
	before := h.dump()
	if got := doors["API"](caro, inv, "resend", "", "tenth"); got.Status != http.StatusOK || got.Body != tenth.Body {
		t.Errorf("the tenth again: got %d %s", got.Status, got.Body)
	}
	for what, mail := range map[string]string{"resend": "", "mail": "new@post.example"} {
		if got := doors["API"](caro, inv, what, mail, "next"); got.Status != http.StatusTooManyRequests || got.code() != "invite.too_many_mails" {
			t.Errorf("%s: got %d %s", what, got.Status, got.code())
		}
		if got := doors["page"](caro, inv, what, mail, "next"); got.Status != http.StatusTooManyRequests || !strings.Contains(got.Body, `class="summary"`) {
			t.Errorf("%s on the page: got %d", what, got.Status)
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

func TestEveryActIsDoneOnceUnderOneKey(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		mail, other string
		writes      map[string]int
	}{
		"resend":   {"", "", map[string]int{"AuditTable": 1, "OnceTable": 1, "OutboxTable": 1}},
		"extend":   {"", "", map[string]int{"AuditTable": 1, "OnceTable": 1}},
		"new-code": {"", "", map[string]int{"AuditTable": 1, "OnceTable": 1}},
		"withdraw": {"", "", map[string]int{"AuditTable": 1, "OnceTable": 1}},
		"mail":     {"new@post.example", "newer@post.example", map[string]int{"AuditTable": 1, "OnceTable": 1, "OutboxTable": 2}},
	} {
		t.Run(what, func(t *testing.T) {
			h := openHouse(t)
			caro := h.as(demo.Caro)
			inv, another := caro.invite(), caro.invite()
			before := h.dump()
			for range 3 {
				for name, door := range doors {
					if got := door(caro, inv, what, c.mail, "a-key"); !done200(got) {
						t.Errorf("%s: got %d", name, got.Status)
					}
				}
			}
			if diff := cmp.Diff(c.writes, more(before, h.dump())); diff != "" {
				t.Error(diff)
			}
			if got := h.again(inv); got.Version != inv.Version+1 {
				t.Errorf("version %d after %d", got.Version, inv.Version)
			}
			before = h.dump()
			if got := doors["API"](caro, another, what, c.mail, "a-key"); got.Status != http.StatusConflict || got.code() != "once.other_body" {
				t.Errorf("for another invitation: got %d %s", got.Status, got.code())
			}
			if c.other != "" {
				if got := doors["API"](caro, inv, what, c.other, "a-key"); got.Status != http.StatusConflict || got.code() != "once.other_body" {
					t.Errorf("with another address: got %d %s", got.Status, got.code())
				}
			}
			if diff := cmp.Diff(before, h.dump()); diff != "" {
				t.Errorf("something was written:\n%s", diff)
			}
		})
	}
}

// TestP39NothingDependsOnTTLDeletion keeps items long after the time at which DynamoDB may delete them.
func TestP39NothingDependsOnTTLDeletion(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	inv := h.as(demo.Caro).invite()
	link := h.link(inv)
	h.wait(365 * 24 * time.Hour)
	if !h.again(inv).TTL.Before(h.now()) {
		t.Fatal("the item could not be deleted yet")
	}
	if err := h.opens(link); !errors.Is(err, invite.ErrExpired) {
		t.Errorf("the link: %v", err)
	}
	if _, err := h.invites.Try(h.ctx(), link, h.now()); !errors.Is(err, invite.ErrExpired) {
		t.Errorf("a try: %v", err)
	}
	caro := h.as(demo.Caro)
	var out Invitation
	caro.api("GET", "/api/invitations/"+string(inv.ID), "", "").read(t, &out)
	if out.Status != Expired {
		t.Errorf("it is %s", out.Status)
	}
	if got := caro.act(inv, "extend", ""); got.State(h.now()) != invite.Pending || !got.TTL.After(got.ExpiresAt) {
		t.Errorf("extended: %s, deleted from %v", got.State(h.now()), got.TTL)
	}
	// A letter that is gone, as after its time, is no reason not to show the invitation.
	h.must(h.demo.DB.Delete(h.ctx(), h.world.Table("OutboxTable"), dynamo.Key("message_id", string(inv.MessageID))))
	caro.api("GET", "/api/invitations/"+string(inv.ID), "", "").read(t, &out)
	if out.Delivery != Unknown || out.Status != Pending {
		t.Errorf("without its letter: %s, %s", out.Delivery, out.Status)
	}
	if page := caro.send(webtest.Get("/invitations")); page.Status != http.StatusOK || !strings.Contains(page.Body, "Pending") {
		t.Errorf("list without the letter: got %d", page.Status)
	}
}
