package invite

import (
	"context"
	"errors"
	"slices"
	"time"

	"vestibule/shared/dynamo"
	"vestibule/shared/id"
)

// Store keeps invitations.
type Store struct {
	db    *dynamo.DB
	table string
}

// Open returns the store in a table. It makes no call.
func Open(db *dynamo.DB, table string) *Store { return &Store{db, table} }

func (s *Store) key(i Invite) dynamo.Item {
	return dynamo.Key("clinic_id", string(i.ClinicID), "invite_id", string(i.ID))
}

// Add writes a new invitation.
func (s *Store) Add(tx *dynamo.Tx, i Invite) {
	tx.Put(s.table, dynamo.Marshal(i), "attribute_not_exists(invite_id)", dynamo.Means(ErrChanged))
}

// Get reads an invitation of a clinic, or ErrUnknown: another clinic's invitation is not there (P41).
func (s *Store) Get(ctx context.Context, clinic id.ClinicID, invite id.InviteID) (Invite, error) {
	var i Invite
	found, err := s.db.Get(ctx, s.table, s.key(Invite{ClinicID: clinic, ID: invite}), true, &i)
	if err == nil && !found {
		err = ErrUnknown
	}
	return i, err
}

// Waiting reads a clinic's invitations that are neither redeemed nor withdrawn, newest first.
func (s *Store) Waiting(ctx context.Context, clinic id.ClinicID) ([]Invite, error) {
	items, err := s.db.Query(ctx, s.table, "clinic_id", string(clinic), "invite_id", "inv_", true)
	if err != nil {
		return nil, err
	}
	var waiting []Invite
	for _, item := range items {
		var i Invite
		if err := dynamo.Unmarshal(item, &i); err != nil {
			return nil, err
		}
		if i.Status == Pending || i.Status == Locked {
			waiting = append(waiting, i)
		}
	}
	slices.Reverse(waiting)
	return waiting, nil
}

// Change writes what staff changed between two states of an invitation. It leaves alone what others write meanwhile: the count of tries,
// and that the link was opened, unless the link is a new one. Refused means ErrRedeemed, ErrWithdrawn or ErrLocked when it ended
// meanwhile, else ErrChanged. A lock does not stand in the way of a withdrawal.
func (s *Store) Change(tx *dynamo.Tx, before, after Invite) {
	set := "SET #status = :status, #version = :next, mail = :mail, link_hash = :link, expires_at = :end, #ttl = :ttl, message_id = :letter, mails = :mails"
	with := dynamo.Values(":status", after.Status, ":next", before.Version+1, ":was", before.Version, ":mail", after.Mail, ":link", after.LinkHash,
		":end", after.ExpiresAt.Unix(), ":ttl", after.TTL.Unix(), ":letter", after.MessageID, ":mails", after.Mails)
	var gone string
	optional := func(attribute, name string, there bool, value any) {
		if there {
			set += ", " + attribute + " = " + name
			with[name] = dynamo.Value(value)
			return
		}
		gone += ", " + attribute
	}
	optional("code_mac", ":mac", after.CodeMac != nil, after.CodeMac)
	optional("code_sealed", ":sealed", after.CodeSealed != nil, after.CodeSealed)
	if after.LinkHash != before.LinkHash {
		gone += ", opened_at"
	}
	if gone != "" {
		set += " REMOVE " + gone[2:]
	}
	condition, locked := "#version = :was", ErrChanged
	if after.Status == Pending {
		condition, locked = "#version = :was AND #status = :status AND tries < :max", ErrLocked
		with[":max"] = dynamo.Value(Tries)
	}
	tx.Update(dynamo.Update{
		Table: s.table, Key: s.key(before), Set: set, If: condition,
		Names: map[string]string{"#status": "status", "#version": "version", "#ttl": "ttl"}, With: with,
	}, meanwhile(locked))
}

// meanwhile finds in the item as it stands why a write came too late; `locked` is what a lock means for that write.
func meanwhile(locked error) func(dynamo.Item) error {
	return func(old dynamo.Item) error {
		var i Invite
		switch {
		case len(old) == 0 || dynamo.Unmarshal(old, &i) != nil:
			return ErrUnknown
		case i.Status == Redeemed:
			return ErrRedeemed
		case i.Status == Withdrawn:
			return ErrWithdrawn
		case i.Tries >= Tries:
			return locked
		default:
			return ErrChanged
		}
	}
}

// alive is what a link must find, whatever is done with it.
const alive = "#status = :pending AND link_hash = :link AND expires_at > :now AND tries < :max"

