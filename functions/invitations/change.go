package main

import (
	"context"
	"errors"
	"log/slog"

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
// Everything else is not there, and that somebody asked for it is on the log (P41).
func (d *desk) find(ctx context.Context, staff web.Staff, which id.InviteID) (invite.Invite, error) {
	inv, err := d.invites.Get(ctx, staff.ClinicID, which)
	if err == nil && !team.MayGrant(roles(staff), team.Role(inv.Role)) {
		inv, err = invite.Invite{}, invite.ErrUnknown
	}
	if errors.Is(err, invite.ErrUnknown) {
		slog.WarnContext(ctx, "invitation asked for is not there", "clinic", staff.ClinicID, "member", staff.MemberID, "invite", which)
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
	was, err := d.find(ctx, staff, which)
	if err != nil {
		return invite.Invite{}, err
	}
	tx := d.db.Begin()
	d.once.Claim(tx, claim, string(which), d.now())
	becomes, err := next(was, tx)
	if err != nil {
		return d.refused(ctx, staff, claim, err)
	}
	d.invites.Change(tx, was, becomes)
	d.audit.Add(tx, d.entry(staff, was, name, map[string]string{
		"from": string(was.State(d.now())), "to": string(becomes.State(d.now())),
	}))
	if err := tx.Commit(ctx); err != nil {
		return d.refused(ctx, staff, claim, err)
	}
	becomes.Version = was.Version + 1
	return becomes, nil
}

// withdraw ends an invitation; link and code are dead at once (A16). Withdrawing twice is withdrawing once, and whatever else happens to
// the invitation at the same moment does not stop it.
func (d *desk) withdraw(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error) {
	for others := 0; ; others++ {
		inv, err := d.change(ctx, staff, which, "invite.withdraw", key, nil, func(was invite.Invite, _ *dynamo.Tx) (invite.Invite, error) {
			if was.Status == invite.Withdrawn {
				return was, invite.ErrWithdrawn
			}
			return was.Withdraw(d.now())
		})
		switch {
		case errors.Is(err, invite.ErrWithdrawn):
			return d.invites.Get(ctx, staff.ClinicID, which)
		case errors.Is(err, invite.ErrChanged) && others < 20:
		default:
			return inv, err
		}
	}
}

// extend makes the same link good for another seven days (P46).
func (d *desk) extend(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error) {
	return d.change(ctx, staff, which, "invite.extend", key, nil, func(was invite.Invite, _ *dynamo.Tx) (invite.Invite, error) {
		return was.Extend(d.now())
	})
}

// resend sends a new link to the same address; the one before is dead, the code stays (P36).
func (d *desk) resend(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error) {
	return d.change(ctx, staff, which, "invite.resend", key, nil, func(was invite.Invite, tx *dynamo.Tx) (invite.Invite, error) {
		link, err := invite.NewLink(was.ClinicID, was.ID, d.random)
		if err != nil {
			return was, err
		}
		becomes, err := was.Send(link, id.New[id.MessageID](d.now(), d.random), d.now())
		if err != nil {
			return was, err
		}
		return becomes, d.post(ctx, tx, invitation(becomes, link), becomes, becomes.MessageID)
	})
}

// replaceCode gives a new code, which only the inviter will see. The link stays; tries that were used stay used.
func (d *desk) replaceCode(ctx context.Context, staff web.Staff, which id.InviteID, key string) (invite.Invite, error) {
	return d.change(ctx, staff, which, "invite.recode", key, nil, func(was invite.Invite, _ *dynamo.Tx) (invite.Invite, error) {
		if was.InviterID != staff.MemberID {
			return was, invite.ErrNotOwn
		}
		return d.code(ctx, was)
	})
}

// readdress sends an invitation to another address, with a new link and a new code; both mailboxes are told (A17, decision 13).
func (d *desk) readdress(ctx context.Context, staff web.Staff, which id.InviteID, in NewMail, key string) (invite.Invite, error) {
	to, err := mail.Parse(in.Mail)
	if err != nil {
		return invite.Invite{}, err
	}
	return d.change(ctx, staff, which, "invite.readdress", key, []string{string(to)}, func(was invite.Invite, tx *dynamo.Tx) (invite.Invite, error) {
		link, err := invite.NewLink(was.ClinicID, was.ID, d.random)
		if err != nil {
			return was, err
		}
		becomes, err := was.Readdress(to, link, id.New[id.MessageID](d.now(), d.random), d.now())
		if err != nil {
			return was, err
		}
		if becomes, err = d.code(ctx, becomes); err != nil {
			return was, err
		}
		if err := d.post(ctx, tx, invitation(becomes, link), becomes, becomes.MessageID); err != nil {
			return was, err
		}
		if becomes.Mail.Key() == was.Mail.Key() {
			return becomes, nil
		}
		moved := letter.InvitationMoved{To: was.Mail, Lang: words.Lang(was.Lang), Clinic: was.ClinicName}
		return becomes, d.post(ctx, tx, moved, was, id.New[id.MessageID](d.now(), d.random))
	})
}

func (d *desk) post(ctx context.Context, tx *dynamo.Tx, l letter.Letter, inv invite.Invite, as id.MessageID) error {
	message, err := d.outbox.Seal(ctx, l, as, inv.ClinicID, string(inv.ID), d.now())
	if err == nil {
		d.outbox.Add(tx, message)
	}
	return err
}
