package main

import (
	"context"

	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/seal"
	"vestibule/shared/web"
)

// How a code is looked at, for the record.
const (
	byAPI    = "api"
	byPage   = "page"
	byLetter = "letter"
)

// reveal shows the code to its inviter. Everybody else hears that there is no such thing. The view is on record before it is one: a code
// that cannot be opened leaves no entry, and one that cannot be recorded is not shown (T11).
func (d *desk) reveal(ctx context.Context, staff web.Staff, which id.InviteID, how string) (invite.Invite, seal.Code, error) {
	inv, err := d.find(ctx, staff, which)
	if err != nil {
		return inv, seal.Code{}, err
	}
	if inv.InviterID != staff.MemberID {
		return inv, seal.Code{}, invite.ErrNotOwn
	}
	if err := inv.Showable(d.now()); err != nil {
		return inv, seal.Code{}, err
	}
	code, err := d.codes.Show(ctx, inv)
	if err != nil {
		return inv, seal.Code{}, err
	}
	tx := d.db.Begin()
	d.audit.Add(tx, d.entry(staff, inv, "invite.reveal", map[string]string{"how": how}))
	if err := tx.Commit(ctx); err != nil {
		return inv, seal.Code{}, err
	}
	return inv, code, nil
}
