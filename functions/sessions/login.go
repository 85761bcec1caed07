package main

import (
	"context"
	"errors"
	"net/http"

	"vestibule/shared/account"
	"vestibule/shared/fault"
	"vestibule/shared/mail"
	"vestibule/shared/session"
	"vestibule/shared/web"
)

// errNoSeat is said to who knows the right password and nobody else: the clinic where it led has ended the access.
var errNoSeat = fault.New(fault.Forbidden, "session.no_seat")

// login signs a person in by address and password, at the clinic they joined last, and ends the session that the browser had (nil: none).
//
// Three writes and no read. The try is counted before the password is compared, so that no number of tries at once gets more compared
// than are allowed (T13). That count is a write of its own: what forgives it and what begins the session can only be written once the
// password has been found right. An unknown address, a wrong password and a try too soon after the last take the same way, one write
// and one comparison each, and end in the same answer (T12).
func (d *desk) login(ctx context.Context, in Login, before *session.Cookie) (session.Cookie, error) {
	login, known, err := d.try(ctx, in.Mail)
	if err != nil {
		return session.Cookie{}, err
	}
	stored := "" // compared for the same time, and equal to nothing
	if known {
		stored = login.PasswordHash
	}
	if !d.compare(in.Password, stored) {
		return session.Cookie{}, account.ErrLogin
	}
	if err := d.accounts.Succeeded(ctx, login); err != nil {
		return session.Cookie{}, err
	}
	cookie, err := d.begin(ctx, login)
	if err != nil {
		return session.Cookie{}, err
	}
	return cookie, d.logout(ctx, before)
}

// try counts a try. What cannot be an address is nobody's.
func (d *desk) try(ctx context.Context, typed string) (account.Login, bool, error) {
	address, err := mail.Parse(typed)
	if err != nil {
		return account.Login{}, false, nil
	}
	return d.accounts.Try(ctx, address, d.now())
}

// begin signs in at the clinic that was joined last. Who has lost their place there is let in at another where they still have one.
func (d *desk) begin(ctx context.Context, login account.Login) (session.Cookie, error) {
	cookie, err := d.sessions.Begin(ctx, login.AccountID, login.Home, d.now(), d.random)
	if !errors.Is(err, session.ErrRequired) {
		return cookie, err
	}
	seats, err := d.sessions.Seats(ctx, login.AccountID)
	if err != nil {
		return session.Cookie{}, err
	}
	for _, seat := range seats {
		cookie, err := d.sessions.Begin(ctx, login.AccountID, seat.ClinicID, d.now(), d.random)
		if !errors.Is(err, session.ErrRequired) {
			return cookie, err
		}
	}
	return session.Cookie{}, errNoSeat
}

// sent is the session cookie that came with a request, whether it is good or not; nil when there is none.
func sent(r *http.Request) *session.Cookie {
	raw, err := r.Cookie(web.CookieName)
	if err != nil {
		return nil
	}
	cookie, err := session.ParseCookie(raw.Value)
	if err != nil {
		return nil
	}
	return &cookie
}
