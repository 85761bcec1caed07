package main

import (
	"context"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vestibule/shared/id"
	"vestibule/shared/outbox"
	"vestibule/shared/post/posttest"
)

// T44: every record and every event comes 1 to 5 times, all of them shuffled, from whichever source can bring it.
func TestEverythingComesSeveralTimesInAnyOrder(t *testing.T) {
	for seed := range uint64(20) {
		v := visit(t)
		dice := mathrand.New(mathrand.NewPCG(seed, 44))
		want := map[id.MessageID]outbox.Status{}
		var tellings []func()
		ends := map[string]outbox.Status{
			"finn": {State: outbox.Delivered}, "bounce": {State: outbox.Bounced}, "complaint": {State: outbox.Complained},
			"ooto": {State: outbox.Delivered}, "suppressionlist": {State: outbox.Suppressed},
		}
		for _, who := range []string{"finn", "bounce", "complaint", "ooto", "suppressionlist"} {
			m := v.commit(invitation(who + "@praxis.example"))
			want[m] = ends[who]
			for range 1 + dice.IntN(5) {
				tellings = append(tellings, func() { v.stream(m) })
			}
			for range dice.IntN(5) {
				tellings = append(tellings, func() {
					v.invoke([]map[string]any{queueRecord(v.world.Queue("LettersQueue"), "n", fmt.Sprintf(`{"message":%q}`, m), 1+dice.IntN(7))})
				})
			}
		}
		// The letters and what becomes of them mix: whatever the provider has published so far joins the heap.
		for len(tellings) > 0 {
			i := dice.IntN(len(tellings))
			tellings[i]()
			tellings = slices.Delete(tellings, i, i+1)
			v.pass(time.Duration(dice.IntN(300)) * time.Second)
			for _, body := range v.report() {
				for range 1 + dice.IntN(5) {
					tellings = append(tellings, func() { v.deliverEvents(body) })
				}
			}
		}
		v.rest()
		counts := v.ses.Count()
		for m, status := range want {
			if got := v.get(m); got.Status != status || counts[m] != 1 || got.Sealed != nil {
				t.Errorf("seed %d: sent %d times, got %v, want %v", seed, counts[m], got.Status, status)
			}
		}
	}
}

// P01: 64 at once are told of one letter, new or left by a courier that fell silent.
func TestOfManyCouriersOneSends(t *testing.T) {
	for name, prepare := range map[string]func(v *town, m id.MessageID){
		"new": func(*town, id.MessageID) {},
		"silent": func(v *town, m id.MessageID) {
			v.ses.Fail(posttest.Error)
			v.stream(m)
			v.fetch()
			v.notes = nil
			v.pass(outbox.Window)
		},
	} {
		v := visit(t)
		m := v.commit(invitation("finn@praxis.example"))
		prepare(v, m)
		payload, _ := json.Marshal(map[string]any{"Records": []map[string]any{streamRecord(m)}})
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				if out, err := v.handler.Invoke(context.Background(), payload); err != nil || strings.TrimSpace(string(out)) != `{"batchItemFailures":[]}` {
					t.Errorf("got %s, %v", out, err)
				}
			})
		}
		all.Wait()
		if n := v.ses.Count()[m]; n != 1 {
			t.Errorf("%s: the provider has it %d times", name, n)
		}
		v.rest()
		v.once(m)
	}
}

func TestABatchOfTheSameLetterSendsItOnce(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("finn@praxis.example"))
	var records []map[string]any
	for i := range 10 {
		records = append(records, streamEvent("INSERT", string(m), fmt.Sprint("seq-", i)))
	}
	if again := v.invoke(records); len(again) != 0 {
		t.Errorf("%v must come again", again)
	}
	v.rest()
	v.once(m)
}
