package main

import (
	"net/http"

	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/outbox"
	"vestibule/shared/web"
)

// api is the door for practice systems and scripts.
type api struct{ *desk }

func (a api) ListInvitations(w http.ResponseWriter, r *http.Request) {
	staff, err := a.staff(r)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	waiting, delivery, err := a.pending(r.Context(), staff)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	out := struct {
		Invitations []Invitation `json:"invitations"`
	}{[]Invitation{}}
	for _, inv := range waiting {
		out.Invitations = append(out.Invitations, a.out(staff, inv, delivery[inv.MessageID]))
	}
	web.JSON(w, http.StatusOK, out)
}

func (a api) CreateInvitation(w http.ResponseWriter, r *http.Request, params CreateInvitationParams) {
	staff, err := a.staff(r)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	var in NewInvitation
	if err := web.Decode(r, &in); err != nil {
		web.Fail(w, r, err)
		return
	}
	inv, err := a.create(r.Context(), staff, in, value(params.IdempotencyKey))
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	web.JSON(w, http.StatusCreated, a.out(staff, inv, outbox.Status{State: outbox.Queued}))
}

func (a api) GetInvitation(w http.ResponseWriter, r *http.Request, which InviteID) {
	a.answer(w, r, which, func(staff web.Staff, i id.InviteID) (invite.Invite, error) { return a.find(r.Context(), staff, i) })
}

func (a api) WithdrawInvitation(w http.ResponseWriter, r *http.Request, which InviteID, params WithdrawInvitationParams) {
	a.act(w, r, which, params.IdempotencyKey, a.withdraw)
}

func (a api) ResendInvitation(w http.ResponseWriter, r *http.Request, which InviteID, params ResendInvitationParams) {
	a.act(w, r, which, params.IdempotencyKey, a.resend)
}

func (a api) ExtendInvitation(w http.ResponseWriter, r *http.Request, which InviteID, params ExtendInvitationParams) {
	a.act(w, r, which, params.IdempotencyKey, a.extend)
}

func (a api) ReplaceInvitationCode(w http.ResponseWriter, r *http.Request, which InviteID, params ReplaceInvitationCodeParams) {
	a.act(w, r, which, params.IdempotencyKey, a.replaceCode)
}

func (a api) ChangeInvitationMail(w http.ResponseWriter, r *http.Request, which InviteID, params ChangeInvitationMailParams) {
	a.answer(w, r, which, func(staff web.Staff, i id.InviteID) (invite.Invite, error) {
		var in NewMail
		if err := web.Decode(r, &in); err != nil {
			return invite.Invite{}, err
		}
		return a.readdress(r.Context(), staff, i, in, value(params.IdempotencyKey))
	})
}

func (a api) RevealInvitationCode(w http.ResponseWriter, r *http.Request, which InviteID) {
	staff, i, err := a.asked(r, which)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	_, code, err := a.reveal(r.Context(), staff, i, byAPI)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	web.JSON(w, http.StatusOK, RevealedCode{Groups: invite.Groups(code)})
}

func (a api) act(w http.ResponseWriter, r *http.Request, which InviteID, key *string, do act) {
	a.answer(w, r, which, func(staff web.Staff, i id.InviteID) (invite.Invite, error) {
		return do(r.Context(), staff, i, value(key))
	})
}

// answer does something with one invitation and answers with how it stands then.
func (a api) answer(w http.ResponseWriter, r *http.Request, which InviteID, do func(web.Staff, id.InviteID) (invite.Invite, error)) {
	staff, i, err := a.asked(r, which)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	inv, err := do(staff, i)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	delivery, err := a.outbox.Statuses(r.Context(), []id.MessageID{inv.MessageID})
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	web.JSON(w, http.StatusOK, a.out(staff, inv, delivery[inv.MessageID]))
}

// asked says who asks and for which invitation.
func (d *desk) asked(r *http.Request, text string) (web.Staff, id.InviteID, error) {
	staff, err := d.staff(r)
	if err != nil {
		return staff, "", err
	}
	i, err := which(text)
	return staff, i, err
}

func (d *desk) out(staff web.Staff, inv invite.Invite, delivery outbox.Status) Invitation {
	became := InvitationDelivery(delivery.State)
	if became == "" {
		became = "unknown" // longer ago than letters are kept
	}
	return Invitation{
		InviteId: string(inv.ID), Name: inv.Name, Function: inv.Function, Mail: string(inv.Mail), Language: Language(inv.Lang), Role: Role(inv.Role),
		Status: InvitationStatus(inv.State(d.now())), Delivery: became, TriesLeft: max(0, invite.Tries-inv.Tries),
		ExpiresAt: inv.ExpiresAt.UTC(), CreatedAt: inv.CreatedAt.UTC(), Inviter: inv.InviterName, Own: inv.InviterID == staff.MemberID,
	}
}
