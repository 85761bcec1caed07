package main

import (
	"context"
	"errors"

	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/mail"
	"vestibule/shared/once"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

// act is something staff do with a waiting invitation.
type act func(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error)

// find reads an invitation that a person of staff may look after: of their clinic, and of a kind of person they could let in themselves.
func (d *desk) find(ctx context.Context, staff web.Staff, which id.InviteID) (invite.Invite, error) {
	inv, err := d.invites.Get(ctx, staff.ClinicID, which)
	if err == nil && !team.MayGrant(roles(staff), team.Role(inv.Role)) {
		err = team.ErrMayNot
	}
	return inv, err
}

// change is the way of every act: read, decide, then one transaction of the change, its audit entry and its letters. `next` says what
// the invitation becomes, and adds what must be said to people.
func (d *desk) change(ctx context.Context, staff web.Staff, which id.InviteID, name, key string, asked []string,
	next func(before invite.Invite, tx *dynamo.Tx) (invite.Invite, error),
) (invite.Invite, error) {
	claim, err := once.NewKey(string(staff.MemberID), name, key, append([]string{string(which)}, asked...)...)
	if err != nil {
		return invite.Invite{}, err
	}
	before, err := d.find(ctx, staff, which)
	if err != nil {
		return before, err
	}
	tx := d.db.Begin()
	d.once.Claim(tx, claim, string(which), d.now())
	after, err := next(before, tx)
	if err != nil {
		return before, err
	}
	if before.Status == after.Status && before.Status == invite.Withdrawn {
		return before, nil
	}
	d.invites.Change(tx, before, after)
	d.audit.Add(tx, d.entry(staff, before, name, map[string]string{
		"from": string(before.State(d.now())), "to": string(after.State(d.now())),
	}))
	var again once.Again
	err = tx.Commit(ctx)
	if errors.As(err, &again) {
		return d.invites.Get(ctx, staff.ClinicID, which)
	}
	after.Version = before.Version + 1
	return after, err
}

// withdraw ends an invitation; link and code are dead at once (A16).
func (d *desk) withdraw(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error) {
	return d.change(ctx, staff, which, "invite.withdraw", key, nil, func(before invite.Invite, _ *dynamo.Tx) (invite.Invite, error) {
		return before.Withdraw(d.now())
	})
}

// extend makes the same link good for another seven days (P46).
func (d *desk) extend(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error) {
	return d.change(ctx, staff, which, "invite.extend", key, nil, func(before invite.Invite, _ *dynamo.Tx) (invite.Invite, error) {
		return before.Extend(d.now())
	})
}

// resend sends a new link to the same address; the one before is dead, the code stays (P36).
func (d *desk) resend(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error) {
	return d.change(ctx, staff, which, "invite.resend", key, nil, func(before invite.Invite, tx *dynamo.Tx) (invite.Invite, error) {
		link, err := invite.NewLink(before.ClinicID, before.ID, d.random)
		if err != nil {
			return before, err
		}
		after, err := before.Send(link, id.New[id.MessageID](d.now(), d.random), d.now())
		if err != nil {
			return before, err
		}
		return after, d.post(ctx, tx, invitation(after, link), after, after.MessageID)
	})
}

// replaceCode gives a new code, which only the inviter will see. The link stays; tries that were used stay used.
func (d *desk) replaceCode(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error) {
	return d.change(ctx, staff, which, "invite.recode", key, nil, func(before invite.Invite, _ *dynamo.Tx) (invite.Invite, error) {
		if before.InviterID != staff.MemberID {
			return before, invite.ErrNotOwn
		}
		return d.code(ctx, before)
	})
}

// readdress sends an invitation to another address, with a new link and a new code; both mailboxes are told (A17, decision 13).
func (d *desk) readdress(ctx context.Context, staff web.Staff, which id.InviteID, in NewMail, key string) (invite.Invite, error) {
	to, err := mail.Parse(in.Mail)
	if err != nil {
		return invite.Invite{}, err
	}
	return d.change(ctx, staff, which, "invite.readdress", key, []string{string(to)}, func(before invite.Invite, tx *dynamo.Tx) (invite.Invite, error) {
		link, err := invite.NewLink(before.ClinicID, before.ID, d.random)
		if err != nil {
			return before, err
		}
		after, err := before.Readdress(to, link, id.New[id.MessageID](d.now(), d.random), d.now())
		if err != nil {
			return before, err
		}
		if after, err = d.code(ctx, after); err != nil {
			return before, err
		}
		if err := d.post(ctx, tx, invitation(after, link), after, after.MessageID); err != nil {
			return before, err
		}
		if after.Mail.Key() == before.Mail.Key() {
			return after, nil
		}
		moved := letter.InvitationMoved{To: before.Mail, Lang: words.Lang(before.Lang), Clinic: before.ClinicName}
		return after, d.post(ctx, tx, moved, before, id.New[id.MessageID](d.now(), d.random))
	})
}

func (d *desk) post(ctx context.Context, tx *dynamo.Tx, l letter.Letter, inv invite.Invite, as id.MessageID) error {
	message, err := d.outbox.Seal(ctx, l, as, inv.ClinicID, string(inv.ID), d.now())
	if err == nil {
		d.outbox.Add(tx, message)
	}
	return err
}

// reveal shows the code to its inviter. Everybody else hears that there is no such thing, and every view is on record before anything is
// shown (T11).
func (d *desk) reveal(ctx context.Context, staff web.Staff, which id.InviteID, how string) (invite.Invite, []string, error) {
	inv, err := d.find(ctx, staff, which)
	if err != nil {
		return inv, nil, err
	}
	if inv.InviterID != staff.MemberID {
		return inv, nil, invite.ErrNotOwn
	}
	if err := inv.Showable(d.now()); err != nil {
		return inv, nil, err
	}
	tx := d.db.Begin()
	d.audit.Add(tx, d.entry(staff, inv, "invite.reveal", map[string]string{"how": how}))
	if err := tx.Commit(ctx); err != nil {
		return inv, nil, err
	}
	code, err := d.codes.Show(ctx, inv)
	if err != nil {
		return inv, nil, err
	}
	return inv, invite.Groups(code), nil
}
