package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/outbox"
)

// shelf is a store and what a test needs beside it.
type shelf struct {
	t     *testing.T
	world *awstest.World
	db    *dynamo.DB
	store *outbox.Store
	table string
}

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
