package main

import (
	"context"
	"errors"
	"time"

	"vestibule/shared/audit"
	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/mail"
	"vestibule/shared/once"
	"vestibule/shared/outbox"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

// create invites a person: invitation, audit entry and letter in one transaction. Sent twice with one key it is one invitation (P42).
func (d *desk) create(ctx context.Context, staff web.Staff, in NewInvitation, key string) (invite.Invite, error) {
	claim, err := once.NewKey(string(staff.MemberID), "invite.create", key, in.Name, value(in.Function), in.Mail, value(in.Language), in.Role, value(in.MemberId))
	if err != nil {
		return invite.Invite{}, err
	}
	if !team.MayGrant(roles(staff), team.Role(in.Role)) {
		return invite.Invite{}, team.ErrMayNot
	}
	inv, message, err := d.prepare(ctx, staff, in)
	if err != nil {
		return d.refused(ctx, staff, claim, err)
	}
	tx := d.db.Begin()
	d.once.Claim(tx, claim, string(inv.ID), inv.CreatedAt)
	d.invites.Add(tx, inv)
	d.audit.Add(tx, d.entry(staff, inv, "invite.create", map[string]string{"role": inv.Role, "member": string(inv.MemberID)}))
	d.outbox.Add(tx, message)
	if err := tx.Commit(ctx); err != nil {
		return d.refused(ctx, staff, claim, err)
	}
	return inv, nil
}

// refused ends an act that cannot be done. If it was done already under the same key, that is how it ends.
func (d *desk) refused(ctx context.Context, staff web.Staff, claim once.Key, refusal error) (invite.Invite, error) {
	if fault.Of(refusal) != nil {
		if met := d.once.Met(ctx, claim); met != nil {
			refusal = met
		}
	}
	var again once.Again
	if errors.As(refusal, &again) {
		return d.invites.Get(ctx, staff.ClinicID, id.InviteID(again.Answer))
	}
	return invite.Invite{}, refusal
}

// prepare makes all that an invitation needs before it can be written: the person, a link, a code and the letter.
func (d *desk) prepare(ctx context.Context, staff web.Staff, in NewInvitation) (invite.Invite, outbox.Message, error) {
	inv, err := d.draft(ctx, staff, in)
	if err != nil {
		return inv, outbox.Message{}, err
	}
	link, err := invite.NewLink(inv.ClinicID, inv.ID, d.random)
	if err != nil {
		return inv, outbox.Message{}, err
	}
	if inv, err = inv.Send(link, id.New[id.MessageID](inv.CreatedAt, d.random), inv.CreatedAt); err != nil {
		return inv, outbox.Message{}, err
	}
	if inv, err = d.code(ctx, inv); err != nil {
		return inv, outbox.Message{}, err
	}
	message, err := d.outbox.Seal(ctx, invitation(inv, link), inv.MessageID, inv.ClinicID, string(inv.ID), inv.CreatedAt)
	return inv, message, err
}

// draft is the invitation before it has a link and a code: of somebody new, or of a member of the team without a login (A11).
func (d *desk) draft(ctx context.Context, staff web.Staff, in NewInvitation) (invite.Invite, error) {
	to, err := mail.Parse(in.Mail)
	if err != nil {
		return invite.Invite{}, err
	}
	now := d.now().Truncate(time.Second) // as it will be read back
	inv := invite.Invite{
		ClinicID: staff.ClinicID, ID: id.New[id.InviteID](now, d.random), Status: invite.Pending,
		MemberID: id.New[id.MemberID](now, d.random), Name: in.Name, Function: value(in.Function), Mail: to, Lang: value(in.Language), Role: in.Role,
		InviterID: staff.MemberID, InviterName: staff.Name, ClinicName: staff.Clinic.Name, Zone: staff.Clinic.Zone,
		CodeForm: invite.Form(staff.Clinic.CodeForm), CreatedAt: now,
	}
	if inv.Lang == "" {
		inv.Lang = staff.Clinic.Lang
	}
	if value(in.MemberId) == "" {
		return inv, nil
	}
	listed, err := d.listed(ctx, staff, value(in.MemberId))
	inv.MemberID, inv.Listed = listed.ID, true
	return inv, err
}

// listed reads a member of the team who has no login yet.
func (d *desk) listed(ctx context.Context, staff web.Staff, which string) (team.Member, error) {
	member, err := id.Parse[id.MemberID](which)
	if err != nil {
		return team.Member{}, team.ErrUnknown
	}
	m, err := d.teams.Get(ctx, staff.ClinicID, member)
	switch {
	case err != nil:
		return m, err
	case !m.Active:
		return m, team.ErrUnknown
	case m.HasAccess():
		return m, team.ErrHasAccess
	default:
		return m, nil
	}
}

// code gives an invitation a fresh code: its keyed hash, and the copy for its inviter.
func (d *desk) code(ctx context.Context, inv invite.Invite) (invite.Invite, error) {
	code, err := invite.NewCode(inv.CodeForm, d.random)
	if err != nil {
		return inv, err
	}
	mac, sealed, err := d.codes.Keep(ctx, inv, code)
	if err != nil {
		return inv, err
	}
	return inv.Recode(mac, sealed, d.now())
}

func invitation(inv invite.Invite, link invite.Link) letter.Invitation {
	return letter.Invitation{
		To: letter.Person{Name: inv.Name, Mail: inv.Mail}, Lang: words.Lang(inv.Lang), Inviter: inv.InviterName, Clinic: inv.ClinicName,
		Role: letter.Role(inv.Role), Token: link.Token(), Until: inv.ExpiresAt, Zone: inv.Zone,
	}
}

func (d *desk) entry(staff web.Staff, inv invite.Invite, act string, details map[string]string) audit.Entry {
	now := d.now()
	return audit.Entry{
		ClinicID: staff.ClinicID, ID: id.New[id.AuditID](now, d.random), At: now,
		Actor: string(staff.MemberID), Act: act, About: string(inv.ID), Details: details,
	}
}
