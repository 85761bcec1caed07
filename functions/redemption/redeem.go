package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"vestibule/shared/account"
	"vestibule/shared/audit"
	"vestibule/shared/dynamo"
	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/seal"
	"vestibule/shared/session"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

// joined is the end of a redemption, however often it is asked for.
type joined struct {
	invite invite.Invite
	cookie session.Cookie
}

// redeem lets a person in by link and code: with a new password, or as who is signed in (nil: nobody).
//
// The order is the point. What can be refused without looking is refused first and costs nothing. Then the try is counted, only then
// compared. A right code becomes one transaction: invitation redeemed, account made or linked, place in the team, seat with its first
// session, audit entry, letter, and the check that the inviter may still let this kind of person in. A retry finds the same end.
func (d *desk) redeem(ctx context.Context, in Redemption, as *web.Staff) (joined, error) {
	link, err := invite.ParseLink(in.Link.Reveal())
	if err != nil {
		return joined{}, err
	}
	code, err := invite.ParseCode(in.Code.Reveal())
	if err != nil {
		return joined{}, field("code", err)
	}
	password := text(in.Password)
	if as == nil {
		if err := account.CheckPassword(password, "", ""); err != nil {
			return joined{}, field("password", err)
		}
	}
	now := d.now()
	inv, err := d.try(ctx, link, now)
	if errors.Is(err, invite.ErrRedeemed) {
		return d.again(ctx, inv, password, as)
	}
	if err != nil {
		return joined{invite: inv}, err
	}
	right, err := invite.Check(ctx, d.mac, inv, code)
	if err != nil {
		return joined{invite: inv}, errors.Join(err, d.invites.Untry(ctx, inv))
	}
	if !right {
		return joined{invite: inv}, d.wrong(ctx, inv)
	}
	end, err := d.join(ctx, inv, password, as, now)
	if errors.Is(err, invite.ErrRedeemed) {
		return d.again(ctx, inv, password, as)
	}
	return end, err
}

// try counts a try. While others hold the last tries and none of them has ended yet, it waits a moment for how they end, so that
// everybody gets the same final answer.
func (d *desk) try(ctx context.Context, link invite.Link, now time.Time) (invite.Invite, error) {
	inv, err := d.invites.Try(ctx, link, now)
	for pause := 25 * time.Millisecond; errors.Is(err, invite.ErrLocked) && inv.Status == invite.Pending && pause < time.Second; pause *= 2 {
		select {
		case <-ctx.Done():
			return inv, ctx.Err()
		case <-time.After(pause):
		}
		var readErr error
		if inv, readErr = d.invites.Get(ctx, link.Clinic, link.Invite); readErr != nil {
			return inv, readErr
		}
		if err = inv.Refusal(link, now); err == nil {
			err = invite.ErrChanged
		}
	}
	if errors.Is(err, invite.ErrFrozen) {
		slog.WarnContext(ctx, "code_breaker_open", "clinic", link.Clinic) // an alarm listens for these words
	}
	return inv, err
}

func (d *desk) wrong(ctx context.Context, inv invite.Invite) error {
	if inv.Tries < invite.Tries {
		return field("code", invite.ErrCode)
	}
	slog.WarnContext(ctx, "invitation locked after its last try", "invite", inv.ID)
	now := d.now()
	tx := d.db.Begin()
	d.invites.Lock(tx, inv)
	d.audit.Add(tx, audit.Entry{
		ClinicID: inv.ClinicID, ID: id.New[id.AuditID](now, d.random), At: now, Actor: audit.Link, Act: "invite.lock", About: string(inv.ID),
	})
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	return invite.ErrLocked
}

func (d *desk) join(ctx context.Context, inv invite.Invite, password seal.Password, as *web.Staff, now time.Time) (joined, error) {
	end, err := d.commit(ctx, inv, password, as, now)
	if err == nil && as != nil {
		err = d.sessions.End(ctx, as.Cookie) // the browser is at the new clinic from now on
	}
	if fault.Of(err) == nil {
		return end, err // done, or nobody knows: then the day's count stays as it is rather than too low
	}
	forgive := d.db.Begin() // the code was right, whatever else stood in the way
	d.invites.Forgive(forgive, inv, now)
	return end, errors.Join(err, forgive.Commit(ctx))
}

