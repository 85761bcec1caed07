package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"crypto/rand"

	"vestibule/shared/id"
	"vestibule/shared/web/webtest"
)

func TestPersonWalksFromOneClinicToAnother(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	muster, berg := h.clinic("Praxis Dr. Muster"), h.clinic("Praxis Berg")
	h.clinic("Praxis Fremd")
	h.person("finn@praxis.example", "Finn Berg", muster, berg)
	b := h.browser().login("finn@praxis.example")

	page := body(t, b.send(webtest.Get("/clinics")))
	if strings.Index(page, "<strong>Praxis Berg") > strings.Index(page, "<strong>Praxis Dr. Muster") || strings.Contains(page, "Fremd") {
		t.Errorf("not the own clinics by name:\n%s", page)
	}
	if strings.Count(page, `name="clinic_id"`) != 1 || !strings.Contains(page, `value="`+string(berg)+`"`) {
		t.Errorf("not one button for the other clinic:\n%s", page)
	}

	before := *b.cookie
	answer := b.send(webtest.Form("/clinics", "clinic_id", string(berg)))
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/team" {
		t.Fatalf("answer %d", answer.StatusCode)
	}
	if page := body(t, b.send(webtest.Get("/clinics"))); !strings.Contains(page, `value="`+string(muster)+`"`) {
		t.Errorf("not in the other clinic:\n%s", page)
	}
	if (&browser{h, &before}).signedIn() {
		t.Error("the session at the clinic that was left is still good")
	}
}

func TestClinicOfOthersIsAnsweredLikeOneThatDoesNotExist(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	foreign := h.clinic("Praxis Fremd")
	h.person("ida@praxis.example", "Ida", foreign)
	b := h.browser().login("finn@praxis.example")
	before := h.dump()

	var pages []string
	for _, to := range []string{
		string(foreign), string(id.New[id.ClinicID](time.Now(), rand.Reader)), "cli_x", "", string(id.New[id.MemberID](time.Now(), rand.Reader)),
	} {
		answer := b.send(webtest.Form("/clinics", "clinic_id", to))
		if answer.StatusCode != http.StatusNotFound || len(answer.Cookies()) > 0 {
			t.Errorf("%q: answer %d", to, answer.StatusCode)
		}
		pages = append(pages, body(t, answer))
	}
	for _, page := range pages {
		if page != pages[0] {
			t.Errorf("the answers differ:\n%s\n%s", page, pages[0])
		}
	}
	if !b.signedIn() || h.dump() != before {
		t.Error("asking for a foreign clinic changes something")
	}
}

func TestOneClinicIsShownWithoutAChoice(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	page := body(t, h.browser().login("finn@praxis.example").send(webtest.Get("/clinics")))
	if strings.Contains(page, `name="clinic_id"`) {
		t.Errorf("there is something to choose:\n%s", page)
	}
}

func TestOnlyTheSignedInChooseAClinic(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	clinic := h.clinic("Praxis")
	if h.browser().signedIn() {
		t.Error("a stranger sees clinics")
	}
	if answer := h.browser().send(webtest.Form("/clinics", "clinic_id", string(clinic))); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("answer %d", answer.StatusCode)
	}
}
