package main

import (
	"fmt"
	mathrand "math/rand/v2"
	"testing"

	"vestibule/shared/awstest"
	"vestibule/shared/outbox"
	"vestibule/shared/post/posttest"
)

// Every AWS call that sending a letter makes, each with every fault, each with the record told once more afterwards: no letter is lost,
// and none comes twice while the provider's events arrive.
func TestNoFaultAtAnyCallLosesOrDoublesALetter(t *testing.T) {
	for _, kind := range awstest.Kinds {
		for _, doubled := range []bool{false, true} {
			for n := 1; ; n++ {
				v := visit(t)
				m := v.commit(invitation("finn@praxis.example"))
				v.world.Faults().At(n, kind)
				killed := awstest.Survive(func() { v.stream(m) })
				if v.world.Faults().Fired() == 0 {
					if n < 6 {
						t.Fatalf("%v: the sweep ended at call %d", kind, n)
					}
					break
				}
				name := fmt.Sprintf("%v at call %d, told again: %v", kind, n, doubled)
				if killed || doubled {
					v.stream(m)
				}
				v.rest()
				counts := v.ses.Count()
				got := v.get(m)
				if counts[m] != 1 || got.State != outbox.Delivered || got.Sealed != nil || v.dead() != 0 {
					t.Errorf("%s: the provider has it %d times; %v, erased: %v, dead: %d", name, counts[m], got.Status, got.Sealed == nil, v.dead())
				}
			}
		}
	}
}

// The same for what is done with a note, and for what is done with an event.
func TestNoFaultAtANoteOrAnEventLosesOrDoublesALetter(t *testing.T) {
	for _, kind := range awstest.Kinds {
		for n := 1; ; n++ {
			v := visit(t)
			m := v.commit(invitation("finn@praxis.example"))
			v.ses.Fail(posttest.Throttle)
			v.stream(m) // put off
			v.fetch()
			v.world.Faults().At(n, kind)
			awstest.Survive(func() { v.deliverNotes() })
			if v.world.Faults().Fired() == 0 {
				break
			}
			v.rest()
			if got := v.get(m); v.ses.Count()[m] != 1 || got.State != outbox.Delivered || got.Sealed != nil {
				t.Errorf("%v at call %d of a note: the provider has it %d times; %v", kind, n, v.ses.Count()[m], got.Status)
			}
		}
		for _, event := range []string{"Delivery", "Bounce Permanent General"} {
			v := visit(t)
			m := v.commit(invitation("finn@praxis.example"))
			v.stream(m)
			v.report()
			body := v.ses.Mails()[0].Event(event)
			v.world.Faults().At(1, kind)
			if awstest.Survive(func() { v.deliverEvents(body) }) {
				v.deliverEvents()
			}
			if v.world.Faults().Fired() != 1 || v.status(m).State == outbox.Sent {
				t.Errorf("%v at %s: it is %v", kind, event, v.status(m))
			}
		}
	}
}

// Two faults of any kinds, at any two calls on a letter's whole way.
func TestNoTwoFaultsLoseOrDoubleALetter(t *testing.T) {
	fired := map[awstest.Fault]int{}
	for seed := range uint64(150) {
		v := visit(t)
		dice := mathrand.New(mathrand.NewPCG(seed, 46))
		m := v.commit(invitation("finn@praxis.example"))
		first := 1 + dice.IntN(6)
		kinds := [2]awstest.Fault{awstest.Kinds[dice.IntN(len(awstest.Kinds))], awstest.Kinds[dice.IntN(len(awstest.Kinds))]}
		second := first + 1 + dice.IntN(8)
		v.world.Faults().At(first, kinds[0])
		v.world.Faults().At(second, kinds[1])
		for awstest.Survive(func() { v.stream(m) }) {
		}
		for awstest.Survive(func() { v.rest() }) {
		}
		if v.world.Faults().Fired() == 2 {
			fired[kinds[0]]++
			fired[kinds[1]]++
		}
		if got := v.get(m); v.ses.Count()[m] != 1 || got.State != outbox.Delivered || got.Sealed != nil || v.dead() != 0 {
			t.Errorf("seed %d, %v at call %d and %v at call %d: the provider has it %d times; %v, dead: %d",
				seed, kinds[0], first, kinds[1], second, v.ses.Count()[m], got.Status, v.dead())
		}
	}
	for _, kind := range awstest.Kinds {
		if fired[kind] < 10 {
			t.Errorf("of the pairs that both happened only %d had %v", fired[kind], kind)
		}
	}
}
