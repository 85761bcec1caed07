package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vestibule/shared/awstest"
	"vestibule/shared/web/webtest"
)

// TestInterruptedLoginCanBeRepeatedAtOnce lets every call of a login go wrong in every way. Nobody is locked out by our trouble, and a
// browser that got no cookie is not signed in.
func TestInterruptedLoginCanBeRepeatedAtOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	clinic := h.clinic("Praxis")
	finn := h.person("finn@praxis.example", "Finn", clinic)
	faults := h.world.Faults()
	for _, kind := range awstest.Kinds {
		for call := 1; ; call++ {
			b := h.signedInAt(finn, clinic)
			faults.Reset()
			faults.At(call, kind)
			awstest.Survive(func() { b.send(webtest.Form("/login", "mail", "finn@praxis.example", "password", password)) })
			fired := faults.Fired() > 0
			faults.Reset()
			if !h.browser().login("finn@praxis.example").signedIn() {
				t.Errorf("%v at call %d: not signed in again", kind, call)
			}
			if !fired {
				break
			}
		}
	}
}

// TestNothingOfAPersonIsLogged sends a canary through every field of every route, lets every call at AWS go wrong in every way, and
// then looks through all that was logged (P77).
func TestNothingOfAPersonIsLogged_P77(t *testing.T) {
	h := openHouse(t)
	const address, canary, secret = "kanarienvogel@praxis.example", "Kanaria Vogel", "canary-password-of-nobody"
	muster, berg := h.clinic("Praxis Dr. Muster"), h.clinic("Praxis Berg")
	person := h.person(address, canary, muster, berg)
	tokens := map[string]bool{}
	act := func(b *browser, r *http.Request) {
		awstest.Survive(func() { b.send(r) })
		if b.cookie != nil {
			tokens[b.cookie.Value[strings.LastIndexByte(b.cookie.Value, '.')+1:]] = true
		}
	}
	requests := map[string]func() *http.Request{
		"login": func() *http.Request {
			return webtest.Form("/login", "mail", address, "password", password, "next", "/team")
		},
		"wrong login": func() *http.Request { return webtest.Form("/login", "mail", address, "password", secret) },
		"no address":  func() *http.Request { return webtest.Form("/login", "mail", "kanarienvogel", "password", secret) },
		"login and on": func() *http.Request {
			return webtest.Form("/login", "mail", address, "password", password, "link", link)
		},
		"invitation": func() *http.Request { return webtest.Form("/login/invitation", "link", link) },
		"broken": func() *http.Request {
			return webtest.JSON("POST", "/api/sessions", `{"mail":"`+address+`","x":"`+secret+`"}`)
		},
		"api": func() *http.Request {
			return webtest.JSON("POST", "/api/sessions", `{"mail":"`+address+`","password":"`+password+`"}`)
		},
		"clinics":        func() *http.Request { return webtest.Get("/clinics") },
		"change":         func() *http.Request { return webtest.Form("/clinics", "clinic_id", string(berg)) },
		"foreign clinic": func() *http.Request { return webtest.Form("/clinics", "clinic_id", secret) },
		"everywhere":     func() *http.Request { return webtest.Form("/logout/everywhere") },
		"logout":         func() *http.Request { return webtest.Form("/logout") },
	}
	faults := h.world.Faults()
	for _, name := range slices.Sorted(maps.Keys(requests)) {
		for _, kind := range awstest.Kinds {
			for call := 1; ; call++ {
				faults.Reset()
				h.failures(address, 0)
				b := h.signedInAt(person, muster)
				faults.At(call, kind)
				act(b, requests[name]())
				if faults.Fired() == 0 {
					break
				}
			}
		}
	}
	log := said.String()
	if !strings.Contains(log, "internal error") {
		t.Error("nothing went wrong, so nothing was looked through")
	}
	for _, what := range slices.AppendSeq([]string{"kanarienvogel", canary, secret, password, link, "$argon2id$"}, maps.Keys(tokens)) {
		if at := strings.Index(log, what); at >= 0 {
			t.Errorf("the log tells %q: ...%s...", what, log[max(0, at-200):min(len(log), at+200)])
		}
	}
}
