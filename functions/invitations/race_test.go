package main

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/invite"
)

// TestT07ManyActsAtOnceChangeAnInvitationOneAtATime lets colleagues do everything but withdraw at once, while the link's holder opens it and
// tries codes.
func TestT07ManyActsAtOnceChangeAnInvitationOneAtATime(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro, jonas := h.as(demo.Caro), h.as(demo.Jonas)
	for range 5 {
		inv := caro.invite()
		link := h.link(inv)
		var changed, tried atomic.Int32
		statuses := make([]int, 64)
		var all sync.WaitGroup
		start := make(chan struct{})
		for i := range 64 {
			all.Go(func() {
				<-start
				what, mail, who := []string{"resend", "extend", "mail", "new-code"}[i%4], "", caro
				if what == "mail" {
					mail = fmt.Sprintf("petra.%d@post.example", i)
				}
				if i%8 < 3 {
					who = jonas
				}
				got := doors[[]string{"API", "page"}[i/4%2]](who, inv, what, mail, fmt.Sprintf("key-%d", i))
				if statuses[i] = got.Status; done200(got) {
					changed.Add(1)
				}
			})
		}
		for range invite.Tries - 1 { // the last would lock it
			all.Go(func() {
				<-start
				if h.opens(link) == nil {
					if _, err := h.invites.Try(h.ctx(), link, h.now()); err == nil {
						tried.Add(1)
					}
				}
			})
		}
		close(start)
		all.Wait()
		after := h.again(inv)
		if after.Version != inv.Version+int(changed.Load()) || changed.Load() == 0 {
			t.Errorf("version %d after %d changes", after.Version, changed.Load())
		}
		if after.Tries != int(tried.Load()) {
			t.Errorf("%d tries on record, %d were counted", after.Tries, tried.Load())
		}
		for i, s := range statuses {
			if !slices.Contains([]int{http.StatusOK, http.StatusSeeOther, http.StatusConflict, http.StatusGone, http.StatusTooManyRequests}, s) {
				t.Errorf("act %d: got %d", i, s)
			}
		}
		if got := len(h.record(inv)) - 1; got != int(changed.Load()) {
			t.Errorf("%d entries for %d changes", got, changed.Load())
		}
	}
	h.checkRecord()
}

func TestT08WithdrawalIsStoppedByNothingThatHappensAtTheSameTime(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	people := []person{h.as(demo.Caro), h.as(demo.Jonas)}
	for range 5 {
		inv := people[0].invite()
		link := h.link(inv)
		var withdrawn []answer
		var mu sync.Mutex
		var all sync.WaitGroup
		start := make(chan struct{})
		for i := range 32 {
			all.Go(func() {
				<-start
				if i%4 == 0 {
					got := doors["API"](people[i/4%2], inv, "withdraw", "", "")
					mu.Lock()
					defer mu.Unlock()
					withdrawn = append(withdrawn, got)
					return
				}
				doors["API"](people[i%2], inv, []string{"", "resend", "extend", "extend"}[i%4], "", "")
			})
		}
		close(start)
		all.Wait()
		for _, got := range withdrawn {
			var out Invitation
			got.read(t, &out)
			if out.Status != Withdrawn {
				t.Errorf("a withdrawal is answered with %s", out.Status)
			}
		}
		after := h.again(inv)
		if after.Status != invite.Withdrawn || after.CodeMac != nil || after.CodeSealed != nil || h.opens(link) == nil {
			t.Errorf("it is %s", after.Status)
		}
		n := 0
		for _, act := range acts(h.record(inv)) {
			if act == "withdraw" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d withdrawals on record", n)
		}
	}
	h.checkRecord()
}

func TestP42DoubleClickOnAnActIsOneAct(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	for what, c := range map[string]struct {
		mail  string
		mails int
	}{"resend": {"", 1}, "extend": {"", 0}, "new-code": {"", 0}, "mail": {"new@post.example", 2}, "withdraw": {"", 0}} {
		inv := caro.invite()
		before := h.dump()
		statuses := make([]int, 32)
		var all sync.WaitGroup
		for i := range 32 {
			all.Go(func() { statuses[i] = doors[[]string{"API", "page"}[i%2]](caro, inv, what, c.mail, "a-click").Status })
		}
		all.Wait()
		for i, s := range statuses {
			if want := []int{http.StatusOK, http.StatusSeeOther}[i%2]; s != want {
				t.Errorf("%s, %d: got %d, want %d", what, i, s, want)
			}
		}
		want := map[string]int{"AuditTable": 1, "OnceTable": 1}
		if c.mails > 0 {
			want["OutboxTable"] = c.mails
		}
		if diff := cmp.Diff(want, more(before, h.dump())); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	h.checkRecord()
}

// Whoever sees a code while it is replaced or withdrawn sees one that was the invitation's, and is
// on record for it.
func TestT11ViewsThatRaceANewCodeAreAllOnRecord(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	var views atomic.Int32
	var all sync.WaitGroup
	for i := range 48 {
		all.Go(func() {
			switch {
			case i%6 == 5:
				doors["API"](caro, inv, "new-code", "", "")
			case i == 40:
				doors["API"](caro, inv, "withdraw", "", "")
			default:
				if got := looks["api"](caro, inv); got.Status == http.StatusOK {
					views.Add(1)
				} else if got.Status != http.StatusGone {
					t.Errorf("got %d", got.Status)
				}
			}
		})
	}
	all.Wait()
	entries := 0
	for _, act := range acts(h.record(inv)) {
		if act == "reveal" {
			entries++
		}
	}
	if entries != int(views.Load()) {
		t.Errorf("%d views, %d entries", views.Load(), entries)
	}
	h.checkRecord()
}
