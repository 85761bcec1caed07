package invite

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
)

// monday is when the tests begin.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

type shelf struct {
	db    *dynamo.DB
	store *Store
}

func open(w *awstest.World) shelf {
	db := dynamo.Open(w.Config())
	return shelf{db, Open(db, w.Table("InviteTable"))}
}

// tb is what testing.T and rapid.T share.
type tb interface {
	Helper()
	Fatalf(string, ...any)
}

func must[V any](t tb) func(V, error) V {
	t.Helper()
	return func(v V, err error) V {
		if err != nil {
			t.Fatalf("unexpected: %v", err)
		}
		return v
	}
}

// fresh writes a sent invitation with a code whose "keyed hash" is a plain one: stores do not compare codes.
func (s shelf) fresh(t tb, clinic id.ClinicID) (Invite, Link) { return s.freshAt(t, clinic, monday) }

func (s shelf) freshAt(t tb, clinic id.ClinicID, now time.Time) (Invite, Link) {
	inv := Invite{
		ClinicID: clinic, ID: id.New[id.InviteID](now, rand.Reader), Status: Pending, MemberID: id.New[id.MemberID](now, rand.Reader),
		Name: "Mia Muster", Mail: "mia@praxis.example", Lang: "de", Role: "assistant", CodeForm: Letters, CreatedAt: now,
		CodeMac: []byte("mac"), CodeSealed: []byte("sealed"),
	}
	link := must[Link](t)(NewLink(inv.ClinicID, inv.ID, rand.Reader))
	inv = must[Invite](t)(inv.Send(link, id.New[id.MessageID](now, rand.Reader), now))
	tx := s.db.Begin()
	s.store.Add(tx, inv)
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatalf("add an invitation: %v", err)
	}
	return inv, link
}

func clinicID() id.ClinicID { return id.New[id.ClinicID](monday, rand.Reader) }

func TestT01FiveTriesForTheLifeOfAnInvitation(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		ctx, s := context.Background(), open(w)
		inv, link := s.fresh(t, clinicID())
		var compared, locked atomic.Int32
		var all sync.WaitGroup
		for range 256 {
			all.Go(func() {
				_, err := s.store.Try(ctx, link, monday)
				switch {
				case err == nil:
					compared.Add(1)
				case errors.Is(err, ErrLocked):
					locked.Add(1)
				default:
					t.Errorf("got %v, want a try or that it is locked", err)
				}
			})
		}
		all.Wait()
		if compared.Load() != Tries || locked.Load() != 256-Tries {
			t.Errorf("%d compared and %d locked out, want %d and %d", compared.Load(), locked.Load(), Tries, 256-Tries)
		}
		if stored := must[Invite](t)(s.store.Get(ctx, inv.ClinicID, inv.ID)); stored.Tries != Tries {
			t.Errorf("%d tries on record, want %d", stored.Tries, Tries)
		}
	})
}

func TestT02StrangerWithoutTheLinkBurnsNoTry(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		ctx, s := context.Background(), open(w)
		inv, link := s.fresh(t, clinicID())
		for range 100 {
			forged := must[Link](t)(NewLink(inv.ClinicID, inv.ID, rand.Reader))
			if _, err := s.store.Try(ctx, forged, monday); !errors.Is(err, ErrLink) {
				t.Fatalf("got %v, want the neutral refusal", err)
			}
		}
		if got := must[Invite](t)(s.store.Try(ctx, link, monday)); got.Tries != 1 {
			t.Errorf("%d tries after the first of the link's holder, want 1", got.Tries)
		}
	})
}

func TestT03ClinicFreezesAfterTwentyWrongCodesADay(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		ctx, s := context.Background(), open(w)
		clinic := clinicID()
		var links []Link
		for range 8 {
			_, link := s.fresh(t, clinic)
			links = append(links, link)
		}
		var compared, frozen atomic.Int32
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				_, err := s.store.Try(ctx, links[i%len(links)], monday)
				switch {
				case err == nil:
					compared.Add(1)
				case errors.Is(err, ErrFrozen):
					frozen.Add(1)
				default:
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if compared.Load() != Wrongs || frozen.Load() != 40-Wrongs {
			t.Errorf("%d compared and %d frozen, want %d and %d", compared.Load(), frozen.Load(), Wrongs, 40-Wrongs)
		}
		_, other := s.fresh(t, clinicID())
		must[Invite](t)(s.store.Try(ctx, other, monday)) // another clinic goes on

		fresh, link := s.fresh(t, clinic)
		if _, err := s.store.Try(ctx, link, monday); !errors.Is(err, ErrFrozen) {
			t.Errorf("got %v, want frozen", err)
		}
		if got := must[Invite](t)(s.store.Get(ctx, clinic, fresh.ID)); got.Tries != 0 {
			t.Errorf("a try that was not compared stays counted: %d", got.Tries)
		}
		must[Invite](t)(s.store.Try(ctx, link, monday.Add(24*time.Hour))) // tomorrow it goes on
	})
}

func TestT04RedeemedOnceByOne(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		ctx, s := context.Background(), open(w)
		inv, _ := s.fresh(t, clinicID())
		var won atomic.Int32
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				tx := s.db.Begin()
				s.store.Redeem(tx, inv)
				switch err := tx.Commit(ctx); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, ErrRedeemed):
					t.Errorf("got %v, want redeemed", err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d redeemed it, want 1", won.Load())
		}
	})
}

func TestT08AfterWithdrawNothingIsRedeemed(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		ctx, s := context.Background(), open(w)
		for range 40 {
			inv, _ := s.fresh(t, clinicID())
			withdrawn := must[Invite](t)(inv.Withdraw(monday))
			var redeemErr, withdrawErr error
			var both sync.WaitGroup
			both.Go(func() {
				tx := s.db.Begin()
				s.store.Redeem(tx, inv)
				redeemErr = tx.Commit(ctx)
			})
			both.Go(func() {
				tx := s.db.Begin()
				s.store.Change(tx, inv, withdrawn)
				withdrawErr = tx.Commit(ctx)
			})
			both.Wait()
			if (redeemErr == nil) == (withdrawErr == nil) {
				t.Fatalf("redeemed: %v, withdrawn: %v, want exactly one of them", redeemErr, withdrawErr)
			}
		}
	})
}

func TestP41OtherClinicsInvitationIsNotThere(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(w)
		inv, _ := s.fresh(t, clinicID())
		if _, err := s.store.Get(context.Background(), clinicID(), inv.ID); !errors.Is(err, ErrUnknown) {
			t.Errorf("got %v, want unknown", err)
		}
	})
}
