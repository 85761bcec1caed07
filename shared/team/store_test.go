package team

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestNobodyLetsInMoreThanTheyAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		own  []Role
		want []Role
	}{
		{nil, nil},
		{[]Role{Assistant}, nil},
		{[]Role{Practitioner}, []Role{Practitioner, Assistant}},
		{[]Role{Assistant, Practitioner}, []Role{Practitioner, Assistant}},
		{[]Role{Administrator}, Roles},
		{[]Role{"owner"}, nil},
	} {
		if diff := cmp.Diff(c.want, Grantable(c.own)); diff != "" {
			t.Errorf("%v may let in (-want +got):\n%s", c.own, diff)
		}
		var carried []string
		for _, r := range c.own {
			carried = append(carried, string(r))
		}
		if got := MayInvite(carried); got != (len(c.want) > 0) {
			t.Errorf("%v may invite: %t", c.own, got)
		}
		if MayGrant(c.own, "owner") {
			t.Errorf("%v may make somebody what there is not", c.own)
		}
	}
}

type shelf struct {
	t     *testing.T
	db    *dynamo.DB
	store *Store
}

func open(t *testing.T, w *awstest.World) shelf {
	db := dynamo.Open(w.Config())
	return shelf{t, db, Open(db, w.Table("TeamTable"))}
}

func (s shelf) commit(add func(tx *dynamo.Tx)) error {
	tx := s.db.Begin()
	add(tx)
	return tx.Commit(context.Background())
}

func (s shelf) join(m Member) Member {
	s.t.Helper()
	if m.ClinicID == "" {
		m.ClinicID = id.New[id.ClinicID](noon, rand.Reader)
	}
	m.ID = id.New[id.MemberID](noon, rand.Reader)
	if err := s.commit(func(tx *dynamo.Tx) { s.store.Join(tx, m) }); err != nil {
		s.t.Fatal(err)
	}
	return m
}

func TestA01TeamIsOfItsOwnClinic(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		caro := s.join(Member{Name: "Caro", LANR: "999999901", Roles: []Role{Practitioner}, Active: true})
		mia := s.join(Member{ClinicID: caro.ClinicID, Name: "Mia", Roles: []Role{Assistant}, Active: true})
		stranger := s.join(Member{Name: "Ola", Roles: []Role{Assistant}, Active: true})
		got, err := s.store.All(context.Background(), caro.ClinicID)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || !(cmp.Equal(got, []Member{caro, mia}) || cmp.Equal(got, []Member{mia, caro})) {
			t.Errorf("the team is %+v", got)
		}
		if _, err := s.store.Get(context.Background(), caro.ClinicID, stranger.ID); !errors.Is(err, ErrUnknown) {
			t.Errorf("another clinic's member: got %v, want unknown", err)
		}
	})
}

func TestMemberGetsOneAccountOnce(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		mia := s.join(Member{Name: "Mia", Roles: []Role{Assistant}, Active: true})
		var given atomic.Int32
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() {
				m := mia
				m.AccountID = id.New[id.AccountID](noon, rand.Reader)
				switch err := s.commit(func(tx *dynamo.Tx) { s.store.GiveAccess(tx, m) }); {
				case err == nil:
					given.Add(1)
				case !errors.Is(err, ErrHasAccess):
					t.Errorf("got %v, want that she has access", err)
				}
			})
		}
		all.Wait()
		if given.Load() != 1 {
			t.Errorf("%d accounts were given, want 1", given.Load())
		}
		gone := s.join(Member{Name: "Gone", Active: false})
		if err := s.commit(func(tx *dynamo.Tx) { s.store.GiveAccess(tx, gone) }); !errors.Is(err, ErrUnknown) {
			t.Errorf("who has left: got %v, want unknown", err)
		}
	})
}

func TestT09RightIsCheckedAsItIsNow(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		clinic := id.New[id.ClinicID](noon, rand.Reader)
		for name, c := range map[string]struct {
			m    Member
			role Role
			want error
		}{
			"practitioner lets an assistant in":     {Member{Roles: []Role{Practitioner}, Active: true}, Assistant, nil},
			"practitioner makes no administrator":   {Member{Roles: []Role{Practitioner}, Active: true}, Administrator, ErrRightsGone},
			"administrator makes an administrator":  {Member{Roles: []Role{Assistant, Administrator}, Active: true}, Administrator, nil},
			"assistant lets nobody in":              {Member{Roles: []Role{Assistant}, Active: true}, Assistant, ErrRightsGone},
			"who has left lets nobody in":           {Member{Roles: []Role{Administrator}}, Assistant, ErrRightsGone},
			"who has no role at all lets nobody in": {Member{Active: true}, Assistant, ErrRightsGone},
		} {
			c.m.ClinicID = clinic
			m := s.join(c.m)
			if err := s.commit(func(tx *dynamo.Tx) { s.store.MayStillGrant(tx, clinic, m.ID, c.role) }); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}
		if err := s.commit(func(tx *dynamo.Tx) {
			s.store.MayStillGrant(tx, clinic, id.New[id.MemberID](noon, rand.Reader), Assistant)
		}); !errors.Is(err, ErrRightsGone) {
			t.Errorf("who is not there: got %v", err)
		}
	})
}
