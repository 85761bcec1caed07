package main

import (
	"context"
	"net/http"

	"vestibule/shared/session"
	"vestibule/shared/web"
)

// logout ends one browser's session. Who is not signed in is content with that.
func (d *desk) logout(ctx context.Context, c *session.Cookie) error {
	if c == nil {
		return nil
	}
	return d.sessions.End(ctx, *c)
}

// logoutEverywhere ends all sessions of a person, in every browser and at every clinic: whoever holds a stolen one is out too (T19).
func (d *desk) logoutEverywhere(r *http.Request) error {
	staff, err := d.door.Staff(r)
	if err != nil {
		return err
	}
	return d.sessions.EndAll(r.Context(), staff.AccountID)
}

func (d *desk) leave(w http.ResponseWriter, r *http.Request) {
	if err := d.logout(r.Context(), sent(r)); err != nil {
		web.Fail(w, r, err)
		return
	}
	web.SignOut(w)
	web.SeeOther(w, r, "/login?out=1")
}

func (d *desk) leaveEverywhere(w http.ResponseWriter, r *http.Request) {
	if err := d.logoutEverywhere(r); err != nil {
		web.Fail(w, r, err)
		return
	}
	web.SignOut(w)
	web.SeeOther(w, r, "/login?out=all")
}
