package main

import (
	"embed"
	"net/http"

	"vestibule/shared/page"
	"vestibule/shared/team"
	"vestibule/shared/web"
)

//go:embed pages
var files embed.FS

var pages = page.New(files)

// desk is where the team is asked for.
type desk struct {
	door  web.Door
	teams *team.Store
}

func (d *desk) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /team", d.teamPage)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { web.Fail(w, r, web.ErrNoRoute) })
	HandlerWithOptions(api{d}, StdHTTPServerOptions{BaseRouter: mux, ErrorHandlerFunc: web.Fail})
	return web.Guard(mux)
}

type api struct{ *desk }

func (a api) ListTeam(w http.ResponseWriter, r *http.Request) {
	_, members, err := a.list(r)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	out := struct {
		Members []Member `json:"members"`
	}{make([]Member, len(members))}
	for i, m := range members {
		out.Members[i] = outward(m)
	}
	web.JSON(w, http.StatusOK, out)
}

func outward(m team.Member) Member {
	out := Member{
		MemberId: string(m.ID), Name: m.Name, Function: m.Function, HasAccess: m.HasAccess(), Active: m.Active,
		Roles: make([]Role, len(m.Roles)),
	}
	for i, role := range m.Roles {
		out.Roles[i] = Role(role)
	}
	if m.LANR != "" {
		out.Lanr = &m.LANR
	}
	return out
}
