package outbox_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/letter"
	"vestibule/shared/mail"
	"vestibule/shared/outbox"
	"vestibule/shared/seal"
)

const clinic = id.ClinicID("cli_01JD0000000000000000000001")

var welcome = letter.Welcome{To: letter.Person{Name: "Finn", Mail: "finn@praxis.example"}, Lang: "de", Clinic: "Praxis Dr. Muster"}

// shelf is a store and what a test needs beside it.
type shelf struct {
	t     *testing.T
	world *awstest.World
	db    *dynamo.DB
	store *outbox.Store
	table string
}

func open(t *testing.T, w *awstest.World) *shelf {
	t.Helper()
	db := dynamo.Open(w.Config())
	table := w.Table("OutboxTable")
	return &shelf{t, w, db, outbox.Open(db, table, seal.OpenBox(w.Config(), w.Key("LetterKey"))), table}
}

func (s *shelf) put(m outbox.Message) {
	s.t.Helper()
	tx := s.db.Begin()
	s.store.Add(tx, m)
	if err := tx.Commit(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) get(m id.MessageID) outbox.Message {
	s.t.Helper()
	var got outbox.Message
	if _, err := s.db.Get(s.t.Context(), s.table, dynamo.Key("message_id", string(m)), true, &got); err != nil {
		s.t.Fatal(err)
	}
	return got
}

func newID() id.MessageID { return id.New[id.MessageID](time.Now(), rand.Reader) }

// Every state that a letter can be in, made by the rules.
func states() map[string]outbox.Message {
	base := queued()
	base.ClinicID, base.TTL = clinic, start.Add(90*24*time.Hour)
	taken := base.Take("mine", start)
	must := func(m outbox.Message, ok bool) outbox.Message {
		if !ok {
			panic("the rules refuse a step")
		}
		return m
	}
	all := map[string]outbox.Message{
		"queued":        base,
		"taken":         taken,
		"taken by you":  base.Take("yours", start),
		"taken again":   base.Take("yours", start.Add(-time.Hour)).Take("mine", start),
		"fallen silent": base.Take("yours", start.Add(-time.Hour)),
		"in doubt":      base.Take("", start.Add(-4*time.Hour)).Take("", start.Add(-3*time.Hour)).Take("yours", start.Add(-time.Hour)),
		"put back":      must(taken.PutBack("mine")),
		"exhausted":     must(taken.Fail("mine", outbox.Exhausted)),
		"refused":       must(taken.Fail("mine", outbox.Refused)),
		"too many":      must(taken.Fail("mine", outbox.TooMany)),
	}
	all["taken after exhaustion"] = all["exhausted"].Take("mine", start)
	for _, fact := range facts {
		all[fmt.Sprint("settled as ", fact.State, fact.Reason)] = must(taken.Settle(fact, "provider", start))
	}
	return all
}

// The store does in one conditional write what the rules say, from every state.
func TestTheStoreDoesWhatTheRulesSay(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		now := start.Add(10 * time.Second)
		type act struct {
			name string
			rule func(outbox.Message) outbox.Message
			do   func(t *testing.T, m outbox.Message)
		}
		acts := []act{
			{
				"take",
				func(m outbox.Message) outbox.Message {
					if step := m.Next(now); m.Lease == "next" || step != outbox.Send && step != outbox.Again {
						return m
					}
					return m.Take("next", now)
				},
				func(t *testing.T, m outbox.Message) {
					got, step, err := s.store.Take(t.Context(), m.ID, "next", now)
					if want := m.Next(now); err != nil || step != want {
						t.Errorf("take: got %v, %v, want %v", step, err, want)
					}
					if diff := cmp.Diff(s.get(m.ID), got); diff != "" {
						t.Errorf("take returned something else than is there:\n%s", diff)
					}
				},
			},
			{
				"put back",
				func(m outbox.Message) outbox.Message { after, _ := m.PutBack("mine"); return after },
				func(t *testing.T, m outbox.Message) {
					m.Lease = "mine"
					if err := s.store.PutBack(t.Context(), m); err != nil {
						t.Error(err)
					}
				},
			},
		}
		for _, why := range []outbox.Reason{outbox.Exhausted, outbox.Refused, outbox.TooMany, outbox.Uncertain} {
			acts = append(acts, act{
				"fail: " + string(why),
				func(m outbox.Message) outbox.Message { after, _ := m.Fail("mine", why); return after },
				func(t *testing.T, m outbox.Message) {
					// Who fails a letter has it, whatever became of it meanwhile.
					had := states()["taken"]
					had.ID = m.ID
					if err := s.store.Fail(t.Context(), had, why); err != nil {
						t.Error(err)
					}
				},
			})
		}
		for _, fact := range facts {
			acts = append(acts, act{
				fmt.Sprintf("settle: %v", fact),
				func(m outbox.Message) outbox.Message { after, _ := m.Settle(fact, "another", now); return after },
				func(t *testing.T, m outbox.Message) {
					_, wantNews := m.Settle(fact, "another", now)
					got, news, err := s.store.Settle(t.Context(), m.ID, fact, "another", now)
					if err != nil || news != wantNews {
						t.Errorf("settle: news is %v, %v, want %v", news, err, wantNews)
					}
					if got.Kind != m.Kind {
						t.Errorf("settle returned the kind %q", got.Kind)
					}
				},
			})
		}
		for from, m := range states() {
			for _, a := range acts {
				m := m
				m.ID = newID()
				if a.name == "put back" && from == "taken after exhaustion" {
					continue // below: who puts it back knows that it had failed
				}
				s.put(m)
				a.do(t, m)
				if diff := cmp.Diff(a.rule(m), s.get(m.ID)); diff != "" {
					t.Errorf("%s, from %s (-rule +store):\n%s", a.name, from, diff)
				}
			}
		}
		revived := states()["taken after exhaustion"]
		revived.ID = newID()
		s.put(revived)
		if err := s.store.PutBack(t.Context(), revived); err != nil {
			t.Fatal(err)
		}
		want, _ := revived.PutBack("mine")
		if diff := cmp.Diff(want, s.get(revived.ID)); diff != "" {
			t.Errorf("putting back an exhausted letter (-rule +store):\n%s", diff)
		}
	})
}

