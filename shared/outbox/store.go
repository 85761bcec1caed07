package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	kms "github.com/aws/aws-sdk-go-v2/service/kms/types"

	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/letter"
	"vestibule/shared/mail"
	"vestibule/shared/vault"
)

// Store keeps the outbox.
type Store struct {
	db    *dynamo.DB
	table string
	box   vault.Box
}

// Open returns the store in a table, with the box of LetterKey. It makes no call.
func Open(db *dynamo.DB, table string, box vault.Box) *Store { return &Store{db, table, box} }

func (s *Store) key(m id.MessageID) dynamo.Item { return dynamo.Key("message_id", string(m)) }

// about binds a sealed letter to its message: moved to another message, it does not open.
func about(m id.MessageID) map[string]string { return map[string]string{"message": string(m)} }

// Seal makes a message of a letter, before the transaction that adds it. It concerns an invitation or another thing
// with an id.
func (s *Store) Seal(ctx context.Context, l letter.Letter, m id.MessageID, clinic id.ClinicID, concerns string, now time.Time) (Message, error) {
	plain, err := letter.Marshal(l)
	if err != nil {
		return Message{}, err
	}
	sealed, err := s.box.Seal(ctx, plain, about(m))
	if err != nil {
		return Message{}, fmt.Errorf("seal letter %s: %w", m, err)
	}
	now = now.Truncate(time.Second)
	return Message{
		ID: m, ClinicID: clinic, Kind: l.Kind(), About: concerns, Sealed: sealed, Status: Status{State: Queued}, CreatedAt: now, TTL: now.Add(keep),
	}, nil
}

// Add puts a message into the outbox. Refused means ErrKnown.
func (s *Store) Add(tx *dynamo.Tx, m Message) {
	tx.Put(s.table, dynamo.Marshal(m), "attribute_not_exists(message_id)", dynamo.Means(ErrKnown))
}

// Letter opens the letter of a message that was taken. ErrUnreadable means that trying again does not help.
func (s *Store) Letter(ctx context.Context, m Message) (letter.Letter, error) {
	plain, err := s.box.Open(ctx, m.Sealed, about(m.ID))
	var tampered *kms.InvalidCiphertextException
	if errors.As(err, &tampered) {
		return nil, fmt.Errorf("open letter %s: %w", m.ID, ErrUnreadable)
	}
	if err != nil {
		return nil, fmt.Errorf("open letter %s: %w", m.ID, err)
	}
	l, err := letter.Unmarshal(plain)
	if err != nil {
		return nil, fmt.Errorf("read letter %s: %w: %w", m.ID, ErrUnreadable, err)
	}
	return l, nil
}

// Take gives a message to a courier if it is to be sent. The message is returned as it is then, empty when there is none; the step says
// whether the courier has it (Send, Again).
func (s *Store) Take(ctx context.Context, m id.MessageID, lease string, now time.Time) (Message, Step, error) {
	got, taken, err := s.take(ctx, m, lease, now, "attribute_exists(sealed) AND (#rank = :queued OR #rank = :failed)", "")
	if err != nil || taken {
		return got, Send, err
	}
	step := got.Next(now)
	if step != Again {
		return got, step, nil
	}
	got, taken, err = s.take(ctx, m, lease, now, "#rank = :sending AND lease = :before", got.Lease)
	if err != nil || taken {
		return got, Again, err
	}
	if step = got.Next(now); step == Send || step == Again {
		step = Wait // somebody was faster, and put it back already
	}
	return got, step, nil
}

func (s *Store) take(ctx context.Context, m id.MessageID, lease string, now time.Time, condition, before string) (Message, bool, error) {
	u := dynamo.Update{
		Table: s.table, Key: s.key(m),
		Set:   "SET #status = :status, #rank = :sending, lease = :lease, lease_until = :until, attempt = attempt + :one",
		If:    condition,
		Names: map[string]string{"#status": "status", "#rank": "rank"},
		With: dynamo.Values(":status", Sending, ":sending", Status{State: Sending}.rank(), ":lease", lease,
			":until", now.Add(Window).Unix(), ":one", 1),
	}
	if before == "" {
		u.With[":queued"], u.With[":failed"] = dynamo.Value(Status{State: Queued}.rank()), dynamo.Value(Status{State: Failed}.rank())
	} else {
		u.Set += ", resent_unsure = if_not_exists(resent_unsure, :zero) + :one"
		u.With[":before"], u.With[":zero"] = dynamo.Value(before), dynamo.Value(0)
	}
	var got Message
	applied, err := s.db.Update(ctx, u, &got)
	if err != nil {
		return got, false, fmt.Errorf("take letter %s: %w", m, err)
	}
	// A lease that stands there already is ours when the answer to an earlier try of this call was lost.
	return got, applied || got.has(lease), nil
}

// PutBack returns a message that was taken and certainly not sent.
func (s *Store) PutBack(ctx context.Context, m Message) error {
	back, _ := m.PutBack(m.Lease)
	return s.giveUp(ctx, m, back)
}

