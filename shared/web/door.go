package web

import (
	"net/http"
	"time"

	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/session"
)

// CookieName is the session's cookie. The prefix makes browsers refuse it from anywhere but this very host over a safe connection.
const CookieName = "__Host-vestibule"

// Staff is a person of a clinic's staff who is signed in: the only source of "who asks" and "for which clinic".
type Staff struct {
	session.Seat
	Clinic clinic.Clinic
	Zone   *time.Location
	Cookie session.Cookie
}

// Door lets people in who are signed in.
type Door struct {
	DB       *dynamo.DB
	Sessions *session.Store
	Clinics  *clinic.Store
	Now      func() time.Time
}

// Staff says who sends a request: one round trip for the session and the clinic's profile. session.ErrRequired when nobody is signed in.
func (d Door) Staff(r *http.Request) (Staff, error) {
	sent, err := r.Cookie(CookieName)
	if err != nil {
		return Staff{}, session.ErrRequired
	}
	cookie, err := session.ParseCookie(sent.Value)
	if err != nil {
		return Staff{}, err
	}
	reads := d.DB.Reads()
	d.Sessions.Want(reads, cookie)
	d.Clinics.Want(reads, cookie.Clinic)
	if err := reads.Run(r.Context()); err != nil {
		return Staff{}, err
	}
	seat, err := d.Sessions.Found(reads, cookie, d.Now())
	if err != nil {
		return Staff{}, err
	}
	clinics, err := d.Clinics.Found(reads)
	if err != nil {
		return Staff{}, err
	}
	zone, err := clinics[0].Location()
	return Staff{seat, clinics[0], zone, cookie}, err
}

// SignIn gives the browser its session.
func SignIn(w http.ResponseWriter, c session.Cookie) {
	setCookie(w, c.Value(), int(session.Life.Seconds()))
}

// SignOut takes the session from the browser.
func SignOut(w http.ResponseWriter) { setCookie(w, "", -1) }

func setCookie(w http.ResponseWriter, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: CookieName, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
