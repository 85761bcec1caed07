package main

import (
	"embed"
	"io"
	"net/http"
	"slices"
	"time"

	"vestibule/shared/audit"
	"vestibule/shared/dynamo"
	"vestibule/shared/fault"
	"vestibule/shared/invite"
	"vestibule/shared/mail"
	"vestibule/shared/once"
	"vestibule/shared/outbox"
	"vestibule/shared/page"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

//go:embed pages
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
	mux.HandleFunc("GET /invitations/{invite_id}", d.page(d.showOne))
	mux.HandleFunc("POST /invitations/{invite_id}/withdraw", d.page(d.postAct("withdrawn", d.withdraw)))
	mux.HandleFunc("POST /invitations/{invite_id}/resend", d.page(d.postAct("resent", d.resend)))
	mux.HandleFunc("POST /invitations/{invite_id}/extend", d.page(d.postAct("extended", d.extend)))
	mux.HandleFunc("POST /invitations/{invite_id}/new-code", d.page(d.postAct("recoded", d.replaceCode)))
	mux.HandleFunc("POST /invitations/{invite_id}/mail", d.page(d.postMail))
	mux.HandleFunc("POST /invitations/{invite_id}/code", d.page(d.postCode))
	mux.HandleFunc("POST /invitations/{invite_id}/letter", d.page(d.postLetter))
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
			web.Fail(w, r, err)
		}
	}
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

// Problems checks the shape of what was typed about a person.
func (in *NewInvitation) Problems() []fault.Field {
	var wrong []fault.Field
	add := func(name, code string) { wrong = append(wrong, fault.Field{Name: name, Code: code}) }
	switch {
	case in.Name == "":
		add("name", "field.required")
	case len([]rune(in.Name)) > 100:
		add("name", "field.too_long")
	}
	if len([]rune(value(in.Function))) > 60 {
		add("function", "field.too_long")
	}
	wrong = append(wrong, mailProblems(in.Mail)...)
	if in.Role == "" {
		add("role", "field.required")
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
		return []fault.Field{{Name: "mail", Code: "field.required"}}
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
