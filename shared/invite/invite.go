package invite

import (
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/mail"
	"vestibule/shared/seal"
)

// What an invitation refuses.
var (
	ErrUnknown   = fault.New(fault.NotFound, "invite.unknown")
	ErrExpired   = fault.New(fault.Gone, "invite.expired")
	ErrRedeemed  = fault.New(fault.Gone, "invite.redeemed")
	ErrWithdrawn = fault.New(fault.Gone, "invite.withdrawn")
	ErrLocked    = fault.New(fault.Gone, "invite.locked")
	ErrCode      = fault.New(fault.Unprocessable, "invite.code")     // a wrong code, counted
	ErrFrozen    = fault.New(fault.TooMany, "invite.frozen")         // too many wrong codes in this clinic today (T03)
	ErrChanged   = fault.New(fault.Conflict, "invite.changed")       // somebody else changed it meanwhile
	ErrNotOwn    = fault.New(fault.NotFound, "invite.unknown")       // the code is for its inviter's eyes only (T11)
	ErrTooMany   = fault.New(fault.TooMany, "invite.too_many_mails") // P47
)

const (
	// Life is how long a link is good; long enough for somebody's days off (P46).
	Life = 7 * 24 * time.Hour
	// Tries is how many codes are compared for the whole life of an invitation.
	Tries = 5
	// Wrongs is how many wrong codes are compared in a clinic on one day.
	Wrongs = 20
	// Mails is how many mails one invitation may send in its life.
	Mails = 10
	// keep is how long an invitation stays on record after its time.
	keep = 90 * 24 * time.Hour
)

// Status is what is written of an invitation's state.
type Status string

// The written states.
const (
	Pending   Status = "pending"
	Locked    Status = "locked"
	Redeemed  Status = "redeemed"
	Withdrawn Status = "withdrawn"
	// Opened and Expired are how a pending invitation looks; they are never written.
	Opened  Status = "opened"
	Expired Status = "expired"
)

// Invite is an invitation of a person to a clinic.
type Invite struct {
	ClinicID id.ClinicID `dynamodbav:"clinic_id"`
	ID       id.InviteID `dynamodbav:"invite_id"`
	Status   Status      `dynamodbav:"status"`
	Version  int         `dynamodbav:"version"` // grows with every change by staff and with redemption

	MemberID id.MemberID  `dynamodbav:"member_id"` // who the person will be in the team
	Listed   bool         `dynamodbav:"listed"`    // the member already stands in the team, without a login
	Name     string       `dynamodbav:"name"`
	Function string       `dynamodbav:"function"`
	Mail     mail.Address `dynamodbav:"mail"`
	Lang     string       `dynamodbav:"lang"`
	Role     string       `dynamodbav:"role"` // what the person will be, a team role

	InviterID   id.MemberID `dynamodbav:"inviter_id"`
	InviterName string      `dynamodbav:"inviter_name"`
	ClinicName  string      `dynamodbav:"clinic_name"` // as the mail said it; pages for link holders need no read of the clinic
	Zone        string      `dynamodbav:"zone"`

	LinkHash   string `dynamodbav:"link_hash"`
	CodeForm   Form   `dynamodbav:"code_form"`
	CodeMac    []byte `dynamodbav:"code_mac,omitempty"`    // keyed hash, for checking
	CodeSealed []byte `dynamodbav:"code_sealed,omitempty"` // only its inviter can have it opened; erased on redeem and withdraw
	Tries      int    `dynamodbav:"tries"`                 // codes compared so far; no new link or code brings them back

	MessageID id.MessageID `dynamodbav:"message_id"` // the latest letter, for "delivery failed"
	Mails     int          `dynamodbav:"mails"`      // letters sent so far

	CreatedAt time.Time  `dynamodbav:"created_at,unixtime"`
	ExpiresAt time.Time  `dynamodbav:"expires_at,unixtime"`
	OpenedAt  *time.Time `dynamodbav:"opened_at,unixtime,omitempty"`
	TTL       time.Time  `dynamodbav:"ttl,unixtime"`
}

// State is how an invitation stands at a time.
func (i Invite) State(now time.Time) Status {
	switch {
	case i.Status == Pending && i.Tries >= Tries:
		return Locked // counted out; who wrote the last try down may have been cut off
	case i.Status != Pending:
		return i.Status
	case !now.Before(i.ExpiresAt):
		return Expired
	case i.OpenedAt != nil:
		return Opened
	default:
		return Pending
	}
}

// Refusal is why who holds a link cannot go on, nil when they can.
func (i Invite) Refusal(link Link, now time.Time) error {
	if !seal.Equal(i.LinkHash, link.token.Hash()) {
		return ErrLink
	}
	return i.ended(now)
}

func (i Invite) ended(now time.Time) error {
	switch i.State(now) {
	case Expired:
		return ErrExpired
	case Locked:
		return ErrLocked
	case Redeemed:
		return ErrRedeemed
	case Withdrawn:
		return ErrWithdrawn
	default:
		return nil
	}
}

// changeable is why staff cannot change a link or code; running out is no reason.
func (i Invite) changeable(now time.Time) error {
	if err := i.ended(now); err != ErrExpired {
		return err
	}
	return nil
}

// Showable is why a code is of no use to its inviter any more; an invitation that ran out can be extended, so its code still is.
func (i Invite) Showable(now time.Time) error { return i.changeable(now) }

// Send gives an invitation its link, and starts its time anew: at the beginning and at every resend (P36).
func (i Invite) Send(link Link, letter id.MessageID, now time.Time) (Invite, error) {
	if err := i.changeable(now); err != nil {
		return i, err
	}
	if i.Mails >= Mails {
		return i, ErrTooMany
	}
	i.LinkHash, i.MessageID, i.Mails, i.OpenedAt = link.token.Hash(), letter, i.Mails+1, nil
	return i.until(now.Add(Life)), nil
}

// Readdress sends an invitation to another address; the code must be replaced with it (A17).
func (i Invite) Readdress(to mail.Address, link Link, letter id.MessageID, now time.Time) (Invite, error) {
	i.Mail = to
	return i.Send(link, letter, now)
}

// Recode gives a new code. The tries that were used stay used.
func (i Invite) Recode(mac, sealed []byte, now time.Time) (Invite, error) {
	if err := i.ended(now); err != nil {
		return i, err
	}
	i.CodeMac, i.CodeSealed = mac, sealed
	return i, nil
}

// Extend makes the same link good for another Life from now (P46).
func (i Invite) Extend(now time.Time) (Invite, error) {
	if err := i.changeable(now); err != nil {
		return i, err
	}
	return i.until(now.Add(Life)), nil
}

// Withdraw ends an invitation; withdrawing twice is withdrawing once (A16).
func (i Invite) Withdraw(now time.Time) (Invite, error) {
	if i.Status == Redeemed {
		return i, ErrRedeemed
	}
	i.Status, i.CodeMac, i.CodeSealed = Withdrawn, nil, nil
	return i, nil
}

func (i Invite) until(end time.Time) Invite {
	end = end.Truncate(time.Second) // as it is stored: what a letter says is what the link is held to
	i.ExpiresAt, i.TTL = end, end.Add(keep)
	return i
}
