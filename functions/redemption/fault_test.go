package main

import (
	"fmt"
	"net/http"
	"testing"

	"vestibule/shared/awstest"
	"vestibule/shared/invite"
)

// TestT46EveryCallOfARedemptionMayFail lets each AWS call of a redemption go wrong in each way, and sends the redemption again as a
// person would. Everything is made together or not at all, and in the end the person is in.
func TestT46EveryCallOfARedemptionMayFail(t *testing.T) {
	p := newPlace(t)
	points := 0
	for _, kind := range awstest.Kinds {
		for n := 1; ; n++ {
			ticket := p.invite()
			name := fmt.Sprintf("%v at call %d", kind, n)
			p.w.Faults().Reset()
			p.w.Faults().At(n, kind)
			var status int
			killed := awstest.Survive(func() { status = p.send("/api/redemptions", ticket.body(ticket.code, password), nil).StatusCode })
			fired := p.w.Faults().Fired()
			p.w.Faults().Reset()
			if fired == 0 {
				break
			}
			points++
			whole, got := made{1, 1, 1, 1}, p.made(ticket)
			redeemed := p.stored(ticket).Status == invite.Redeemed
			switch {
			case got != whole && got != (made{}):
				t.Errorf("%s: half a redemption: %+v", name, got)
			case redeemed != (got == whole):
				t.Errorf("%s: redeemed %v, but made %+v", name, redeemed, got)
			case !killed && status != http.StatusCreated && status != http.StatusInternalServerError:
				t.Errorf("%s: answered %d", name, status)
			case kind == awstest.Throttle && status != http.StatusCreated:
				t.Errorf("%s: answered %d, want 201: the SDK tries again", name, status)
			}
			answer := p.send("/api/redemptions", ticket.body(ticket.code, password), nil)
			if answer.StatusCode != http.StatusCreated {
				t.Errorf("%s, sent again: got %d %s", name, answer.StatusCode, code(t, answer))
				continue
			}
			if got := p.made(ticket); got != whole {
				t.Errorf("%s, sent again: made %+v, want one of each", name, got)
			}
			if p.stored(ticket).Tries > 2 {
				t.Errorf("%s: %d tries used, want at most 2", name, p.stored(ticket).Tries)
			}
		}
	}
	t.Logf("%d fault points", points)
}
