package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vestibule/shared/session"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

func TestLoginAlwaysMakesANewTokenAndEndsTheOld_T19(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	clinic := h.clinic("Praxis")
	h.person("finn@praxis.example", "Finn", clinic)
	h.person("ida@praxis.example", "Ida", clinic)
	b := h.browser().login("finn@praxis.example")
	first := *b.cookie
	second := *b.login("finn@praxis.example").cookie
	if first.Value == second.Value || (&browser{h, &first}).signedIn() {
		t.Error("a login over a login leaves the old token good")
	}
	b.login("ida@praxis.example")
	if (&browser{h, &second}).signedIn() || !b.signedIn() {
		t.Error("who signs in over somebody else leaves the other signed in")
	}
	planted := &http.Cookie{Name: web.CookieName, Value: first.Value}
	b = &browser{h, planted}
	if b.login("finn@praxis.example"); b.cookie.Value == planted.Value {
		t.Error("a planted token is taken over")
	}
}

func TestFailedLoginLeavesTheSessionAsItIs(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	b := h.browser().login("finn@praxis.example")
	b.send(webtest.Form("/login", "mail", "finn@praxis.example", "password", "not the password"))
	if !b.signedIn() {
		t.Error("signed out by a wrong password")
	}
}

func TestTokenIsDeadAfterTheLogout_T19(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	other := h.browser().login("finn@praxis.example")
	b := h.browser().login("finn@praxis.example")
	stolen := &browser{h, b.cookie}
	answer := b.send(webtest.Form("/logout"))
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/login?out=1" || b.cookie != nil {
		t.Errorf("answer %d, to %q", answer.StatusCode, answer.Header.Get("Location"))
	}
	if stolen.signedIn() {
		t.Error("the token outlives the logout")
	}
	if !other.signedIn() {
		t.Error("another browser is signed out too")
	}
}

func TestBrowserIsToldToForgetThePagesAfterTheLogout_T19(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, path := range []string{"/login?out=1", "/login?out=all"} {
		page, err := io.ReadAll(h.browser().send(webtest.Get(path)).Body)
		if err != nil || !strings.Contains(string(page), `<img class="unseen" src="/logout/forget" alt="">`) {
			t.Errorf("%s does not fetch it (%v):\n%s", path, err, page)
		}
	}
	answer := httptest.NewRecorder()
	h.door.ServeHTTP(answer, webtest.Get("/logout/forget"))
	if answer.Code != http.StatusOK || answer.Header().Get("Clear-Site-Data") != `"cache"` || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("answer %d with %v", answer.Code, answer.Header())
	}
}

func TestLogoutEverywhereEndsEverySessionAtEveryClinic_T19(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]func() *http.Request{
		"form": func() *http.Request { return webtest.Form("/logout/everywhere") },
		"JSON": func() *http.Request { return webtest.JSON("DELETE", "/api/sessions", "") },
	} {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t)
			muster, berg := h.clinic("Praxis Dr. Muster"), h.clinic("Praxis Berg")
			h.person("finn@praxis.example", "Finn", muster, berg)
			h.person("ida@praxis.example", "Ida", muster)
			ida := h.browser().login("ida@praxis.example")
			elsewhere := h.browser().login("finn@praxis.example")
			elsewhere.send(webtest.Form("/clinics", "clinic_id", string(berg)))
			b := h.browser().login("finn@praxis.example")
			stolen := &browser{h, b.cookie}

			if answer := b.send(request()); answer.StatusCode >= http.StatusBadRequest || b.cookie != nil {
				t.Errorf("answer %d", answer.StatusCode)
			}
			if stolen.signedIn() || elsewhere.signedIn() {
				t.Error("a token outlives the logout")
			}
			if !ida.signedIn() {
				t.Error("a colleague is signed out")
			}
			if answer := stolen.send(request()); answer.StatusCode != http.StatusUnauthorized {
				t.Errorf("again, by nobody: answer %d", answer.StatusCode)
			}
			b.login("finn@praxis.example")
		})
	}
}

func TestLogoutWorksWithoutASession(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, cookie := range []*http.Cookie{nil, {Name: web.CookieName, Value: "nonsense"}, {Name: web.CookieName, Value: strings.Repeat("a", 4000)}} {
		if answer := (&browser{h, cookie}).send(webtest.Form("/logout")); answer.StatusCode != http.StatusSeeOther {
			t.Errorf("answer %d", answer.StatusCode)
		}
		if answer := (&browser{h, cookie}).send(webtest.JSON("DELETE", "/api/sessions/current", "")); answer.StatusCode != http.StatusNoContent {
			t.Errorf("answer %d", answer.StatusCode)
		}
	}
}

func TestSessionEndsTwelveHoursAfterTheLogin_T19_P39(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	b := h.browser().login("finn@praxis.example")
	h.wait(session.Life - time.Second)
	if !b.signedIn() {
		t.Error("signed out too early")
	}
	h.wait(time.Second)
	if b.signedIn() {
		t.Error("still signed in, though nobody has deleted anything")
	}
}

func TestWhoLosesTheirPlaceIsOutAtTheNextRequest_P49(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	clinic := h.clinic("Praxis")
	finn := h.person("finn@praxis.example", "Finn", clinic)
	one, two := h.browser().login("finn@praxis.example"), h.browser().login("finn@praxis.example")
	h.unseat(finn, clinic)
	if one.signedIn() || two.signedIn() {
		t.Error("still signed in")
	}
}

