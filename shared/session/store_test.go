package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type shelf struct {
	t     *testing.T
	db    *dynamo.DB
	store *Store
}

func open(t *testing.T, w *awstest.World) shelf {
	db := dynamo.Open(w.Config())
	return shelf{t, db, Open(db, w.Table("SessionTable"))}
}

// sit makes a seat and returns it with its first session.
func (s shelf) sit(account id.AccountID) (Seat, Cookie) {
	s.t.Helper()
	seat := Seat{
		AccountID: account, ClinicID: id.New[id.ClinicID](noon, rand.Reader), MemberID: id.New[id.MemberID](noon, rand.Reader),
		Name: "Finn", Roles: []string{"assistant"},
	}
	tx := s.db.Begin()
	cookie, err := s.store.Seat(tx, seat, noon, rand.Reader)
	if err == nil {
		err = tx.Commit(context.Background())
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return seat, cookie
}

// who is the seat that a cookie opens.
func (s shelf) who(c Cookie, now time.Time) (Seat, error) {
	s.t.Helper()
	reads := s.db.Reads()
	s.store.Want(reads, c)
	if err := reads.Run(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	return s.store.Found(reads, c, now)
}

func (s shelf) begin(seat Seat, now time.Time) Cookie {
	s.t.Helper()
	c, err := s.store.Begin(context.Background(), seat.AccountID, seat.ClinicID, now, rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func account() id.AccountID { return id.New[id.AccountID](noon, rand.Reader) }

func TestT19SessionLastsTwelveHoursAndIsKeptAsAHash(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		seat, cookie := s.sit(account())
		got, err := s.who(cookie, noon.Add(Life-time.Second))
		if err != nil || !cmp.Equal(got, seat) {
			t.Errorf("got %+v, %v, want %+v", got, err, seat)
		}
		if _, err := s.who(cookie, noon.Add(Life)); !errors.Is(err, ErrRequired) {
			t.Errorf("after twelve hours: got %v", err)
		}
		forged := cookie
		forged.Token = s.begin(seat, noon).Token
		forged.Account = account()
		if _, err := s.who(forged, noon); !errors.Is(err, ErrRequired) {
			t.Errorf("somebody else's token: got %v", err)
		}
		if dump := fmt.Sprint(w.Dump(context.Background())); strings.Contains(dump, cookie.Token.Reveal()) {
			t.Error("a token stands in the table")
		}
	})
}

func TestCookieTextComesBackAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	s := open(t, awstest.New(t))
	_, cookie := s.sit(account())
	back, err := ParseCookie(cookie.Value())
	if err != nil || back.Value() != cookie.Value() {
		t.Errorf("got %v, want the cookie back", err)
	}
	good := cookie.Value()
	for _, bad := range []string{"", "..", good[1:], good[:len(good)-1], good + "A", strings.Replace(good, "acc_", "mem_", 1), strings.Repeat("a", 1<<16)} {
		if _, err := ParseCookie(bad); !errors.Is(err, ErrRequired) {
			t.Errorf("%.20q: got %v", bad, err)
		}
	}
}

func TestEndEndsOneAndEndAllEndsAll(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s, who := open(t, w), account()
		seat, first := s.sit(who)
		_, elsewhere := s.sit(who)
		_, somebody := s.sit(account())
		second := s.begin(seat, noon)
		if err := s.store.End(context.Background(), first); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			cookie Cookie
			want   error
		}{{"ended", first, ErrRequired}, {"other browser", second, nil}, {"other clinic", elsewhere, nil}} {
			if _, err := s.who(c.cookie, noon); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", c.name, err, c.want)
			}
		}
		if err := s.store.EndAll(context.Background(), who); err != nil {
			t.Fatal(err)
		}
		for _, c := range []Cookie{second, elsewhere} {
			if _, err := s.who(c, noon); !errors.Is(err, ErrRequired) {
				t.Errorf("after logging out everywhere: got %v", err)
			}
		}
		if _, err := s.who(somebody, noon); err != nil {
			t.Errorf("somebody else was signed out: %v", err)
		}
		s.begin(seat, noon) // the seat is still there
	})
}

func TestP49WithoutASeatNobodyIsSignedIn(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		seat, cookie := s.sit(account())
		if err := s.db.Delete(context.Background(), w.Table("SessionTable"), key(seat.AccountID, seat.ClinicID)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.who(cookie, noon); !errors.Is(err, ErrRequired) {
			t.Errorf("the next request: got %v", err)
		}
		if _, err := s.store.Begin(context.Background(), seat.AccountID, seat.ClinicID, noon, rand.Reader); !errors.Is(err, ErrRequired) {
			t.Errorf("signing in again: got %v", err)
		}
		if err := s.store.End(context.Background(), cookie); err != nil || len(w.Dump(context.Background())["SessionTable"]) != 0 {
			t.Errorf("logging out made a seat again: %v", err)
		}
	})
}

func TestSeatKeepsTenSessionsAndTheyAreTheNewest(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		seat, first := s.sit(account())
		var cookies []Cookie
		for i := range 12 {
			cookies = append(cookies, s.begin(seat, noon.Add(time.Duration(i+1)*time.Minute)))
		}
		living := 0
		for _, c := range append(cookies, first) {
			if _, err := s.who(c, noon.Add(time.Hour)); err == nil {
				living++
			}
		}
		if _, err := s.who(cookies[11], noon.Add(time.Hour)); err != nil || living != most {
			t.Errorf("%d sessions live, the newest: %v, want %d with the newest", living, err, most)
		}
	})
}
