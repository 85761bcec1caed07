package main

import (
	"embed"
	"errors"
	"io"
	"net/http"
	"time"

	"vestibule/shared/account"
	"vestibule/shared/audit"
	"vestibule/shared/dynamo"
	"vestibule/shared/fault"
	"vestibule/shared/invite"
	"vestibule/shared/outbox"
	"vestibule/shared/page"
	"vestibule/shared/seal"
	"vestibule/shared/session"
	"vestibule/shared/team"
	"vestibule/shared/vault"
	"vestibule/shared/web"
)

//go:embed pages
var files embed.FS

var pages = page.New(files)

// desk is where an invited person is received.
type desk struct {
	db       *dynamo.DB
	door     web.Door
	invites  *invite.Store
	accounts *account.Store
	teams    *team.Store
	sessions *session.Store
	outbox   *outbox.Store
	audit    *audit.Store
	mac      vault.Mac
	now      func() time.Time
	random   io.Reader
}

func (d *desk) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /join", d.showStart)
	mux.HandleFunc("POST /join", d.openPage)
	mux.HandleFunc("POST /join/redeem", d.redeemPage)
	HandlerWithOptions(api{d}, StdHTTPServerOptions{BaseRouter: mux, ErrorHandlerFunc: web.Misread})
	return web.Guard(mux)
}

// Problems finds nothing: a link has no shape that could be told wrong without telling what is right.
func (in *LinkHolder) Problems() []fault.Field { return nil }

// Problems finds two passwords that differ. An empty second one is a script's, which types nothing twice.
func (in *Redemption) Problems() []fault.Field {
	if in.Password != nil && in.PasswordAgain != nil && !seal.Equal(in.Password.Reveal(), in.PasswordAgain.Reveal()) {
		return []fault.Field{{Name: "password_again", Code: "password.differs"}}
	}
	return nil
}

// who is signed in; nil when nobody is.
func (d *desk) who(r *http.Request) (*web.Staff, error) {
	staff, err := d.door.Staff(r)
	if errors.Is(err, session.ErrRequired) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &staff, nil
}

type api struct{ *desk }

func (a api) OpenInvitation(w http.ResponseWriter, r *http.Request) {
	var in LinkHolder
	if err := web.Decode(r, &in); err != nil {
		web.Fail(w, r, err)
		return
	}
	inv, as, err := a.open(r, in)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	out := OpenedInvitation{
		Clinic: inv.ClinicName, Inviter: inv.InviterName, Name: inv.Name, Role: Role(inv.Role), ExpiresAt: inv.ExpiresAt.UTC(),
	}
	if as != nil {
		out.SignedIn = as.Name
	}
	web.JSON(w, http.StatusOK, out)
}

func (a api) RedeemInvitation(w http.ResponseWriter, r *http.Request) {
	var in Redemption
	if err := web.Decode(r, &in); err != nil {
		web.Fail(w, r, err)
		return
	}
	as, err := a.who(r)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	end, err := a.redeem(r.Context(), in, as)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	web.SignIn(w, end.cookie)
	web.JSON(w, http.StatusCreated, Redeemed{Clinic: end.invite.ClinicName, MemberId: string(end.invite.MemberID)})
}
