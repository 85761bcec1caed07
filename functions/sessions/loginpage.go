package main

import (
	"errors"
	"net/http"
	"net/url"

	"vestibule/shared/fault"
	"vestibule/shared/page"
	"vestibule/shared/seal"
	"vestibule/shared/web"
)

// loginData is what the login page shows. A password that was typed is not in it.
type loginData struct {
	Mail   string
	Next   string
	Link   seal.Token // of an invitation; it stands in a hidden field and never in an address
	Notice string     // key of what is said first
	Out    bool       // has just signed out
}

func (d *desk) loginPage(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	data := loginData{Next: local(asked.Get("next"))}
	switch asked.Get("out") {
	case "1":
		data.Notice, data.Out = "sessions.out", true
	case "all":
		data.Notice, data.Out = "sessions.out.everywhere", true
	default:
		if data.Next != "" {
			data.Notice = "sessions.login.first"
		}
	}
	showLogin(w, r, http.StatusOK, data, nil)
}

// loginForInvitation is the login page for who was invited and has a login already. The link comes by POST and goes on by POST (T06).
func (d *desk) loginForInvitation(w http.ResponseWriter, r *http.Request) {
	var in waiting
	if err := web.Form(r, &in); err != nil {
		web.Fail(w, r, err)
		return
	}
	showLogin(w, r, http.StatusOK, loginData{Link: in.Link}, nil)
}

func showLogin(w http.ResponseWriter, r *http.Request, status int, data loginData, wrong []fault.Field) {
	frame := page.Frame{Title: "sessions.login.title", Errors: wrong}
	if data.Link.Empty() { // a choice of language would lose the invitation
		frame.Self = "/login"
		if data.Next != "" {
			frame.Self += "?next=" + url.QueryEscape(data.Next)
		}
	} else if len(wrong) == 0 {
		data.Notice = "sessions.login.invitation"
	}
	pages.Write(w, r, status, "login", frame, data)
}

func (d *desk) enter(w http.ResponseWriter, r *http.Request) {
	var in entry
	if err := web.Form(r, &in); err != nil {
		d.refuse(w, r, in, err)
		return
	}
	cookie, err := d.login(r.Context(), *in.login(), sent(r))
	if err != nil {
		d.refuse(w, r, in, err)
		return
	}
	web.SignIn(w, cookie)
	if !in.Link.Empty() {
		pages.Write(w, r, http.StatusOK, "onward", page.Frame{Title: "sessions.onward.title"}, in.Link)
		return
	}
	next := local(in.Next)
	if next == "" {
		next = "/team"
	}
	web.SeeOther(w, r, next)
}

// refuse shows the form again with what was typed, but for the password.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request, in entry, err error) {
	wrong, refusal := web.Fields(err, "")
	switch status := web.Status(err); {
	case errors.Is(err, errNoSeat):
		page.Refuse(w, r, status, errNoSeat.Code(), page.Frame{Title: "sessions.no_seat.title"})
	case refusal && (status == http.StatusUnauthorized || status == http.StatusUnprocessableEntity):
		showLogin(w, r, status, loginData{Mail: in.Mail, Next: local(in.Next), Link: in.Link}, wrong)
	default:
		web.Fail(w, r, err)
	}
}
