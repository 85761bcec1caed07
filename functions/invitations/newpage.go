package main

import (
	"errors"
	"net/http"
	"slices"

	"vestibule/shared/fault"
	"vestibule/shared/invite"
	"vestibule/shared/once"
	"vestibule/shared/page"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

// form is the page on which somebody is invited.
type form struct {
	NewInvitation
	Function, Language, MemberId string
	Roles, Langs                 []page.Choice
	Once                         string
}

func (d *desk) showNew(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	in, err := d.begun(r, staff)
	if err != nil {
		return err
	}
	d.writeNew(w, r, http.StatusOK, staff, in, d.key(), nil)
	return nil
}

// begun is a form with what is known already: of a member of the team (?member), or of an invitation that is of no use any more (?like).
func (d *desk) begun(r *http.Request, staff web.Staff) (NewInvitation, error) {
	in := NewInvitation{Language: &staff.Clinic.Lang}
	member, like := r.URL.Query().Get("member"), r.URL.Query().Get("like")
	if like != "" {
		i, err := which(like)
		if err != nil {
			return in, err
		}
		inv, err := d.find(r.Context(), staff, i)
		if err != nil {
			return in, err
		}
		in = NewInvitation{Name: inv.Name, Function: &inv.Function, Mail: string(inv.Mail), Language: &inv.Lang, Role: inv.Role}
		if inv.Listed {
			member = string(inv.MemberID)
		}
	}
	if member == "" {
		return in, nil
	}
	m, err := d.listed(r.Context(), staff, member)
	if err != nil {
		return in, err
	}
	in.Name, in.Function, in.MemberId = m.Name, &m.Function, &member
	if in.Role == "" && len(m.Roles) > 0 {
		in.Role = string(m.Roles[0])
	}
	return in, nil
}

func (d *desk) writeNew(w http.ResponseWriter, r *http.Request, status int, staff web.Staff, in NewInvitation, once string, wrong []fault.Field) {
	lang := page.Lang(r)
	data := form{NewInvitation: in, Function: value(in.Function), Language: value(in.Language), MemberId: value(in.MemberId), Once: once}
	for _, role := range slices.Backward(team.Grantable(roles(staff))) {
		data.Roles = append(data.Roles, page.Choice{
			Value: string(role), Text: words.T(lang, "role."+string(role)), Hint: words.T(lang, "invitations.role.hint."+string(role)),
		})
	}
	for _, l := range words.Langs() {
		data.Langs = append(data.Langs, page.Choice{Value: string(l), Text: l.Name()})
	}
	frame := d.frame(staff, "invitations.new.title")
	frame.Back, frame.Errors = "/invitations", visible(wrong)
	pages.Write(w, r, status, "new", frame, data)
}

func (d *desk) postNew(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	var in NewInvitation
	err := web.Form(r, &in)
	key := sent(r)
	var inv invite.Invite
	if err == nil {
		inv, err = d.create(r.Context(), staff, in, key)
	}
	if err == nil {
		web.SeeOther(w, r, "/invitations/"+string(inv.ID)+"?done=created")
		return nil
	}
	wrong, ok := shown(err, "")
	switch {
	case errors.Is(err, team.ErrMayNot):
		wrong, ok = web.Fields(err, "role")
	case errors.Is(err, once.ErrOtherBody):
		// Somebody went back to a form that was sent, and changed it. That is a new invitation, if they say so.
		key, wrong = d.key(), []fault.Field{{Code: "form.sent_before"}}
	}
	if ok {
		d.writeNew(w, r, web.Status(err), staff, in, key, wrong)
		return nil
	}
	return err
}

// visible ties what is wrong with the hidden field to the form as a whole.
func visible(wrong []fault.Field) []fault.Field {
	wrong = slices.Clone(wrong)
	for i := range wrong {
		if wrong[i].Name == "member_id" {
			wrong[i].Name = ""
		}
	}
	return wrong
}