func (d *desk) commit(ctx context.Context, inv invite.Invite, password seal.Password, as *web.Staff, now time.Time) (joined, error) {
	end := joined{invite: inv}
	tx := d.db.Begin()
	d.invites.Redeem(tx, inv)

	var who id.AccountID
	var greeting letter.Letter
	if as == nil {
		who = id.New[id.AccountID](now, d.random)
		if err := d.create(tx, who, inv, password, now); err != nil {
			return end, err
		}
		greeting = letter.Welcome{To: letter.Person{Name: inv.Name, Mail: inv.Mail}, Lang: words.Lang(inv.Lang), Clinic: inv.ClinicName}
	} else {
		who = as.AccountID
		d.accounts.Link(tx, inv.Mail, who, inv.ClinicID)
		greeting = letter.Linked{To: letter.Person{Name: inv.Name, Mail: inv.Mail}, Lang: words.Lang(inv.Lang), Clinic: inv.ClinicName}
	}
	d.enter(tx, inv, who)
	var err error
	if end.cookie, err = d.sessions.Seat(tx, seat(inv, who), now, d.random); err != nil {
		return end, err
	}
	d.teams.MayStillGrant(tx, inv.ClinicID, inv.InviterID, team.Role(inv.Role))
	d.invites.Forgive(tx, inv, now)
	d.audit.Add(tx, audit.Entry{
		ClinicID: inv.ClinicID, ID: id.New[id.AuditID](now, d.random), At: now, Actor: string(inv.MemberID), Act: "invite.redeem", About: string(inv.ID),
		Details: map[string]string{"account": string(who), "role": inv.Role, "inviter": string(inv.InviterID)},
	})
	message, err := d.outbox.Seal(ctx, greeting, id.New[id.MessageID](now, d.random), inv.ClinicID, string(inv.ID), now)
	if err != nil {
		return end, err
	}
	d.outbox.Add(tx, message)
	return end, tx.Commit(ctx)
}

// create adds a new account. An address that has one keeps it as it is: the person logs in first (P43).
func (d *desk) create(tx *dynamo.Tx, who id.AccountID, inv invite.Invite, password seal.Password, now time.Time) error {
	if err := account.CheckPassword(password, inv.Mail, inv.Name); err != nil {
		return field("password", err)
	}
	hash, err := seal.HashPassword(password, d.random)
	if err != nil {
		return err
	}
	d.accounts.Create(tx, account.Account{ID: who, Mail: inv.Mail, Name: inv.Name, Lang: inv.Lang, CreatedAt: now}, hash, inv.ClinicID)
	return nil
}

// enter adds the person's place in the team: one that stood there without a login, or a new one.
func (d *desk) enter(tx *dynamo.Tx, inv invite.Invite, who id.AccountID) {
	m := team.Member{
		ClinicID: inv.ClinicID, ID: inv.MemberID, Name: inv.Name, Function: inv.Function,
		Roles: []team.Role{team.Role(inv.Role)}, AccountID: who, Active: true,
	}
	if inv.Listed {
		d.teams.GiveAccess(tx, m)
		return
	}
	d.teams.Join(tx, m)
}

func seat(inv invite.Invite, who id.AccountID) session.Seat {
	return session.Seat{AccountID: who, ClinicID: inv.ClinicID, MemberID: inv.MemberID, Name: inv.Name, Roles: []string{inv.Role}}
}

// again answers who asks once more after the invitation was redeemed. If it was they who redeemed it (a double click, a lost answer) they
// are signed in as if for the first time: by the password they just chose, or because they are the signed-in person who joined.
// Everybody else hears that it is used up.
func (d *desk) again(ctx context.Context, inv invite.Invite, password seal.Password, as *web.Staff) (joined, error) {
	end := joined{invite: inv}
	var who id.AccountID
	if as != nil {
		who = as.AccountID
	} else {
		login, ok, err := d.accounts.Try(ctx, inv.Mail, d.now())
		if err != nil {
			return end, err
		}
		if !ok || !seal.CheckPassword(password, login.PasswordHash) {
			return end, invite.ErrRedeemed
		}
		if err := d.accounts.Succeeded(ctx, login); err != nil {
			return end, err
		}
		who = login.AccountID
	}
	cookie, err := d.sessions.BeginAs(ctx, who, inv.ClinicID, inv.MemberID, d.now(), d.random)
	if errors.Is(err, session.ErrRequired) {
		return end, invite.ErrRedeemed
	}
	end.cookie = cookie
	return end, err
}

// field ties a refusal to the field of the form that it is about.
func field(name string, err error) error {
	f := fault.Of(err)
	if f == nil {
		return err
	}
	return fault.Fields([]fault.Field{{Name: name, Code: f.Code()}})
}

func text(p *seal.Password) seal.Password {
	if p == nil {
		return seal.Password{}
	}
	return *p
}
