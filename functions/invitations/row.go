package main

import (
	"vestibule/shared/invite"
	"vestibule/shared/outbox"
	"vestibule/shared/seal"
	"vestibule/shared/web"
)

// row is an invitation as the pages show it.
type row struct {
	invite.Invite
	Look   string    // which state to show: pending opened undelivered expired locked withdrawn redeemed
	Tag    string    // how it looks
	Reason string    // why the mail did not arrive
	Own    bool      // the reader invited and so may see the code
	Active bool      // link and code can still be used or revived
	Late   bool      // it is past its time
	Left   int       // codes that may still be compared
	Code   seal.Code // while it is shown
}

// undelivered is the look of an invitation whose mail nobody got (P45).
const undelivered = "undelivered"

var tags = map[string]string{
	string(invite.Opened): "good", string(invite.Redeemed): "good", string(invite.Expired): "warn", string(invite.Locked): "bad", undelivered: "bad",
}

func (d *desk) row(staff web.Staff, inv invite.Invite, delivery outbox.Status) row {
	state := inv.State(d.now())
	v := row{
		Invite: inv, Look: string(state), Own: inv.InviterID == staff.MemberID, Active: inv.Showable(d.now()) == nil,
		Late: state == invite.Expired, Left: max(0, invite.Tries-inv.Tries),
	}
	// A link that nobody got is no better for being extended, so this is said even when time has run out.
	if (state == invite.Pending || state == invite.Expired) && delivery.Undelivered() {
		v.Look, v.Reason = undelivered, reason(delivery)
	}
	v.Tag = tags[v.Look]
	return v
}

// reason is what there is to say about a mail that did not arrive, and what to do.
func reason(delivery outbox.Status) string {
	switch delivery.Reason {
	case outbox.Returned, outbox.Refused, outbox.TooMany:
		return string(delivery.Reason)
	case outbox.Rejected:
		return string(outbox.Refused)
	default:
		return string(delivery.State)
	}
}

// helps is the part of the page that holds what helps in this state; empty when nothing is needed.
func (v row) helps() string {
	switch {
	case v.Look == undelivered && (v.Reason == string(outbox.Returned) || v.Reason == string(outbox.TooMany) || v.Reason == string(outbox.Failed)):
		return partSend
	case v.Look == undelivered:
		return partMail
	case v.Late:
		return partSend
	default:
		return ""
	}
}
