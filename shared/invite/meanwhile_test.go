package invite

import (
	"context"
	"errors"
	"testing"
	"time"

	"vestibule/shared/awstest"
)

// What staff decide about an invitation meets what happened to it since they looked.
func TestT07ChangeMeetsWhatHappenedMeanwhile(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		ctx, s := context.Background(), open(w)
		try := func(link Link, times int) {
			for range times {
				must[Invite](t)(s.store.Try(ctx, link, monday))
			}
		}
		changes := map[string]func(Invite) (Invite, error){
			"extend":   func(i Invite) (Invite, error) { return i.Extend(monday.Add(time.Hour)) },
			"new code": func(i Invite) (Invite, error) { return i.Recode([]byte("other"), []byte("other"), monday) },
			"resend": func(i Invite) (Invite, error) {
				return i.Send(must[Link](t)(NewLink(i.ClinicID, i.ID, nothingRandom{})), "msg_x", monday)
			},
			"withdraw": func(i Invite) (Invite, error) { return i.Withdraw(monday) },
		}
		for name, change := range changes {
			for what, c := range map[string]struct {
				happen func(Invite, Link)
				want   error // of all changes but a withdrawal
				anyway error // of a withdrawal
				opened bool  // how it looks after a change that keeps the link
				tries  int
			}{
				"nothing":            {func(Invite, Link) {}, nil, nil, false, 0},
				"opened":             {func(_ Invite, l Link) { must[Invite](t)(s.store.Open(ctx, l, monday)) }, nil, nil, true, 0},
				"a try":              {func(_ Invite, l Link) { try(l, 1) }, nil, nil, false, 1},
				"all tries":          {func(_ Invite, l Link) { try(l, Tries) }, ErrLocked, nil, false, Tries},
				"all tries, written": {func(i Invite, l Link) { try(l, Tries); i.Tries = Tries; s.lock(t, i) }, ErrLocked, nil, false, Tries},
				"another change":     {func(i Invite, _ Link) { s.commit(t, i, must[Invite](t)(i.Extend(monday))) }, ErrChanged, ErrChanged, false, 0},
				"a withdrawal":       {func(i Invite, _ Link) { s.commit(t, i, must[Invite](t)(i.Withdraw(monday))) }, ErrWithdrawn, ErrWithdrawn, false, 0},
				"a redemption":       {func(i Invite, _ Link) { s.redeem(t, i) }, ErrRedeemed, ErrRedeemed, false, 0},
			} {
				inv, link := s.fresh(t, clinicID())
				after := must[Invite](t)(change(inv))
				c.happen(inv, link)
				tx := s.db.Begin()
				s.store.Change(tx, inv, after)
				want := c.want
				if name == "withdraw" {
					want = c.anyway
				}
				if err := tx.Commit(ctx); !errors.Is(err, want) || (err == nil) != (want == nil) {
					t.Errorf("%s after %s: got %v, want %v", name, what, err, want)
					continue
				}
				got := must[Invite](t)(s.store.Get(ctx, inv.ClinicID, inv.ID))
				if got.Tries != c.tries {
					t.Errorf("%s after %s: %d tries, want %d", name, what, got.Tries, c.tries)
				}
				if opened := got.OpenedAt != nil; want == nil && opened != (c.opened && name != "resend") {
					t.Errorf("%s after %s: opened: %v", name, what, opened)
				}
			}
		}
	})
}

// nothingRandom makes a link that differs from a fresh one.
type nothingRandom struct{}

func (nothingRandom) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (s shelf) commit(t tb, before, after Invite) {
	t.Helper()
	tx := s.db.Begin()
	s.store.Change(tx, before, after)
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatalf("change: %v", err)
	}
}

func (s shelf) redeem(t tb, i Invite) {
	t.Helper()
	tx := s.db.Begin()
	s.store.Redeem(tx, i)
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatalf("redeem: %v", err)
	}
}

func (s shelf) lock(t tb, i Invite) {
	t.Helper()
	tx := s.db.Begin()
	s.store.Lock(tx, i)
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatalf("lock: %v", err)
	}
}

func TestLetterSaysTheTimeThatTheLinkIsHeldTo(t *testing.T) {
	t.Parallel()
	for _, change := range []func(Invite) (Invite, error){
		func(i Invite) (Invite, error) { return i.Send(Link{}, "msg_x", monday.Add(999*time.Millisecond)) },
		func(i Invite) (Invite, error) { return i.Extend(monday.Add(time.Nanosecond)) },
	} {
		i := must[Invite](t)(change(Invite{Status: Pending, ExpiresAt: monday}))
		if !i.ExpiresAt.Equal(monday.Add(Life)) {
			t.Errorf("until %v", i.ExpiresAt)
		}
	}
}