func TestEleventhBrowserSignsOutTheFirst(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	var all []*browser
	for range 11 {
		all = append(all, h.browser().login("finn@praxis.example"))
		h.wait(time.Minute)
	}
	for i, b := range all {
		if b.signedIn() != (i > 0) {
			t.Errorf("browser %d of 11: signed in is %v", i+1, i == 0)
		}
	}
}

func TestCookieThatIsNotOursIsNobodys(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	clinic, other := h.clinic("Praxis"), h.clinic("Praxis Berg")
	h.person("finn@praxis.example", "Finn", clinic)
	ida := h.person("ida@praxis.example", "Ida", clinic, other)
	good := h.browser().login("finn@praxis.example").cookie.Value
	parts := strings.Split(good, ".")
	for name, value := range map[string]string{
		"other account":  string(ida) + "." + parts[1] + "." + parts[2],
		"other clinic":   parts[0] + "." + string(other) + "." + parts[2],
		"other token":    parts[0] + "." + parts[1] + "." + strings.Repeat("A", 43),
		"no token":       parts[0] + "." + parts[1] + ".",
		"longer":         good + "A",
		"more parts":     good + ".x",
		"member's id":    parts[0] + ".mem_" + parts[1][4:] + "." + parts[2],
		"attribute name": parts[0] + "." + parts[1] + ".member_id" + strings.Repeat("x", 34),
		"empty":          "",
	} {
		if (&browser{h, &http.Cookie{Name: web.CookieName, Value: value}}).signedIn() {
			t.Errorf("%s: signed in", name)
		}
	}
}

func TestOnlyHashesAreStored_T19(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	b := h.browser().login("finn@praxis.example")
	token := b.cookie.Value[strings.LastIndexByte(b.cookie.Value, '.')+1:]
	dump := h.dump()
	if len(token) != 43 || strings.Contains(dump, token) || strings.Contains(dump, password) {
		t.Error("a token or a password is stored")
	}
	if !strings.Contains(dump, "$argon2id$") || !strings.Contains(dump, "s_") {
		t.Error("there is no login and no session in what was looked through")
	}
}

// mutating are all requests that change something.
var mutating = map[string]func() *http.Request{
	"POST /login": func() *http.Request {
		return webtest.Form("/login", "mail", "finn@praxis.example", "password", password)
	},
	"POST /login/invitation":  func() *http.Request { return webtest.Form("/login/invitation", "link", link) },
	"POST /clinics":           func() *http.Request { return webtest.Form("/clinics", "clinic_id", "cli_x") },
	"POST /logout":            func() *http.Request { return webtest.Form("/logout") },
	"POST /logout/everywhere": func() *http.Request { return webtest.Form("/logout/everywhere") },
	"POST /api/sessions": func() *http.Request {
		return webtest.JSON("POST", "/api/sessions", `{"mail":"finn@praxis.example","password":"`+password+`"}`)
	},
	"DELETE /api/sessions":         func() *http.Request { return webtest.JSON("DELETE", "/api/sessions", "") },
	"DELETE /api/sessions/current": func() *http.Request { return webtest.JSON("DELETE", "/api/sessions/current", "") },
}

func TestOtherSitesCanDoNothing_T19b(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	b := h.browser().login("finn@praxis.example")
	cookie, before := *b.cookie, h.dump()
	h.world.ResetCalls()
	for name, make := range mutating {
		for _, headers := range []map[string]string{
			{"Sec-Fetch-Site": "cross-site"},
			{"Sec-Fetch-Site": "same-site"},
			{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
			{"Sec-Fetch-Site": "cross-site", "Origin": "null"},
			{"Origin": "https://evil.example"},
			{"Origin": "https://example.com.evil.example"},
			{"Origin": "https://example.com:8443"},
			{"Origin": "null"},
		} {
			r := make()
			r.Header.Del("Sec-Fetch-Site")
			for header, value := range headers {
				r.Header.Set(header, value)
			}
			answer := (&browser{h, &cookie}).send(r)
			if answer.StatusCode != http.StatusForbidden || len(answer.Cookies()) > 0 {
				t.Errorf("%s with %v: answer %d", name, headers, answer.StatusCode)
			}
		}
	}
	if calls := h.world.Calls(); len(calls) > 0 || h.dump() != before {
		t.Errorf("something was done: %v", calls)
	}
	if !b.signedIn() {
		t.Error("signed out")
	}
}

func TestOwnPagesAndScriptsAreNotTakenForOtherSites_T19b(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for name, make := range mutating {
		for _, headers := range []map[string]string{
			{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://example.com"},
			{"Sec-Fetch-Site": "same-origin", "Origin": "https://example.com"},
		} {
			r := make()
			r.Header.Del("Sec-Fetch-Site")
			for header, value := range headers {
				r.Header.Set(header, value)
			}
			if answer := h.browser().send(r); answer.StatusCode == http.StatusForbidden {
				t.Errorf("%s with %v: answer %d", name, headers, answer.StatusCode)
			}
		}
	}
}

func TestMethodCannotBeDisguised_T19b(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	b := h.browser().login("finn@praxis.example")
	before := h.dump()
	for _, header := range []string{"X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"} {
		for _, path := range []string{"/login", "/logout", "/api/sessions", "/clinics?_method=POST", "/logout?_method=POST"} {
			r := webtest.Get(path)
			r.Header.Set(header, "POST")
			b.send(r)
		}
	}
	if h.dump() != before || !b.signedIn() {
		t.Error("a GET has done something")
	}
}
