package outbox_test

import (
	"context"
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
)

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