func TestALetterThatIsNotThereIsNotMade(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		m := newID()
		if got, step, err := s.store.Take(t.Context(), m, "mine", start); err != nil || step != outbox.Done || got.ID != "" {
			t.Errorf("take: got %v, %v, %v", got, step, err)
		}
		if got, news, err := s.store.Settle(t.Context(), m, outbox.Status{State: outbox.Delivered}, "p", start); err != nil || news || got.ID != "" {
			t.Errorf("settle: got %v, %v, %v", got, news, err)
		}
		if dump := w.Dump(t.Context()); len(dump["OutboxTable"]) != 0 {
			t.Errorf("the table holds %v", dump)
		}
	})
}

// P01
func TestOfManyCouriersOneGetsTheLetter(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		for name, m := range map[string]outbox.Message{"new": states()["queued"], "fallen silent": states()["fallen silent"]} {
			m.ID = newID()
			s.put(m)
			var got, failed atomic.Int32
			var all sync.WaitGroup
			for i := range 64 {
				all.Go(func() {
					_, step, err := s.store.Take(context.Background(), m.ID, fmt.Sprint("courier ", i), start)
					if err != nil {
						failed.Add(1)
					}
					if step == outbox.Send || step == outbox.Again {
						got.Add(1)
					}
				})
			}
			all.Wait()
			if got.Load() != 1 || failed.Load() != 0 {
				t.Errorf("%s: %d couriers have it, %d calls failed", name, got.Load(), failed.Load())
			}
			if after := s.get(m.ID); after.Attempt != m.Attempt+1 {
				t.Errorf("%s: attempt %d", name, after.Attempt)
			}
		}
	})
}

func TestACourierKnowsItsOwnLeaseWhenTheAnswerWasLost(t *testing.T) {
	w := awstest.New(t)
	s := open(t, w)
	for name, m := range map[string]outbox.Message{"new": states()["queued"], "fallen silent": states()["fallen silent"]} {
		m.ID = newID()
		s.put(m)
		want := m.Next(start)
		for range 2 { // the second is what the SDK does when the answer to the first was lost
			if _, step, err := s.store.Take(t.Context(), m.ID, "mine", start); err != nil || step != want && step != outbox.Send {
				t.Errorf("%s: got %v, %v, want %v", name, step, err, want)
			}
		}
		if after := s.get(m.ID); after.Attempt != m.Attempt+1 {
			t.Errorf("%s: taken twice", name)
		}
	}
}