func (s *Store) byLink(link Link, now time.Time, set, also string) dynamo.Update {
	return dynamo.Update{
		Table: s.table, Key: s.key(Invite{ClinicID: link.Clinic, ID: link.Invite}), Set: set, If: alive + also,
		Names: map[string]string{"#status": "status"},
		With:  dynamo.Values(":pending", Pending, ":link", link.token.Hash(), ":now", now.Unix(), ":max", Tries),
	}
}

// Open notes that the person has opened the link, and returns the invitation. One call, the first time and every other.
func (s *Store) Open(ctx context.Context, link Link, now time.Time) (Invite, error) {
	var i Invite
	_, err := s.db.Update(ctx, s.byLink(link, now, "SET opened_at = :now", " AND attribute_not_exists(opened_at)"), &i)
	if err != nil {
		return i, err
	}
	return i, i.Refusal(link, now) // an empty invitation has another link's hash
}

// Try counts a try before anything is compared: on the invitation, and as a wrong one on the clinic's day, which a right one gives back
// with Forgive. It returns the invitation as it is then. An error says why nothing may be compared; the invitation's try is not used up
// then.
func (s *Store) Try(ctx context.Context, link Link, now time.Time) (Invite, error) {
	var i Invite
	count := s.byLink(link, now, "ADD tries :one", "")
	count.With[":one"] = dynamo.Value(1)
	counted, err := s.db.Update(ctx, count, &i)
	if err != nil {
		return i, err
	}
	if !counted {
		if err := i.Refusal(link, now); err != nil {
			return i, err
		}
		return i, ErrChanged
	}
	counted, err = s.db.Update(ctx, dynamo.Update{
		Table: s.table, Key: s.day(i, now), Set: "SET #ttl = :ttl ADD wrongs :one", If: "attribute_not_exists(wrongs) OR wrongs < :max",
		Names: map[string]string{"#ttl": "ttl"}, With: dynamo.Values(":one", 1, ":max", Wrongs, ":ttl", now.Add(48*time.Hour).Unix()),
	}, &struct{}{})
	if err == nil && !counted {
		err = ErrFrozen
	}
	if err != nil {
		return i, errors.Join(err, s.Untry(ctx, i))
	}
	return i, nil
}

// Untry gives back a counted try that was never compared.
func (s *Store) Untry(ctx context.Context, i Invite) error {
	_, err := s.db.Update(ctx, dynamo.Update{
		Table: s.table, Key: s.key(i), Set: "ADD tries :back", If: "tries > :none", With: dynamo.Values(":back", -1, ":none", 0),
	}, &Invite{})
	return err
}

// Lock writes down that the last try was wrong. Refused means how it had ended before: ErrRedeemed, ErrWithdrawn or ErrLocked.
func (s *Store) Lock(tx *dynamo.Tx, i Invite) {
	tx.Update(dynamo.Update{
		Table: s.table, Key: s.key(i), Set: "SET #status = :locked", If: "#status = :pending AND tries >= :max",
		Names: map[string]string{"#status": "status"}, With: dynamo.Values(":locked", Locked, ":pending", Pending, ":max", Tries),
	}, meanwhile(ErrLocked))
}

// Redeem ends an invitation whose code was right. It must stand as it stood when the code was compared; only another try may have been
// counted or have locked it meanwhile. Refused means ErrRedeemed, ErrWithdrawn or ErrChanged.
func (s *Store) Redeem(tx *dynamo.Tx, i Invite) {
	tx.Update(dynamo.Update{
		Table: s.table, Key: s.key(i),
		Set:   "SET #status = :redeemed, #version = :next REMOVE code_mac, code_sealed",
		If:    "#version = :was AND #status IN (:pending, :locked)",
		Names: map[string]string{"#status": "status", "#version": "version"},
		With:  dynamo.Values(":redeemed", Redeemed, ":pending", Pending, ":locked", Locked, ":was", i.Version, ":next", i.Version+1),
	}, meanwhile(ErrChanged))
}

func (s *Store) day(i Invite, now time.Time) dynamo.Item {
	return dynamo.Key("clinic_id", string(i.ClinicID), "invite_id", "day#"+now.UTC().Format(time.DateOnly))
}

// Forgive takes back, in the transaction of the redemption, what Try counted on the day for the right code.
func (s *Store) Forgive(tx *dynamo.Tx, i Invite, counted time.Time) {
	tx.Update(dynamo.Update{Table: s.table, Key: s.day(i, counted), Set: "ADD wrongs :back", With: dynamo.Values(":back", -1)}, nil)
}
