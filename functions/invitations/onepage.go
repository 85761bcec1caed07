package main

import (
	"net/http"
	"slices"
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/outbox"
	"vestibule/shared/page"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

// one is the page of one invitation.
type one struct {
	row
	Done  string
	Once  string
	Typed string // an address that was refused
	Open  string // the part of the page that is unfolded
	Helps string // the part of the page that stands above all, because this state needs it
}

// The parts of the page that are folded until they are wanted. Their names stand in the page too.
const (
	partSend     = "send"
	partMail     = "mail"
	partCode     = "new-code"
	partWithdraw = "withdraw"
)

func (d *desk) showOne(w http.ResponseWriter, r *http.Request, staff web.Staff, which id.InviteID) error {
	inv, err := d.find(r.Context(), staff, which)
	if err != nil {
		return err
	}
	data := one{Done: done(r)}
	if part := r.URL.Query().Get("open"); slices.Contains([]string{partSend, partMail, partCode, partWithdraw}, part) {
		data.Open = part
	}
	return d.writeOne(w, r, http.StatusOK, staff, inv, data, nil)
}

func (d *desk) writeOne(w http.ResponseWriter, r *http.Request, status int, staff web.Staff, inv invite.Invite, data one, wrong []fault.Field) error {
	delivery, err := d.outbox.Statuses(r.Context(), []id.MessageID{inv.MessageID})
	if err != nil {
		return err
	}
	code := data.Code
	data.row, data.Once = d.row(staff, inv, delivery[inv.MessageID]), d.key()
	data.Code = code
	data.Helps = data.helps()
	frame := d.frame(staff, "invitations.one.title", "Name", inv.Name)
	frame.Back, frame.Errors, frame.Self = "/invitations", wrong, "/invitations/"+string(inv.ID)
	pages.Write(w, r, status, "one", frame, data)
	return nil
}

// refuse shows a refusal on the page of the invitation, as the invitation stands now: whoever pressed the button sees at once why not, and
// what is possible instead.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request, staff web.Staff, which id.InviteID, data one, field string, refusal error) error {
	wrong, ok := shown(refusal, field)
	if !ok {
		return refusal
	}
	inv, err := d.find(r.Context(), staff, which)
	if err != nil {
		return refusal
	}
	// An invitation that is over has no field to mend any more.
	if over := inv.Showable(d.now()); over != nil && len(fault.Of(refusal).Fields()) > 0 {
		refusal = over
		wrong, _ = web.Fields(over, "")
	}
	return d.writeOne(w, r, web.Status(refusal), staff, inv, data, wrong)
}

// postAct is the way of every act that needs nothing but which invitation.
func (d *desk) postAct(what string, do act) func(http.ResponseWriter, *http.Request, web.Staff, id.InviteID) error {
	return func(w http.ResponseWriter, r *http.Request, staff web.Staff, which id.InviteID) error {
		if err := web.Form(r, &nothing{}); err != nil {
			return err
		}
		if _, err := do(r.Context(), staff, which, sent(r)); err != nil {
			return d.refuse(w, r, staff, which, one{}, "", err)
		}
		if what == "withdrawn" {
			web.SeeOther(w, r, "/invitations?done="+what)
			return nil
		}
		web.SeeOther(w, r, "/invitations/"+string(which)+"?done="+what)
		return nil
	}
}

func (d *desk) postMail(w http.ResponseWriter, r *http.Request, staff web.Staff, which id.InviteID) error {
	var in NewMail
	err := web.Form(r, &in)
	if err == nil {
		_, err = d.readdress(r.Context(), staff, which, in, sent(r))
	}
	if err != nil {
		return d.refuse(w, r, staff, which, one{Typed: in.Mail, Open: partMail}, "", err)
	}
	web.SeeOther(w, r, "/invitations/"+string(which)+"?done=readdressed")
	return nil
}

// view is where a code was asked for: in the table or on the invitation's own page.
type view struct {
	List string `json:"list"`
}

func (v *view) Problems() []fault.Field { return nil }

// postCode shows the page with the code on it. It is a POST because every view is recorded; a reload asks first.
func (d *desk) postCode(w http.ResponseWriter, r *http.Request, staff web.Staff, which id.InviteID) error {
	var in view
	if err := web.Form(r, &in); err != nil {
		return err
	}
	inv, code, err := d.reveal(r.Context(), staff, which, byPage)
	if err != nil {
		return d.refuse(w, r, staff, which, one{}, "", err)
	}
	if in.List != "" {
		return d.writeList(w, r, staff, list{}, which, code)
	}
	return d.writeOne(w, r, http.StatusOK, staff, inv, one{row: row{Code: code}}, nil)
}

// postLetter shows the code as a letter of one page, for handing over or reading out on the telephone. The letter is in the language of
// who gets it, what stands around it in the reader's.
func (d *desk) postLetter(w http.ResponseWriter, r *http.Request, staff web.Staff, which id.InviteID) error {
	if err := web.Form(r, &nothing{}); err != nil {
		return err
	}
	inv, code, err := d.reveal(r.Context(), staff, which, byLetter)
	if err != nil {
		return d.refuse(w, r, staff, which, one{}, "", err)
	}
	frame := d.frame(staff, "invitations.letter.title", "Clinic", staff.Clinic.Name)
	frame.Plain, frame.Lang = true, words.Lang(inv.Lang)
	v, reader := d.row(staff, inv, outbox.Status{}), page.Lang(r)
	v.Code = code
	pages.Write(w, r, http.StatusOK, "letter", frame, struct {
		row
		Spelling    [][]told
		Today       time.Time
		Reader      words.Lang
		Back, Print string
	}{
		row: v, Spelling: spelling(words.Lang(inv.Lang), invite.Groups(code)), Today: d.now(),
		Reader: reader, Back: words.T(reader, "common.back"), Print: words.T(reader, "common.print.how"),
	})
	return nil
}