// Fail ends a message that was taken and not sent, or is in Doubt.
func (s *Store) Fail(ctx context.Context, m Message, why Reason) error {
	failed, _ := m.Fail(m.Lease, why)
	return s.giveUp(ctx, m, failed)
}

// giveUp writes the end of a lease. When the lease is not ours any more, somebody knows better: that is no error.
func (s *Store) giveUp(ctx context.Context, m, after Message) error {
	remove := "lease, lease_until"
	if after.Sealed == nil {
		remove += ", sealed"
	}
	u := s.become(m.ID, after.Status, "", remove)
	u.If = "#rank = :sending AND lease = :lease"
	u.With[":sending"], u.With[":lease"] = dynamo.Value(Status{State: Sending}.rank()), dynamo.Value(m.Lease)
	if _, err := s.db.Update(ctx, u, &Message{}); err != nil {
		return fmt.Errorf("write letter %s as %s: %w", m.ID, after.State, err)
	}
	return nil
}

// Settle writes a fact about a message that the provider has accepted, and erases its letter. The message is returned as it is then, empty
// when there is none; news is false when as much was known.
func (s *Store) Settle(ctx context.Context, m id.MessageID, fact Status, providerID string, now time.Time) (got Message, news bool, err error) {
	u := s.become(m, fact, ", provider_id = if_not_exists(provider_id, :provider), sent_at = if_not_exists(sent_at, :now)", "sealed, lease, lease_until")
	u.If = "#rank < :rank" // false when there is no item
	u.With[":provider"], u.With[":now"] = dynamo.Value(providerID), dynamo.Value(now.Unix())
	if news, err = s.db.Update(ctx, u, &got); err != nil {
		return got, false, fmt.Errorf("write letter %s as %s: %w", m, fact.State, err)
	}
	return got, news, nil
}

// become is the change of a message's status; what else is set begins with a comma.
func (s *Store) become(m id.MessageID, status Status, set, remove string) dynamo.Update {
	u := dynamo.Update{
		Table: s.table, Key: s.key(m),
		Names: map[string]string{"#status": "status", "#rank": "rank"},
		With:  dynamo.Values(":status", status.State, ":rank", status.rank()),
	}
	if status.Reason == "" {
		remove += ", reason"
	} else {
		set += ", reason = :reason"
		u.With[":reason"] = dynamo.Value(status.Reason)
	}
	u.Set = "SET #status = :status, #rank = :rank" + set + " REMOVE " + remove
	return u
}

// Count notes that a message is about to go to a mailbox. False means that the mailbox has had its share this hour. Counting a message
// again changes nothing.
func (s *Store) Count(ctx context.Context, m id.MessageID, to mail.Address, now time.Time) (bool, error) {
	hour := now.UTC().Truncate(time.Hour)
	with := dynamo.Values(":me", m, ":max", PerHour, ":ttl", hour.Add(48*time.Hour).Unix())
	with[":set"] = &types.AttributeValueMemberSS{Value: []string{string(m)}}
	counted, err := s.db.Update(ctx, dynamo.Update{
		Table: s.table, Key: dynamo.Key("message_id", "to#"+to.Key()+"#"+hour.Format("2006-01-02T15")),
		Set:   "SET #ttl = :ttl ADD messages :set",
		If:    "attribute_not_exists(messages) OR size(messages) < :max OR contains(messages, :me)",
		Names: map[string]string{"#ttl": "ttl"}, With: with,
	}, &dynamo.Item{})
	if err != nil {
		return false, fmt.Errorf("count letter %s: %w", m, err)
	}
	return counted, nil
}

// Want adds the status of a message to what is to be read.
func (s *Store) Want(reads *dynamo.Reads, m id.MessageID) {
	reads.Want(s.table, s.key(m), false, "message_id", "status", "reason", "resent_unsure")
}

// Found returns the statuses that were read. A message that is not there, because it is long ago, is not among them.
func (s *Store) Found(reads *dynamo.Reads) (map[id.MessageID]Status, error) {
	statuses := map[id.MessageID]Status{}
	for _, item := range reads.Found(s.table) {
		var m Message
		if err := dynamo.Unmarshal(item, &m); err != nil {
			return nil, err
		}
		statuses[m.ID] = m.Status
	}
	return statuses, nil
}

// Statuses reads what became of messages, up to 100 in one call.
func (s *Store) Statuses(ctx context.Context, messages []id.MessageID) (map[id.MessageID]Status, error) {
	messages = slices.Compact(slices.Sorted(slices.Values(messages))) // DynamoDB refuses a key that is named twice
	messages = slices.DeleteFunc(messages, func(m id.MessageID) bool { return m == "" })
	statuses := make(map[id.MessageID]Status, len(messages))
	for hundred := range slices.Chunk(messages, 100) {
		reads := s.db.Reads()
		for _, m := range hundred {
			s.Want(reads, m)
		}
		if err := reads.Run(ctx); err != nil {
			return nil, err
		}
		found, err := s.Found(reads)
		if err != nil {
			return nil, err
		}
		for m, status := range found {
			statuses[m] = status
		}
	}
	return statuses, nil
}
