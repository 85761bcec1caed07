package main

import (
	"embed"
	"io"
	"net/http"
	"time"
	"unicode/utf8"

	"vestibule/shared/account"
	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/fault"
	"vestibule/shared/page"
	"vestibule/shared/seal"
	"vestibule/shared/session"
	"vestibule/shared/web"
)

//go:embed pages
var files embed.FS

var pages = page.New(files)

// desk is where people come in and go out.
type desk struct {
	db       *dynamo.DB
	door     web.Door
	accounts *account.Store
	sessions *session.Store
	clinics  *clinic.Store
	compare  func(typed seal.Password, stored string) bool
	now      func() time.Time
	random   io.Reader
}

func (d *desk) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", d.loginPage)
	mux.HandleFunc("POST /login", d.enter)
	mux.HandleFunc("POST /login/invitation", d.loginForInvitation)
	mux.HandleFunc("GET /clinics", d.clinicsPage)
	mux.HandleFunc("POST /clinics", d.change)
	mux.HandleFunc("POST /logout", d.leave)
	mux.HandleFunc("POST /logout/everywhere", d.leaveEverywhere)
	mux.HandleFunc("GET /logout/forget", forget)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { web.Fail(w, r, web.ErrNoRoute) })
	HandlerWithOptions(api{d}, StdHTTPServerOptions{BaseRouter: mux, ErrorHandlerFunc: web.Fail})
	return web.Guard(mux)
}

// longestMail is the length of the longest address there can be, in characters.
const longestMail = 254

// Problems finds fields that were left empty. Whether an address is well formed is not said: to somebody who tries out addresses all
// answers are one.
func (in *Login) Problems() []fault.Field {
	var wrong []fault.Field
	if in.Mail == "" {
		wrong = append(wrong, fault.Field{Name: "mail", Code: "mail.required"})
	} else if utf8.RuneCountInString(in.Mail) > longestMail {
		wrong = append(wrong, fault.Field{Name: "mail", Code: "field.too_long"})
	}
	if in.Password.Empty() {
		wrong = append(wrong, fault.Field{Name: "password", Code: "password.required"})
	}
	return wrong
}

// entry is the login form.
type entry struct {
	Mail     string        `json:"mail"`
	Password seal.Password `json:"password"`
	Next     string        `json:"next"` // where the person wanted to go
	Link     seal.Token    `json:"link"` // of an invitation that waits for who signs in
}

func (in *entry) login() *Login { return &Login{Mail: in.Mail, Password: in.Password} }

func (in *entry) Problems() []fault.Field { return in.login().Problems() }

// waiting is an invitation that somebody with a login wants to go on with.
type waiting struct {
	Link seal.Token `json:"link"`
}

func (*waiting) Problems() []fault.Field { return nil }

type choice struct {
	ClinicID string `json:"clinic_id"`
}

func (*choice) Problems() []fault.Field { return nil }

type api struct{ *desk }

func (a api) Login(w http.ResponseWriter, r *http.Request) {
	var in Login
	if err := web.Decode(r, &in); err != nil {
		web.Fail(w, r, err)
		return
	}
	cookie, err := a.login(r.Context(), in, sent(r))
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	web.SignIn(w, cookie)
	web.Empty(w)
}

func (a api) Logout(w http.ResponseWriter, r *http.Request) {
	if err := a.logout(r.Context(), sent(r)); err != nil {
		web.Fail(w, r, err)
		return
	}
	web.SignOut(w)
	web.Empty(w)
}

func (a api) LogoutEverywhere(w http.ResponseWriter, r *http.Request) {
	if err := a.logoutEverywhere(r); err != nil {
		web.Fail(w, r, err)
		return
	}
	web.SignOut(w)
	web.Empty(w)
}