func TestALetterIsKeptSealedAndOnlyForItsMessage(t *testing.T) {
	w := awstest.New(t)
	s := open(t, w)
	m, err := s.store.Seal(t.Context(), welcome, newID(), clinic, "inv_01JD0000000000000000000001", start)
	if err != nil {
		t.Fatal(err)
	}
	s.put(m)
	for _, item := range w.Dump(t.Context())["OutboxTable"] {
		if text := fmt.Sprint(item); strings.Contains(text, "finn") || strings.Contains(text, "Muster") {
			t.Errorf("the table shows who gets a letter: %s", text)
		}
	}
	opened, err := s.store.Letter(t.Context(), s.get(m.ID))
	if err != nil || !cmp.Equal(opened, letter.Letter(welcome)) {
		t.Errorf("got %v, %v, want the letter", opened, err)
	}
	moved := s.get(m.ID)
	moved.ID = newID()
	if opened, err := s.store.Letter(t.Context(), moved); !errors.Is(err, outbox.ErrUnreadable) {
		t.Errorf("under another message id: got %v, %v, want ErrUnreadable", opened, err)
	}
	broken := s.get(m.ID)
	broken.Sealed = []byte("no ciphertext of anybody")
	if opened, err := s.store.Letter(t.Context(), broken); !errors.Is(err, outbox.ErrUnreadable) {
		t.Errorf("with another's ciphertext: got %v, %v, want ErrUnreadable", opened, err)
	}
	kept := s.get(m.ID)
	w.Faults().At(1, awstest.ErrorBefore)
	if _, err := s.store.Letter(t.Context(), kept); err == nil || errors.Is(err, outbox.ErrUnreadable) {
		t.Errorf("while KMS is away: got %v, want an error that passes", err)
	}
}

func TestALetterIsAddedOnce(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		m := states()["queued"]
		m.ID = newID()
		s.put(m)
		tx := s.db.Begin()
		s.store.Add(tx, m)
		if err := tx.Commit(t.Context()); !errors.Is(err, outbox.ErrKnown) {
			t.Errorf("got %v, want %v", err, outbox.ErrKnown)
		}
	})
}

// P47
func TestAMailboxGetsItsShareOfAnHour(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		count := func(m id.MessageID, to mail.Address, at time.Time) bool {
			t.Helper()
			ok, err := s.store.Count(t.Context(), m, to, at)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		var first id.MessageID
		for i := range outbox.PerHour {
			m := newID()
			if i == 0 {
				first = m
			}
			for range 3 { // a letter that is tried again is counted once
				if !count(m, "Finn@praxis.example", start) {
					t.Fatalf("letter %d of the hour is refused", i+1)
				}
			}
		}
		if count(newID(), "finn@PRAXIS.example", start.Add(59*time.Minute)) {
			t.Error("one more letter in the hour passes, the address written in another way")
		}
		if !count(first, "finn@praxis.example", start) {
			t.Error("a letter that was counted is refused")
		}
		if !count(newID(), "other@praxis.example", start) || !count(newID(), "finn@praxis.example", start.Add(time.Hour)) {
			t.Error("another mailbox, or the next hour, is refused")
		}

		var passed atomic.Int32
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				if ok, err := s.store.Count(context.Background(), newID(), "many@praxis.example", start); err == nil && ok {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != outbox.PerHour {
			t.Errorf("of 40 letters at once %d pass, want %d", passed.Load(), outbox.PerHour)
		}
		for _, item := range w.Dump(t.Context())["OutboxTable"] {
			if text := fmt.Sprint(item); strings.Contains(text, "@") {
				t.Errorf("a counter shows whom it counts: %s", text)
			}
		}
	})
}

func TestListsReadStatusAndReasonAndNothingElse(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		want := map[id.MessageID]outbox.Status{}
		ids := []id.MessageID{"", newID()} // none, and one that is long gone
		for i := range 130 {
			m := states()["queued"]
			m.ID = newID()
			if i%2 == 0 {
				m, _ = m.Take("mine", start).Fail("mine", outbox.TooMany)
			}
			s.put(m)
			want[m.ID] = m.Status
			ids = append(ids, m.ID, m.ID)
		}
		w.ResetCalls()
		got, err := s.store.Statuses(t.Context(), ids)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if calls := w.Calls(); len(calls) != 2 {
			t.Errorf("131 letters took %d calls, want 2", len(calls))
		}
		if got, err := s.store.Statuses(t.Context(), nil); err != nil || len(got) != 0 {
			t.Errorf("of no letters: got %v, %v", got, err)
		}
	})
}

// A release must read what the one before it wrote. These items are never changed, only added to.
func TestItemsWrittenByEarlierReleasesAreRead(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		s := open(t, w)
		m := newID()
		tx := s.db.Begin()
		tx.Put(s.table, dynamo.Item{
			"message_id": dynamo.Value(m), "clinic_id": dynamo.Value(clinic), "kind": dynamo.Value("welcome"), "sealed": dynamo.Value([]byte("x")),
			"status": dynamo.Value("queued"), "rank": dynamo.Value(0), "attempt": dynamo.Value(0),
			"created_at": dynamo.Value(start.Unix()), "ttl": dynamo.Value(start.Add(90 * 24 * time.Hour).Unix()),
			"added_by_a_later_release": dynamo.Value("x"),
		}, "", nil)
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, step, err := s.store.Take(t.Context(), m, "mine", start)
		if err != nil || step != outbox.Send || got.Attempt != 1 || got.ClinicID != clinic {
			t.Errorf("got %+v, %v, %v", got, step, err)
		}
	})
}
