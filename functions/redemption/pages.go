package main

import (
	"errors"
	"net/http"
	"time"

	"vestibule/shared/account"
	"vestibule/shared/fault"
	"vestibule/shared/invite"
	"vestibule/shared/page"
	"vestibule/shared/seal"
	"vestibule/shared/web"
)

// opened is what the page of an opened invitation shows.
type opened struct {
	invite.Invite
	Link     seal.Token // carried on in a hidden field; it never stands in an address
	Code     seal.Code  // as it was typed
	SignedIn string     // name of who is signed in
	Least    int        // characters of a password
}

func (d *desk) showStart(w http.ResponseWriter, r *http.Request) {
	pages.Write(w, r, http.StatusOK, "start", page.Frame{Title: "redemption.start.title"}, nil)
}

func (d *desk) openPage(w http.ResponseWriter, r *http.Request) {
	var in LinkHolder
	if err := web.Form(r, &in); err != nil {
		web.Fail(w, r, err)
		return
	}
	inv, as, err := d.open(r, in)
	if err != nil {
		d.refuse(w, r, inv, in.Link, err)
		return
	}
	d.show(w, r, http.StatusOK, inv, as, opened{Link: in.Link}, nil)
}

func (d *desk) show(w http.ResponseWriter, r *http.Request, status int, inv invite.Invite, as *web.Staff, data opened, wrong []fault.Field) {
	zone, err := time.LoadLocation(inv.Zone)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	data.Invite, data.Least = inv, account.MinPassword
	if as != nil {
		data.SignedIn = as.Name
	}
	pages.Write(w, r, status, "opened", page.Frame{
		Title: "redemption.opened.title", TitleArgs: []any{"Clinic", inv.ClinicName}, Clinic: inv.ClinicName, Zone: zone,
		Errors: wrong, ErrorArgs: []any{"Count", max(0, invite.Tries-inv.Tries)},
	}, data)
}

func (d *desk) redeemPage(w http.ResponseWriter, r *http.Request) {
	var in Redemption
	formErr := web.Form(r, &in)
	if formErr != nil && len(fieldsOf(formErr)) == 0 {
		web.Fail(w, r, formErr)
		return
	}
	as, err := d.who(r)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	err = formErr
	var end joined
	if err == nil {
		end, err = d.redeem(r.Context(), in, as)
	}
	if err == nil {
		web.SignIn(w, end.cookie)
		web.SeeOther(w, r, "/team?welcome=1")
		return
	}
	wrong := fieldsOf(err)
	if len(wrong) == 0 {
		d.refuse(w, r, end.invite, in.Link, err)
		return
	}
	inv := end.invite
	if inv.ID == "" { // refused before the invitation was looked at
		var openErr error
		if inv, _, openErr = d.open(r, LinkHolder{Link: in.Link}); openErr != nil {
			d.refuse(w, r, inv, in.Link, openErr)
			return
		}
	}
	d.show(w, r, web.Status(err), inv, as, opened{Link: in.Link, Code: in.Code}, wrong)
}

func fieldsOf(err error) []fault.Field {
	if f := fault.Of(err); f != nil {
		return f.Fields()
	}
	return nil
}

// refused is what the page of an invitation that cannot be used shows: which refusal it is, and the ways out that it has.
type refused struct {
	Code    string
	Inviter string
	Link    seal.Token
	SignIn  bool // there is a login already: sign in and come back
	SignOut bool // signed in as somebody else
	AskNew  bool // only the inviter can help
}

// refuse says why a link leads no further, and what to do now. A link that was never given, or was replaced, says nothing about anybody.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request, inv invite.Invite, link seal.Token, err error) {
	f := fault.Of(err)
	if f == nil {
		web.Fail(w, r, err)
		return
	}
	data := refused{Code: f.Code(), Link: link}
	frame := page.Frame{Title: "redemption.refused.title"}
	if !errors.Is(err, invite.ErrLink) {
		frame.Clinic, data.Inviter = inv.ClinicName, inv.InviterName
	}
	switch {
	case errors.Is(err, account.ErrTaken):
		frame.Title, data.SignIn = "redemption.taken.title", true
	case errors.Is(err, account.ErrOther):
		frame.Title, data.SignOut = "redemption.other.title", true
	case errors.Is(err, invite.ErrRedeemed):
		frame.Title = "redemption.redeemed.title"
	default:
		data.AskNew = true
	}
	pages.Write(w, r, web.Status(err), "refused", frame, data)
}
