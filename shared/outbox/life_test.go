package outbox_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vestibule/shared/outbox"
)

func (l *life) change(after outbox.Message) {
	before := l.m
	if after.Rank < before.Rank && before.State != outbox.Sending && before.Reason != outbox.Exhausted {
		l.t.Fatalf("it went down from %v to %v", before.Status, after.Status)
	}
	l.m = after
}

func (l *life) courier() string {
	if len(l.at) == 0 {
		l.t.Skip("no courier is at work")
	}
	return rapid.SampledFrom(slices.Sorted(maps.Keys(l.at))).Draw(l.t, "courier")
}

// told is the stream, a queue, or either of them once more.
func (l *life) told() {
	step := l.m.Next(l.now)
	if step == outbox.Doubt {
		failed, _ := l.m.Fail(l.m.Lease, outbox.Uncertain)
		l.change(failed)
	}
	if step != outbox.Send && step != outbox.Again {
		return
	}
	if step == outbox.Again && len(l.at) > 0 {
		l.t.Fatalf("a letter that a living courier has is given to another")
	}
	l.leases++
	lease := fmt.Sprintf("lease %02d", l.leases)
	l.change(l.m.Take(lease, l.now))
	l.at[lease] = "taken"
}

func (l *life) accept() {
	lease := l.courier()
	if l.at[lease] != "taken" {
		l.t.Skip("this courier has sent it")
	}
	provider := fmt.Sprintf("provider %d", len(l.accepted)+1)
	l.accepted = append(l.accepted, provider)
	l.at[lease] = provider
	l.can(facts[0])
	for _, fact := range rapid.SliceOfN(rapid.SampledFrom(facts[1:]), 0, 3).Draw(l.t, "what becomes of it") {
		l.can(fact)
	}
}

// can lets the provider report a fact from now on.
func (l *life) can(fact outbox.Status) {
	if _, known := l.events[fact]; !known {
		l.events[fact] = false
	}
}

func (l *life) record() {
	lease := l.courier()
	if l.at[lease] == "taken" {
		l.t.Skip("this courier has not sent it")
	}
	l.fact(facts[0], l.at[lease])
	delete(l.at, lease)
}

// beforeSending ends a courier that has not sent the letter.
func (l *life) beforeSending(end func(lease string) (outbox.Message, bool)) {
	lease := l.courier()
	if l.at[lease] != "taken" {
		l.t.Skip("this courier has sent it")
	}
	after, ok := end(lease)
	if ok {
		l.change(after)
	}
	delete(l.at, lease)
}

func (l *life) event() {
	var can []outbox.Status
	for _, fact := range facts {
		if _, ok := l.events[fact]; ok {
			can = append(can, fact)
		}
	}
	if len(can) == 0 {
		l.t.Skip("the provider has nothing to report")
	}
	l.report(rapid.SampledFrom(can).Draw(l.t, "event"))
}

func (l *life) report(fact outbox.Status) {
	l.events[fact] = true
	l.fact(fact, l.accepted[0])
}

func (l *life) fact(fact outbox.Status, provider string) {
	l.highest = max(l.highest, height(fact))
	after, _ := l.m.Settle(fact, provider, l.now)
	l.change(after)
}

func (l *life) pass(d time.Duration) {
	if d >= time.Minute {
		clear(l.at) // no function lives longer
	}
	if d >= time.Minute && l.prompt {
		l.reportAll()
	}
	l.now = l.now.Add(d)
}

func (l *life) reportAll() {
	for _, fact := range slices.Backward(facts) {
		if _, ok := l.events[fact]; ok {
			l.report(fact)
		}
	}
}

func (l *life) check() {
	if n := len(l.accepted); n > 1+l.m.ResentUnsure {
		l.t.Fatalf("the provider has it %d times, and it is marked as sent again %d times", n, l.m.ResentUnsure)
	}
	if l.prompt && len(l.accepted) > 1 {
		l.t.Fatalf("the provider reports in time and has it %d times", len(l.accepted))
	}
	if l.highest >= 0 && l.m.Status.State != facts[l.highest].State {
		l.t.Fatalf("it is %v, the highest fact is %v", l.m.Status, facts[l.highest])
	}
	if l.highest >= 0 && l.m.Reason != facts[l.highest].Reason {
		l.t.Fatalf("it is %v, the highest fact is %v", l.m.Status, facts[l.highest])
	}
	gone := l.highest >= 0 || l.m.State == outbox.Failed && l.m.Reason != outbox.Exhausted
	if (l.m.Sealed == nil) != gone {
		l.t.Fatalf("as %v its letter is erased: %v", l.m.Status, l.m.Sealed == nil)
	}
}

// P01, P02, P15: every order of sending, refusing, crashing, being told again, and the provider's events in any order and number.
func TestALetterIsNeitherLostNorDoubledWhateverHappens(t *testing.T) {
	for _, prompt := range []bool{true, false} {
		t.Run(map[bool]string{true: "events in time", false: "events late or never"}[prompt], func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				l := &life{t: t, m: queued(), now: start, at: map[string]string{}, events: map[outbox.Status]bool{}, highest: -1, prompt: prompt}
				acts := func(f func()) func(*rapid.T) {
					return func(t *rapid.T) { l.t = t; f() }
				}
				t.Repeat(map[string]func(*rapid.T){
					"told":                 acts(l.told),
					"told again":           acts(l.told),
					"the provider accepts": acts(l.accept),
					"recorded":             acts(l.record),
					"refused": acts(func() {
						l.beforeSending(func(lease string) (outbox.Message, bool) { return l.m.Fail(lease, outbox.Refused) })
					}),
					"too many": acts(func() {
						l.beforeSending(func(lease string) (outbox.Message, bool) { return l.m.Fail(lease, outbox.TooMany) })
					}),
					"tried to the end": acts(func() {
						l.beforeSending(func(lease string) (outbox.Message, bool) { return l.m.Fail(lease, outbox.Exhausted) })
					}),
					"not now":         acts(func() { l.beforeSending(l.m.PutBack) }),
					"crash":           acts(func() { delete(l.at, l.courier()) }), // before or after the provider accepted
					"event":           acts(l.event),
					"a second passes": acts(func() { l.pass(time.Second) }),
					"minutes pass": acts(func() {
						l.pass(time.Duration(rapid.IntRange(1, 40).Draw(l.t, "minutes")) * time.Minute)
					}),
					"": acts(l.check),
				})
				// In the end everybody who was told does their work, and the provider reports what there is.
				l.t = t
				for range outbox.Resends + 2 {
					l.pass(outbox.Window)
					l.told()
					for lease := range l.at {
						l.accepted = append(l.accepted, "at last")
						l.events[facts[0]] = true
						l.fact(facts[0], "at last")
						delete(l.at, lease)
					}
					l.check()
				}
				l.reportAll()
				l.check()
				settled := l.m.Next(l.now) == outbox.Done
				if forGood := l.m.State == outbox.Failed; !settled || len(l.accepted) == 0 && !forGood {
					t.Fatalf("in the end it is %v and the provider has it %d times", l.m.Status, len(l.accepted))
				}
			})
		})
	}
}
