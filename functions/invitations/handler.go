package main

import (
	"embed"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vestibule/shared/audit"
	"vestibule/shared/dynamo"
	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/mail"
	"vestibule/shared/once"
	"vestibule/shared/outbox"
	"vestibule/shared/page"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

//go:embed all:pages
var files embed.FS

var pages = page.New(files)

// desk is where staff invite people.
type desk struct {
	db      *dynamo.DB
	door    web.Door
	invites *invite.Store
	teams   *team.Store
	outbox  *outbox.Store
	audit   *audit.Store
	once    *once.Store
	codes   invite.Codes
	now     func() time.Time
	random  io.Reader
}

func (d *desk) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /invitations", d.page(d.showPending))
	mux.HandleFunc("GET /invitations/new", d.page(d.showNew))
	mux.HandleFunc("POST /invitations", d.page(d.postNew))
	mux.HandleFunc("GET /invitations/{invite_id}", d.pageOf(d.showOne))
	mux.HandleFunc("POST /invitations/{invite_id}/withdraw", d.pageOf(d.postAct("withdrawn", d.withdraw)))
	mux.HandleFunc("POST /invitations/{invite_id}/resend", d.pageOf(d.postAct("resent", d.resend)))
	mux.HandleFunc("POST /invitations/{invite_id}/extend", d.pageOf(d.postAct("extended", d.extend)))
	mux.HandleFunc("POST /invitations/{invite_id}/new-code", d.pageOf(d.postAct("recoded", d.replaceCode)))
	mux.HandleFunc("POST /invitations/{invite_id}/mail", d.pageOf(d.postMail))
	mux.HandleFunc("POST /invitations/{invite_id}/code", d.pageOf(d.postCode))
	mux.HandleFunc("POST /invitations/{invite_id}/letter", d.pageOf(d.postLetter))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { web.Fail(w, r, web.ErrNoRoute) })
	HandlerWithOptions(api{d}, StdHTTPServerOptions{BaseRouter: mux, ErrorHandlerFunc: web.Misread})
	return web.Guard(mux)
}

// page lets only staff in who may invite anybody at all.
func (d *desk) page(serve func(http.ResponseWriter, *http.Request, web.Staff) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		staff, err := d.staff(r)
		if err == nil {
			err = serve(w, r, staff)
		}
		if err != nil {
			web.FailIn(w, r, err, page.Frame{Clinic: staff.Clinic.Name, Person: staff.Name, Invites: team.MayInvite(staff.Roles), Zone: staff.Zone})
		}
	}
}

// pageOf is page for what is about one invitation.
func (d *desk) pageOf(serve func(http.ResponseWriter, *http.Request, web.Staff, id.InviteID) error) http.HandlerFunc {
	return d.page(func(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
		i, err := which(r.PathValue("invite_id"))
		if err != nil {
			return err
		}
		return serve(w, r, staff, i)
	})
}

func (d *desk) staff(r *http.Request) (web.Staff, error) {
	staff, err := d.door.Staff(r)
	if err == nil && len(team.Grantable(roles(staff))) == 0 {
		err = team.ErrMayNot
	}
	return staff, err
}

func roles(s web.Staff) []team.Role {
	own := make([]team.Role, len(s.Roles))
	for i, r := range s.Roles {
		own[i] = team.Role(r)
	}
	return own
}

// How long texts may be, in characters. openapi.yaml and the refusals say the same (P76).
const (
	longestName     = 100
	longestFunction = 60
)

// Problems checks the shape of what was typed about a person.
func (in *NewInvitation) Problems() []fault.Field {
	var wrong []fault.Field
	add := func(name, code string) { wrong = append(wrong, fault.Field{Name: name, Code: code}) }
	switch {
	case !strings.ContainsFunc(in.Name, unicode.IsLetter):
		add("name", "name.missing")
	case utf8.RuneCountInString(in.Name) > longestName:
		add("name", "name.too_long")
	}
	if utf8.RuneCountInString(value(in.Function)) > longestFunction {
		add("function", "function.too_long")
	}
	wrong = append(wrong, mailProblems(in.Mail)...)
	if in.Role == "" {
		add("role", "role.missing")
	} else if !slices.Contains(team.Roles, team.Role(in.Role)) {
		add("role", "field.choice")
	}
	if lang := value(in.Language); lang != "" {
		if _, ok := words.Parse(lang); !ok {
			add("language", "field.choice")
		}
	}
	return wrong
}

// Problems checks the shape of an address.
func (in *NewMail) Problems() []fault.Field { return mailProblems(in.Mail) }

func mailProblems(text string) []fault.Field {
	if text == "" {
		return []fault.Field{{Name: "mail", Code: "mail.missing"}}
	}
	if _, err := mail.Parse(text); err != nil {
		return []fault.Field{{Name: "mail", Code: "mail.malformed"}}
	}
	return nil
}

// nothing is the input of an act that needs none.
type nothing struct{}

func (*nothing) Problems() []fault.Field { return nil }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
