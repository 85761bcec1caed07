package main

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"vestibule/shared/invite"
)

// TestT04OneOf64Contenders sends the right code 64 times at once, each with another password, again and again.
func TestT04OneOf64Contenders(t *testing.T) {
	p := newPlace(t)
	rounds := 100
	if testing.Short() {
		rounds = 5
	}
	for round := range rounds {
		ticket := p.invite()
		var in atomic.Int32
		answers := make([]string, 64)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				answer := p.send("/api/redemptions", ticket.body(ticket.code, fmt.Sprintf("%s, Nummer %d", password, i)), nil)
				if answer.StatusCode == http.StatusCreated {
					in.Add(1)
					return
				}
				answers[i] = code(t, answer)
			})
		}
		all.Wait()
		for _, got := range answers {
			if got != "" && got != "invite.redeemed" {
				t.Errorf("round %d: somebody heard %s, want invite.redeemed", round, got)
			}
		}
		if got := p.made(ticket); in.Load() != 1 || got != (made{1, 1, 1, 1}) {
			t.Fatalf("round %d: %d got in, made %+v, want one of each", round, in.Load(), got)
		}
	}
}

// TestT01TenThousandWrongCodes sends wrong codes in parallel, the right one after them.
func TestT01TenThousandWrongCodes(t *testing.T) {
	p := newPlace(t)
	ticket := p.invite()
	guesses := 10_000
	if testing.Short() {
		guesses = 500
	}
	p.w.ResetCalls()
	var wrong, locked atomic.Int32
	var all sync.WaitGroup
	next := make(chan string)
	for range 256 {
		all.Go(func() {
			for guess := range next {
				switch got := code(t, p.send("/api/redemptions", ticket.body(guess, password), nil)); got {
				case "input.fields code:invite.code":
					wrong.Add(1)
				case "invite.locked":
					locked.Add(1)
				default:
					t.Errorf("got %s", got)
				}
			}
		})
	}
	for i := range guesses {
		guess := fmt.Sprintf("%08d", i)
		if guess == ticket.code {
			continue
		}
		next <- guess
	}
	close(next)
	all.Wait()
	compared := 0
	for _, c := range p.w.Calls() {
		if c.Action == "VerifyMac" {
			compared++
		}
	}
	if compared != invite.Tries || wrong.Load() != invite.Tries-1 {
		t.Errorf("%d of %d wrong codes compared, %d told to be wrong, want %d and %d", compared, guesses, wrong.Load(), invite.Tries, invite.Tries-1)
	}
	if got := code(t, p.send("/api/redemptions", ticket.body(ticket.code, password), nil)); got != "invite.locked" {
		t.Errorf("the right code after them: got %s, want invite.locked", got)
	}
	if got := p.made(ticket); got != (made{}) {
		t.Errorf("made %+v", got)
	}
	t.Logf("%d wrong codes: %d compared, %d locked out", guesses, compared, locked.Load())
}
