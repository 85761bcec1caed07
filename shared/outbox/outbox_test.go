package outbox_test

import (
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
