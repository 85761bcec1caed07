package main

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/web/webtest"
)

func TestCallsAtAWSAreCounted(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	muster, berg := h.clinic("Praxis Dr. Muster"), h.clinic("Praxis Berg")
	h.person("finn@praxis.example", "Finn", muster, berg)
	b := h.browser()
	for _, c := range []struct {
		act  string
		r    *http.Request
		want []string
	}{
		{"page", webtest.Get("/login"), nil},
		// performance.md hopes for two. Counting before comparing is a write of its own, and so are three.
		{"login", webtest.Form("/login", "mail", "finn@praxis.example", "password", password),
			[]string{"UpdateItem AccountTable", "UpdateItem AccountTable", "UpdateItem SessionTable"}},
		{"login over a session", webtest.Form("/login", "mail", "finn@praxis.example", "password", password),
			[]string{"UpdateItem AccountTable", "UpdateItem AccountTable", "UpdateItem SessionTable", "UpdateItem SessionTable"}},
		{"wrong password", webtest.Form("/login", "mail", "finn@praxis.example", "password", "x"), []string{"UpdateItem AccountTable"}},
		{"request of the signed-in", webtest.Get("/clinics"),
			[]string{"BatchGetItem ClinicTable+SessionTable", "Query SessionTable", "BatchGetItem ClinicTable"}},
		{"change of clinic", webtest.Form("/clinics", "clinic_id", string(berg)),
			[]string{"BatchGetItem ClinicTable+SessionTable", "UpdateItem SessionTable", "UpdateItem SessionTable"}},
		{"logout", webtest.Form("/logout"), []string{"UpdateItem SessionTable"}},
		{"logout of nobody", webtest.Form("/logout"), nil},
	} {
		h.calls()
		b.send(c.r)
		if diff := cmp.Diff(c.want, h.calls()); diff != "" {
			t.Errorf("%s: %s", c.act, diff)
		}
	}
}
