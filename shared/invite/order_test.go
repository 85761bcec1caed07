package invite

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vestibule/shared/awstest"
	"vestibule/shared/fault"
	"vestibule/shared/mail"
)

// TestT07EveryOrderOfActs runs random orders of everything that can happen to an invitation beside a model of what should.
func TestT07EveryOrderOfActs(t *testing.T) {
	w := awstest.New(t)
	s := open(w)
	rapid.Check(t, func(t *rapid.T) {
		ctx, now := context.Background(), monday
		inv, link := s.fresh(t, clinicID())
		links := []Link{link} // all ever sent; the last is the living one
		code, codes := 0, 1   // which code is right, how many were ever made
		tries, life := 0, now.Add(Life)
		status, opened := Pending, false
		mails := 1
		state := func() Status {
			switch {
			case status != Pending:
				return status
			case tries >= Tries:
				return Locked
			case !now.Before(life):
				return Expired
			default:
				return Pending
			}
		}
		refusal := func(which int) error {
			if which != len(links)-1 {
				return ErrLink
			}
			return map[Status]error{Locked: ErrLocked, Expired: ErrExpired, Redeemed: ErrRedeemed, Withdrawn: ErrWithdrawn}[state()]
		}
		same := func(what string, got, want error) {
			t.Helper()
			if fault.Of(got) != fault.Of(want) || (got == nil) != (want == nil) {
				t.Fatalf("%s in state %s after %d tries: got %v, want %v", what, state(), tries, got, want)
			}
		}
		change := func(what string, want error, next func(Invite) (Invite, error)) bool {
			before := must[Invite](t)(s.store.Get(ctx, inv.ClinicID, inv.ID))
			after, err := next(before)
			same(what, err, want)
			if err != nil {
				return false
			}
			tx := s.db.Begin()
			s.store.Change(tx, before, after)
			if err := tx.Commit(ctx); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			return true
		}
		// staffRefusal is why staff cannot change link or code; running out is no reason.
		staffRefusal := func() error {
			if err := refusal(len(links) - 1); err != ErrExpired {
				return err
			}
			return nil
		}
		send := func(what string, also func(Invite) Invite) bool {
			want := staffRefusal()
			if want == nil && mails >= Mails {
				want = ErrTooMany
			}
			next := must[Link](t)(NewLink(inv.ClinicID, inv.ID, rand.Reader))
			if !change(what, want, func(i Invite) (Invite, error) { return also(i).Send(next, i.MessageID, now) }) {
				return false
			}
			links, life, opened = append(links, next), now.Add(Life), false
			mails++
			return true
		}
		mac := func(n int) []byte { sum := sha256.Sum256(fmt.Append(nil, n)); return sum[:] }
		t.Repeat(map[string]func(*rapid.T){
			"open": func(r *rapid.T) {
				which := rapid.IntRange(0, len(links)-1).Draw(r, "link")
				_, err := s.store.Open(ctx, links[which], now)
				same("open", err, refusal(which))
				opened = opened || err == nil
			},
			"wrong code": func(r *rapid.T) {
				which := rapid.IntRange(0, len(links)-1).Draw(r, "link")
				got, err := s.store.Try(ctx, links[which], now)
				same("try", err, refusal(which))
				if err == nil {
					if tries++; got.Tries != tries {
						t.Fatalf("%d tries on record, want %d", got.Tries, tries)
					}
					if tries == Tries {
						tx := s.db.Begin()
						s.store.Lock(tx, got)
						if err := tx.Commit(ctx); err != nil {
							t.Fatalf("lock: %v", err)
						}
						status = Locked
					}
				}
			},
			"redeem": func(r *rapid.T) {
				if rapid.IntRange(0, 3).Draw(r, "rarely") > 0 {
					r.Skip()
				}
				which := rapid.IntRange(0, len(links)-1).Draw(r, "link")
				typed := rapid.IntRange(max(0, codes-2), codes-1).Draw(r, "code")
				got, err := s.store.Try(ctx, links[which], now)
				same("try", err, refusal(which))
				if err != nil {
					return
				}
				tries++
				if right := string(got.CodeMac) == string(mac(typed)) || codes == 1; right != (typed == code) {
					t.Fatalf("code %d of %d is right: %v, want %v", typed, codes, right, typed == code)
				}
				if typed == code {
					tx := s.db.Begin()
					s.store.Redeem(tx, got)
					s.store.Forgive(tx, got, now)
					if err := tx.Commit(ctx); err != nil {
						t.Fatalf("redeem: %v", err)
					}
					status = Redeemed
				}
			},
			"resend": func(*rapid.T) { send("resend", func(i Invite) Invite { return i }) },
			"change mail": func(*rapid.T) {
				if send("change mail", func(i Invite) Invite { i.Mail, i.CodeMac = mail.Address("new@praxis.example"), mac(codes); return i }) {
					code = codes
					codes++
				}
			},
			"new code": func(*rapid.T) {
				if change("new code", refusal(len(links)-1), func(i Invite) (Invite, error) { return i.Recode(mac(codes), []byte("sealed"), now) }) {
					code = codes
					codes++
				}
			},
			"extend": func(*rapid.T) {
				if change("extend", staffRefusal(), func(i Invite) (Invite, error) { return i.Extend(now) }) {
					life = now.Add(Life)
				}
			},
			"withdraw": func(r *rapid.T) {
				if rapid.IntRange(0, 3).Draw(r, "rarely") > 0 {
					r.Skip()
				}
				var want error
				if status == Redeemed {
					want = ErrRedeemed
				}
				if change("withdraw", want, func(i Invite) (Invite, error) { return i.Withdraw(now) }) {
					status = Withdrawn
				}
			},
			"time": func(r *rapid.T) { now = now.Add(time.Duration(rapid.IntRange(1, 100).Draw(r, "hours")) * time.Hour) },
			"": func(*rapid.T) {
				got := must[Invite](t)(s.store.Get(ctx, inv.ClinicID, inv.ID))
				want := state()
				if want == Pending && opened {
					want = Opened
				}
				if got.State(now) != want || got.Tries != tries || tries > Tries {
					t.Fatalf("state %s with %d tries, want %s with %d", got.State(now), got.Tries, want, tries)
				}
				if ended := status == Redeemed || status == Withdrawn; ended && (got.CodeSealed != nil || got.CodeMac != nil) {
					t.Fatalf("an invitation that is %s still keeps its code", status)
				}
			},
		})
	})
}
