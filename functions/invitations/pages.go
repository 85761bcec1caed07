package main

import (
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/outbox"
	"vestibule/shared/page"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

// row is an invitation as the pages show it.
type row struct {
	invite.Invite
	Look   string // which state to show, words included: pending opened expired locked undelivered
	Tag    string // how it looks
	Own    bool   // the reader invited and so may see the code
	Left   int    // tries
	Reason string // why the mail did not arrive
}

func (d *desk) row(staff web.Staff, inv invite.Invite, delivery outbox.Status) row {
	v := row{Invite: inv, Own: inv.InviterID == staff.MemberID, Left: max(0, invite.Tries-inv.Tries), Look: string(inv.State(d.now()))}
	switch {
	case v.Look == string(invite.Pending) && delivery.Undelivered():
		v.Look, v.Tag, v.Reason = "undelivered", "bad", string(delivery.State)
		if delivery.Reason == outbox.TooMany {
			v.Reason = string(delivery.Reason)
		}
	case v.Look == string(invite.Opened):
		v.Tag = "good"
	case v.Look == string(invite.Expired):
		v.Tag = "warn"
	case v.Look == string(invite.Locked):
		v.Tag = "bad"
	}
	return v
}

// key makes an Idempotency-Key for a form: sending the form twice is one act.
func (d *desk) key() string {
	key := make([]byte, 16)
	if _, err := io.ReadFull(d.random, key); err != nil {
		return "" // then two clicks are two acts
	}
	return hex.EncodeToString(key)
}

func (d *desk) frame(staff web.Staff, title string, args ...any) page.Frame {
	return page.Frame{
		Title: title, TitleArgs: args, Clinic: staff.Clinic.Name, Person: staff.Name, Place: "invitations", Zone: staff.Zone,
	}
}

func (d *desk) showPending(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	waiting, delivery, err := d.pending(r.Context(), staff)
	if err != nil {
		return err
	}
	data := struct {
		Rows  []row
		Looks []string // explained below the table
		Done  string
		Once  string
	}{Looks: []string{"pending", "opened", "undelivered", "expired", "locked"}, Once: d.key(), Done: done(r)}
	for _, inv := range waiting {
		data.Rows = append(data.Rows, d.row(staff, inv, delivery[inv.MessageID]))
	}
	pages.Write(w, r, http.StatusOK, "pending", d.frame(staff, "invitations.title"), data)
	return nil
}

// done is which act has just been done, for the confirmation; only those that there are.
func done(r *http.Request) string {
	what := r.URL.Query().Get("done")
	if slices.Contains([]string{"created", "withdrawn", "resent", "extended", "recoded", "readdressed"}, what) {
		return what
	}
	return ""
}

type form struct {
	NewInvitation
	Function, Language, MemberId string
	Roles, Langs                 []page.Choice
	Once                         string
}

func (d *desk) showNew(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	in := NewInvitation{Language: &staff.Clinic.Lang}
	if listed, err := id.Parse[id.MemberID](r.URL.Query().Get("member")); err == nil {
		m, err := d.teams.Get(r.Context(), staff.ClinicID, listed)
		if err != nil {
			return err
		}
		if m.HasAccess() {
			return team.ErrHasAccess
		}
		which := string(m.ID)
		in.Name, in.Function, in.MemberId = m.Name, &m.Function, &which
		if len(m.Roles) > 0 {
			in.Role = string(m.Roles[0])
		}
	}
	d.writeNew(w, r, http.StatusOK, staff, in, d.key(), nil)
	return nil
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
	frame.Back, frame.Errors = "/invitations", wrong
	pages.Write(w, r, status, "new", frame, data)
}

func (d *desk) postNew(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	var in NewInvitation
	err := web.Form(r, &in)
	key := r.Header.Get(web.IdempotencyKey)
	var inv invite.Invite
	if err == nil {
		inv, err = d.create(r.Context(), staff, in, key)
	}
	if err == nil {
		seeOther(w, r, "/invitations/"+string(inv.ID)+"?done=created")
		return nil
	}
	if f := fault.Of(err); f == nil || len(f.Fields()) == 0 {
		return err
	}
	wrong, _ := web.Fields(err, "")
	d.writeNew(w, r, web.Status(err), staff, in, key, wrong)
	return nil
}

// one is the page of one invitation.
type one struct {
	row
	Done   string
	Once   string
	Groups []string // of the code, while it is shown
	Typed  string   // an address that was refused
	Active bool     // whether link or code can still be used or revived
}

func (d *desk) showOne(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	inv, err := d.find(r.Context(), staff, id.InviteID(r.PathValue("invite_id")))
	if err != nil {
		return err
	}
	return d.writeOne(w, r, http.StatusOK, staff, inv, one{Done: done(r)}, nil)
}

func (d *desk) writeOne(w http.ResponseWriter, r *http.Request, status int, staff web.Staff, inv invite.Invite, data one, wrong []fault.Field) error {
	delivery, err := d.outbox.Statuses(r.Context(), []id.MessageID{inv.MessageID})
	if err != nil {
		return err
	}
	data.row, data.Once = d.row(staff, inv, delivery[inv.MessageID]), d.key()
	data.Active = inv.Showable(d.now()) == nil
	frame := d.frame(staff, "invitations.one.title", "Name", inv.Name)
	frame.Back, frame.Errors, frame.Self = "/invitations", wrong, "/invitations/"+string(inv.ID)
	pages.Write(w, r, status, "one", frame, data)
	return nil
}

// postAct is the way of every act that needs nothing but which invitation.
func (d *desk) postAct(what string, do act) func(http.ResponseWriter, *http.Request, web.Staff) error {
	return func(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
		if err := web.Form(r, &nothing{}); err != nil {
			return err
		}
		inv, err := do(r.Context(), staff, id.InviteID(r.PathValue("invite_id")), r.Header.Get(web.IdempotencyKey))
		if err != nil {
			return err
		}
		if what == "withdrawn" {
			seeOther(w, r, "/invitations?done="+what)
			return nil
		}
		seeOther(w, r, "/invitations/"+string(inv.ID)+"?done="+what)
		return nil
	}
}

func (d *desk) postMail(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	which := id.InviteID(r.PathValue("invite_id"))
	var in NewMail
	err := web.Form(r, &in)
	if err == nil {
		if _, err = d.readdress(r.Context(), staff, which, in, r.Header.Get(web.IdempotencyKey)); err == nil {
			seeOther(w, r, "/invitations/"+string(which)+"?done=readdressed")
			return nil
		}
	}
	if f := fault.Of(err); f == nil || len(f.Fields()) == 0 {
		return err
	}
	inv, findErr := d.find(r.Context(), staff, which)
	if findErr != nil {
		return findErr
	}
	wrong, _ := web.Fields(err, "mail")
	return d.writeOne(w, r, web.Status(err), staff, inv, one{Typed: in.Mail}, wrong)
}

// postCode shows the page with the code on it. It is a POST because every view is recorded; a reload asks first.
func (d *desk) postCode(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	if err := web.Form(r, &nothing{}); err != nil {
		return err
	}
	inv, groups, err := d.reveal(r.Context(), staff, id.InviteID(r.PathValue("invite_id")), "page")
	if err != nil {
		return err
	}
	return d.writeOne(w, r, http.StatusOK, staff, inv, one{Groups: groups}, nil)
}

// postLetter shows the code as a letter of one page, for handing over or reading out on the telephone.
func (d *desk) postLetter(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	if err := web.Form(r, &nothing{}); err != nil {
		return err
	}
	inv, groups, err := d.reveal(r.Context(), staff, id.InviteID(r.PathValue("invite_id")), "letter")
	if err != nil {
		return err
	}
	frame := d.frame(staff, "invitations.letter.title", "Clinic", staff.Clinic.Name)
	frame.Plain, frame.Lang = true, words.Lang(inv.Lang)
	pages.Write(w, r, http.StatusOK, "letter", frame, struct {
		row
		Groups   []string
		Spelling []string
		Today    time.Time
	}{d.row(staff, inv, outbox.Status{}), groups, spelling(words.Lang(inv.Lang), groups), d.now()})
	return nil
}

func seeOther(w http.ResponseWriter, r *http.Request, to string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
}
