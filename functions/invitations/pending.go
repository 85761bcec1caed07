package main

import (
	"context"

	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/outbox"
	"vestibule/shared/team"
	"vestibule/shared/web"
)

// pending reads the clinic's waiting invitations and what became of their latest mails: two round trips, however many there are.
// Somebody sees those that they could have made.
func (d *desk) pending(ctx context.Context, staff web.Staff) ([]invite.Invite, map[id.MessageID]outbox.Status, error) {
	waiting, err := d.invites.Waiting(ctx, staff.ClinicID)
	if err != nil {
		return nil, nil, err
	}
	var seen []invite.Invite
	var letters []id.MessageID
	for _, inv := range waiting {
		if team.MayGrant(roles(staff), team.Role(inv.Role)) {
			seen, letters = append(seen, inv), append(letters, inv.MessageID)
		}
	}
	delivery, err := d.outbox.Statuses(ctx, letters)
	return seen, delivery, err
}
