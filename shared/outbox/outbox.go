package outbox

import (
	"errors"
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/letter"
)

// ErrKnown is the refusal of a second letter under a message id.
var ErrKnown = fault.New(fault.Conflict, "outbox.known")

// ErrUnreadable means that a letter cannot be opened or read, now or ever by this release.
var ErrUnreadable = errors.New("a letter cannot be read")

const (
	// Window is how long a courier may have a letter, and how long the provider's events are waited for when it fell silent. SES reports
	// a mail within seconds; a function lives a minute.
	Window = 15 * time.Minute
	// Resends is how often a letter is sent again without knowing of the time before. Then it is left to people.
	Resends = 2
	// PerHour is how many letters go to one mailbox in an hour.
	PerHour = 6
	// keep is how long it is on record what became of a letter.
	keep = 90 * 24 * time.Hour
)

// State is where a letter is on its way.
type State string

// The states.
const (
	Queued     State = "queued"
	Sending    State = "sending"
	Sent       State = "sent"
	Delivered  State = "delivered"
	Bounced    State = "bounced"
	Suppressed State = "suppressed"
	Complained State = "complained"
	Failed     State = "failed"
)

// Reason says why a state was reached, where that matters to somebody.
type Reason string

// The reasons.
const (
	Exhausted Reason = "exhausted" // failed: tried to the end
	Uncertain Reason = "uncertain" // failed: sent Resends times more, and never a word of it
	Refused   Reason = "refused"   // failed: this letter to this address will never be taken
	TooMany   Reason = "too_many"  // failed: the mailbox had its share this hour
	Rejected  Reason = "rejected"  // failed: the provider threw it away after accepting it
	Returned  Reason = "returned"  // bounced: for a reason that passes
)

// Status is what became of a letter, as lists show it.
type Status struct {
	State        State  `dynamodbav:"status"`
	Reason       Reason `dynamodbav:"reason,omitempty"`
	ResentUnsure int    `dynamodbav:"resent_unsure,omitempty"` // how often it was sent again without knowing of the time before
}

// Undelivered reports whether the recipient will not see the letter, so that whoever sent it must do something (P45).
func (s Status) Undelivered() bool {
	return s.State == Bounced || s.State == Suppressed || s.State == Failed
}

// rank orders what can be known of a letter. See the table in the package comment.
func (s Status) rank() int {
	switch {
	case s.State == Sending:
		return 10
	case s.State == Failed && s.Reason != Rejected:
		return 20
	case s.State == Sent:
		return 30
	case s.State == Bounced && s.Reason == Returned:
		return 40
	case s.State == Delivered:
		return 50
	case s.State == Failed:
		return 60
	case s.State == Bounced:
		return 70
	case s.State == Suppressed:
		return 80
	case s.State == Complained:
		return 90
	default:
		return 0
	}
}

// Message is a letter in the outbox.
type Message struct {
	ID       id.MessageID `dynamodbav:"message_id"`
	ClinicID id.ClinicID  `dynamodbav:"clinic_id"`
	Kind     letter.Kind  `dynamodbav:"kind"`
	About    string       `dynamodbav:"about,omitempty"` // the id of what the letter is about, an invitation for example
	Sealed   []byte       `dynamodbav:"sealed,omitempty"`

	Status
	Rank    int `dynamodbav:"rank"`    // of the status, for conditions
	Attempt int `dynamodbav:"attempt"` // how often a courier has taken it

	Lease      string     `dynamodbav:"lease,omitempty"` // who has it; random, so that a courier knows its own
	LeaseUntil *time.Time `dynamodbav:"lease_until,unixtime,omitempty"`

	ProviderID string     `dynamodbav:"provider_id,omitempty"`
	CreatedAt  time.Time  `dynamodbav:"created_at,unixtime"`
	SentAt     *time.Time `dynamodbav:"sent_at,unixtime,omitempty"`
	TTL        time.Time  `dynamodbav:"ttl,unixtime"`
}

// Step is what a courier does with a letter it was told of.
type Step int

// The steps.
const (
	Done  Step = iota // nothing: the letter is settled, or there is none
	Wait              // another courier has it, or had it and fell silent: look again after LeaseUntil
	Doubt             // it was sent again too often without knowing: it has failed, as Uncertain
	Send              // send it
	Again             // send it, though a courier that fell silent may have sent it
)

func (s Step) String() string { return [...]string{"done", "wait", "doubt", "send", "again"}[s] }

// Next is the step that a letter needs at a time.
func (m Message) Next(now time.Time) Step {
	switch {
	case m.Sealed == nil:
		return Done
	case m.State == Queued || m.State == Failed:
		return Send
	case m.State != Sending:
		return Done
	case m.LeaseUntil != nil && now.Before(*m.LeaseUntil):
		return Wait
	case m.ResentUnsure >= Resends:
		return Doubt
	default:
		return Again
	}
}

// Take gives a letter that is to be sent to a courier.
func (m Message) Take(lease string, now time.Time) Message {
	if m.State == Sending {
		m.ResentUnsure++
	}
	until := now.Add(Window)
	m.Attempt, m.Lease, m.LeaseUntil = m.Attempt+1, lease, &until
	return m.is(Sending, m.Reason) // the reason tells, if it is put back, that it had failed before
}

// PutBack returns a letter that was certainly not sent. Only who has it can; false means that it is not theirs any more.
func (m Message) PutBack(lease string) (Message, bool) {
	if !m.has(lease) {
		return m, false
	}
	m.Lease, m.LeaseUntil = "", nil
	if m.Reason == Exhausted {
		return m.is(Failed, Exhausted), true
	}
	return m.is(Queued, ""), true
}

// Fail ends a letter that was not sent, or is in Doubt. Only who has it can, or for who fell silent with it.
func (m Message) Fail(lease string, why Reason) (Message, bool) {
	if !m.has(lease) {
		return m, false
	}
	m.Lease, m.LeaseUntil = "", nil
	if why != Exhausted {
		m.Sealed = nil
	}
	return m.is(Failed, why), true
}

// Settle takes in a fact about a letter that the provider has accepted. False means that as much or more was known.
func (m Message) Settle(fact Status, providerID string, now time.Time) (Message, bool) {
	if fact.rank() <= m.Rank {
		return m, false
	}
	m.Sealed, m.Lease, m.LeaseUntil = nil, "", nil
	if m.ProviderID == "" {
		m.ProviderID = providerID
	}
	if m.SentAt == nil {
		m.SentAt = &now
	}
	return m.is(fact.State, fact.Reason), true
}

func (m Message) has(lease string) bool { return m.State == Sending && m.Lease == lease }

func (m Message) is(state State, reason Reason) Message {
	m.State, m.Reason = state, reason
	m.Rank = m.Status.rank()
	return m
}
