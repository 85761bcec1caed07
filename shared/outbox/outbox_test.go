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

var start = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func queued() outbox.Message {
	return outbox.Message{
		ID: "msg_01JD0000000000000000000001", Kind: "welcome", Sealed: []byte("sealed"), Status: outbox.Status{State: outbox.Queued}, CreatedAt: start,
	}
}

// facts are all that can be known of a letter after the provider has accepted it, lowest first.
var facts = []outbox.Status{
	{State: outbox.Sent},
	{State: outbox.Bounced, Reason: outbox.Returned},
	{State: outbox.Delivered},
	{State: outbox.Failed, Reason: outbox.Rejected},
	{State: outbox.Bounced},
	{State: outbox.Suppressed},
	{State: outbox.Complained},
}

func height(s outbox.Status) int {
	for i, f := range facts {
		if f == s {
			return i
		}
	}
	return -1
}

// P15
func TestFactsInAnyOrderAndNumberEndInTheSameState(t *testing.T) {
	var walk func(m outbox.Message, left []outbox.Status)
	ends := map[outbox.Status]int{}
	walk = func(m outbox.Message, left []outbox.Status) {
		if len(left) == 0 {
			ends[m.Status]++
			return
		}
		for i, fact := range left {
			after, _ := m.Settle(fact, "p", start)
			after, news := after.Settle(fact, "p", start) // twice, as queues do
			if news {
				t.Fatalf("%v is news a second time", fact)
			}
			rest := append(append([]outbox.Status{}, left[:i]...), left[i+1:]...)
			walk(after, rest)
		}
	}
	// From before we know of having sent it ourselves, and from after.
	walk(queued().Take("lease", start), facts)
	if len(ends) != 1 || ends[facts[len(facts)-1]] != 5040 {
		t.Errorf("5040 orders end in %v", ends)
	}
	for i, highest := range facts {
		ends = map[outbox.Status]int{}
		walk(queued().Take("lease", start), facts[:i+1])
		if len(ends) != 1 || ends[highest] == 0 {
			t.Errorf("the orders of the lowest %d facts end in %v, want %v", i+1, ends, highest)
		}
	}
}

func TestOnlyWhoHasALetterCanPutItBackOrFailIt(t *testing.T) {
	m := queued().Take("mine", start)
	for name, act := range map[string]func() (outbox.Message, bool){
		"put back by another":     func() (outbox.Message, bool) { return m.PutBack("yours") },
		"failed by another":       func() (outbox.Message, bool) { return m.Fail("yours", outbox.Refused) },
		"put back while nobody's": func() (outbox.Message, bool) { return queued().PutBack("") },
		"failed while nobody's":   func() (outbox.Message, bool) { return queued().Fail("", outbox.Refused) },
		"failed after it was sent": func() (outbox.Message, bool) {
			s, _ := m.Settle(facts[0], "p", start)
			return s.Fail("mine", outbox.Refused)
		},
		"put back after it was sent": func() (outbox.Message, bool) { s, _ := m.Settle(facts[0], "p", start); return s.PutBack("mine") },
	} {
		if after, ok := act(); ok {
			t.Errorf("%s: it became %v", name, after.Status)
		}
	}
}

func TestWhatALetterNeeds(t *testing.T) {
	taken := queued().Take("lease", start)
	back, _ := taken.PutBack("lease")
	exhausted, _ := taken.Fail("lease", outbox.Exhausted)
	refused, _ := taken.Fail("lease", outbox.Refused)
	sent, _ := taken.Settle(facts[0], "p", start)
	revived, _ := exhausted.Take("next", start).PutBack("next")
	silent := queued()
	for at := start.Add(-(outbox.Resends + 1) * outbox.Window); at.Before(start); at = at.Add(outbox.Window) {
		silent = silent.Take("lease", at)
	}
	for _, c := range []struct {
		name string
		m    outbox.Message
		at   time.Time
		want outbox.Step
	}{
		{"a new letter is sent", queued(), start, outbox.Send},
		{"a letter somebody has is left to them", taken, start.Add(outbox.Window - time.Second), outbox.Wait},
		{"a letter whose courier fell silent is sent again after the window", taken, start.Add(outbox.Window), outbox.Again},
		{"a letter that was sent again too often without knowing is in doubt", silent, start, outbox.Doubt},
		{"a letter put back is sent", back, start, outbox.Send},
		{"an exhausted letter is sent when somebody redrives it", exhausted, start, outbox.Send},
		{"an exhausted letter that was put back is still exhausted, and sent when told again", revived, start, outbox.Send},
		{"a refused letter stays refused", refused, start.Add(time.Hour), outbox.Done},
		{"a sent letter is settled", sent, start.Add(time.Hour), outbox.Done},
		{"no letter needs nothing", outbox.Message{}, start, outbox.Done},
	} {
		if got := c.m.Next(c.at); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if revived.State != outbox.Failed || revived.Reason != outbox.Exhausted {
		t.Errorf("an exhausted letter that was put back is %v", revived.Status)
	}
}

// P45
func TestWhoSentALetterIsToldWhenItWillNotBeSeen(t *testing.T) {
	for status, want := range map[outbox.Status]bool{
		{State: outbox.Queued}:                           false,
		{State: outbox.Sending}:                          false,
		{State: outbox.Sent}:                             false,
		{State: outbox.Delivered}:                        false,
		{State: outbox.Complained}:                       false,
		{State: outbox.Bounced}:                          true,
		{State: outbox.Bounced, Reason: outbox.Returned}: true,
		{State: outbox.Suppressed}:                       true,
		{State: outbox.Failed, Reason: outbox.Exhausted}: true,
		{State: outbox.Failed, Reason: outbox.Refused}:   true,
		{State: outbox.Failed, Reason: outbox.TooMany}:   true,
		{State: outbox.Failed, Reason: outbox.Rejected}:  true,
	} {
		if status.Undelivered() != want {
			t.Errorf("%v: undelivered is %v, want %v", status, !want, want)
		}
	}
}

// life is a letter, the couriers that were told of it, and the provider, whose ledger is the truth.
type life struct {
	t *rapid.T
	m outbox.Message

	now      time.Time
	leases   int
	at       map[string]string // courier by lease: "taken", or the provider id of the mail it got through
	accepted []string
	events   map[outbox.Status]bool // that can come; true when told at least once
	highest  int                    // of all facts told or recorded
	prompt   bool                   // the provider reports everything within the window
}

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
	l.events[facts[0]] = l.events[facts[0]]
	for _, fact := range rapid.SliceOfN(rapid.SampledFrom(facts[1:]), 0, 3).Draw(l.t, "what becomes of it") {
		l.events[fact] = l.events[fact]
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
