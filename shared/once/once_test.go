package once

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func key(t *testing.T, actor, act, sent string, asked ...string) Key {
	t.Helper()
	k, err := NewKey(actor, act, sent, asked...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestP42OneKeyIsOneAct(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		db := dynamo.Open(w.Config())
		s := Open(db, w.Table("OnceTable"))
		claim := func(k Key, answer string) error {
			tx := db.Begin()
			s.Claim(tx, k, answer, noon)
			return tx.Commit(context.Background())
		}
		k := key(t, "mem_1", "invite.create", "key", "Mia", "mia@praxis.example")
		if err := s.Met(context.Background(), k); err != nil {
			t.Errorf("before: met %v", err)
		}
		var first atomic.Int32
		answers := make([]string, 32)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				var again Again
				switch err := claim(k, string(rune('A'+i))); {
				case err == nil:
					first.Add(1)
				case errors.As(err, &again):
					answers[i] = again.Answer
				default:
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		said := map[string]int{}
		for _, a := range answers {
			if a != "" {
				said[a]++
			}
		}
		if first.Load() != 1 || len(said) != 1 {
			t.Errorf("%d were first and the others heard %v, want one answer", first.Load(), said)
		}
		for name, c := range map[string]struct {
			k    Key
			want error
		}{
			"another body":             {key(t, "mem_1", "invite.create", "key", "Mia", "other@praxis.example"), ErrOtherBody},
			"the body cut differently": {key(t, "mem_1", "invite.create", "key", "Mi", "amia@praxis.example"), ErrOtherBody},
			"another actor":            {key(t, "mem_2", "invite.create", "key", "Mia", "mia@praxis.example"), nil},
			"another act":              {key(t, "mem_1", "invite.resend", "key", "Mia", "mia@praxis.example"), nil},
		} {
			if err := claim(c.k, "x"); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}
		var again Again
		if err := s.Met(context.Background(), k); !errors.As(err, &again) {
			t.Errorf("after: met %v, want the first answer", err)
		}
	})
}

func TestKeyIsCheckedAndMayBeMissing(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{strings.Repeat("a", 129), "two words", "two,headers", "ümlaut", "a\nb", "\x00"} {
		if _, err := NewKey("mem_1", "act", bad); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.10q: got %v", bad, err)
		}
	}
	if k, err := NewKey("mem_1", "act", ""); err != nil || k != (Key{}) {
		t.Errorf("no key: got %v, %v", k, err)
	}
}
