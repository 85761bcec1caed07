package account

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/mail"
	"vestibule/shared/seal"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type shelf struct {
	t     *testing.T
	db    *dynamo.DB
	store *Store
}

func open(t *testing.T, w *awstest.World) shelf {
	db := dynamo.Open(w.Config())
	return shelf{t, db, Open(db, w.Table("AccountTable"))}
}

func (s shelf) create(to mail.Address) (Account, error) {
	a := Account{ID: id.New[id.AccountID](noon, rand.Reader), Mail: to, Name: "Finn", Lang: "nb", CreatedAt: noon}
	tx := s.db.Begin()
	s.store.Create(tx, a, "hash of "+string(a.ID), id.New[id.ClinicID](noon, rand.Reader))
	return a, tx.Commit(context.Background())
}

func (s shelf) try(to mail.Address, at time.Time) bool {
	s.t.Helper()
	_, ok, err := s.store.Try(context.Background(), to, at)
	if err != nil {
		s.t.Fatal(err)
	}
	return ok
}

func TestP43OneAddressIsOneAccount(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		var made atomic.Int32
		var all sync.WaitGroup
		for i := range 32 {
			all.Go(func() {
				to := mail.Address("finn@praxis.example")
				if i%2 == 1 {
					to = "Finn@Praxis.example"
				}
				switch _, err := s.create(to); {
				case err == nil:
					made.Add(1)
				case !errors.Is(err, ErrTaken):
					t.Errorf("got %v, want taken", err)
				}
			})
		}
		all.Wait()
		if made.Load() != 1 || len(w.Dump(context.Background())["AccountTable"]) != 2 {
			t.Errorf("%d accounts, %d items, want one account of two items", made.Load(), len(w.Dump(context.Background())["AccountTable"]))
		}
	})
}

func TestT13TriesAreCountedBeforeAnythingIsCompared(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		if _, err := s.create("finn@praxis.example"); err != nil {
			t.Fatal(err)
		}
		var compared atomic.Int32
		var all sync.WaitGroup
		for range 256 {
			all.Go(func() {
				if s.try("finn@praxis.example", noon) {
					compared.Add(1)
				}
			})
		}
		all.Wait()
		if compared.Load() != 5 {
			t.Errorf("%d of 256 tries at once may be compared, want 5", compared.Load())
		}
		if s.try("nobody@praxis.example", noon) {
			t.Error("a try of nobody may be compared")
		}
	})
}

func TestDelayGrowsAndSuccessForgets(t *testing.T) {
	t.Parallel()
	s := open(t, awstest.New(t))
	if _, err := s.create("finn@praxis.example"); err != nil {
		t.Fatal(err)
	}
	now, to := noon, mail.Address("finn@praxis.example")
	for n := range 100 {
		wait := time.Duration(0)
		switch {
		case n >= 10:
			wait = 15 * time.Minute
		case n >= 5:
			wait = time.Minute
		}
		if wait > 0 && s.try(to, now.Add(wait-time.Second)) {
			t.Fatalf("after %d failures the next try came a second too early and was taken", n)
		}
		if now = now.Add(wait); !s.try(to, now) {
			t.Fatalf("after %d failures and %s the next try was refused", n, wait)
		}
	}
	if s.try(to, now.Add(24*time.Hour)) {
		t.Error("the hundred-and-first failure in a row may be compared")
	}
	login, _, err := s.store.Try(context.Background(), to, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Succeeded(context.Background(), login); err != nil {
		t.Fatal(err)
	}
	if !s.try(to, now) {
		t.Error("a success did not forget the failures")
	}
}

func TestP44OnlyTheOwnerOfAnAddressIsLinked(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		finn, err := s.create("finn@praxis.example")
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			mail mail.Address
			who  id.AccountID
			want error
		}{
			"owner":    {"FINN@praxis.example", finn.ID, nil},
			"other":    {"finn@praxis.example", id.New[id.AccountID](noon, rand.Reader), ErrOther},
			"no login": {"mia@praxis.example", finn.ID, ErrOther},
		} {
			tx := s.db.Begin()
			s.store.Link(tx, c.mail, c.who, id.New[id.ClinicID](noon, rand.Reader))
			if err := tx.Commit(context.Background()); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}
	})
}

func TestPasswordMayBeAnythingLongThatNobodyGuesses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"vier bunte Türen im Hof": nil, "correct horse battery staple": nil, "日本語日本語のとびらをあけてください": nil, "q8Zk2!mmPw0#rTz": nil,
		"kurz": ErrShort, "14 characters.": ErrShort, strings.Repeat("lang ", 30): ErrLong, "passwortpasswort": ErrContains,
		"finn.muster finn.muster": ErrContains, "aaaaaaaaaaaaaaaaaaaa": ErrContains, "123456789012345": ErrContains, "abcdefghijklmnopq": ErrContains,
		"Praxis Muster 12": ErrContains,
	} {
		if got := CheckPassword(seal.NewPassword(text), "finn.muster@praxis-muster.example", "Finn Muster"); !errors.Is(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
