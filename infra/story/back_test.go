package story

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"vestibule/infra/demo"
	"vestibule/shared/words"
)

// Who sits down at the machine after somebody has signed out goes back and finds nothing, neither the page that was left last nor one
// before it. Browsers treat what they keep in memory in another way over TLS, so the house stands behind a proxy here as it stands behind
// API Gateway otherwise.
func TestGoingBackAfterSigningOutShowsNothing(t *testing.T) {
	t.Parallel()
	h := house(t)
	practice, err := h.practice(t.Context(), demo.Muster, "back")
	if err != nil {
		t.Fatal(err)
	}
	inner, err := url.Parse(h.Origin)
	if err != nil {
		t.Fatal(err)
	}
	outer := httptest.NewTLSServer(httputil.NewSingleHostReverseProxy(inner))
	t.Cleanup(outer.Close)
	for name, origin := range map[string]string{
		"over TLS":           "https://localhost:" + outer.URL[strings.LastIndexByte(outer.URL, ':')+1:],
		"on the own machine": h.Origin,
	} {
		t.Run(name, func(t *testing.T) {
			b := openTab(t, desktop, words.German)
			b.origin = origin
			b.visit("/login")
			b.fill("mail", practice.People[0].Mail)
			b.fill("password", demo.Password)
			b.press(b.t("sessions.login.go"))
			b.follow(b.t("common.nav.invitations"))
			b.press(b.t("common.logout"))
			b.sees(b.t("sessions.out"))
			for range 2 {
				b.turn(chromedp.NavigateBack())
				if text := b.says(); b.at != "/login" || strings.Contains(text, demo.Caro.Name) {
					b.Errorf("going back leads to %s, which says %s", b.at, text)
				}
			}
		})
	}
}
