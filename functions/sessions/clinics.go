package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"vestibule/shared/clinic"
	"vestibule/shared/id"
	"vestibule/shared/page"
	"vestibule/shared/session"
	"vestibule/shared/web"
)

// places reads the clinics where a person works, by name.
func (d *desk) places(ctx context.Context, account id.AccountID) ([]clinic.Clinic, error) {
	seats, err := d.sessions.Seats(ctx, account)
	if err != nil {
		return nil, err
	}
	reads := d.db.Reads()
	for _, seat := range seats {
		d.clinics.Want(reads, seat.ClinicID)
	}
	if err := reads.Run(ctx); err != nil {
		return nil, err
	}
	clinics, err := d.clinics.Found(reads)
	slices.SortFunc(clinics, func(a, b clinic.Clinic) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return clinics, err
}

// move signs a person in at another clinic and ends the session at this one: a browser is in one clinic at a time. The clinic comes from
// the form, which is no matter: a session begins only where the person has a seat, and any other clinic is answered like one that does
// not exist.
func (d *desk) move(ctx context.Context, staff web.Staff, to string) (session.Cookie, error) {
	there, err := id.Parse[id.ClinicID](to)
	if err != nil {
		return session.Cookie{}, err
	}
	cookie, err := d.sessions.Begin(ctx, staff.AccountID, there, d.now(), d.random)
	if errors.Is(err, session.ErrRequired) {
		return session.Cookie{}, id.ErrMalformed
	}
	if err != nil {
		return session.Cookie{}, err
	}
	return cookie, d.sessions.End(ctx, staff.Cookie)
}

type clinicsData struct {
	Here  id.ClinicID
	Known []clinic.Clinic
}

func (d *desk) clinicsPage(w http.ResponseWriter, r *http.Request) {
	staff, err := d.door.Staff(r)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	known, err := d.places(r.Context(), staff.AccountID)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	frame := page.Frame{Title: "sessions.clinics.title", Clinic: staff.Clinic.Name, Person: staff.Name, Back: "/team", Zone: staff.Zone}
	pages.Write(w, r, http.StatusOK, "clinics", frame, clinicsData{staff.ClinicID, known})
}

func (d *desk) change(w http.ResponseWriter, r *http.Request) {
	var in choice
	if err := web.Form(r, &in); err != nil {
		web.Fail(w, r, err)
		return
	}
	staff, err := d.door.Staff(r)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	cookie, err := d.move(r.Context(), staff, in.ClinicID)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	web.SignIn(w, cookie)
	web.SeeOther(w, r, "/team")
}
