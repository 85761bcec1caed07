package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

func TestPersonSignsInByAddressAndPassword_A18(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn.berg@praxis.example", "Finn Berg", h.clinic("Praxis Dr. Muster"))
	for _, c := range []struct{ door, mail, next, to string }{
		{"form", "finn.berg@praxis.example", "", "/team"},
		{"address as people write it", "  Finn.Berg@PRAXIS.example ", "", "/team"},
		{"on to where they wanted", "finn.berg@praxis.example", "/invitations", "/invitations"},
	} {
		t.Run(c.door, func(t *testing.T) {
			b := h.browser()
			answer := b.send(webtest.Form("/login", "mail", c.mail, "password", password, "next", c.next, "once", "x"))
			if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != c.to {
				t.Fatalf("answer %d, to %q", answer.StatusCode, answer.Header.Get("Location"))
			}
			if !b.signedIn() {
				t.Error("the cookie opens nothing")
			}
		})
	}
	t.Run("JSON", func(t *testing.T) {
		b := h.browser()
		answer := b.send(webtest.JSON("POST", "/api/sessions", `{"mail":"finn.berg@praxis.example","password":"`+password+`"}`))
		if answer.StatusCode != http.StatusNoContent || !b.signedIn() {
			t.Errorf("answer %d", answer.StatusCode)
		}
		if answer := b.send(webtest.JSON("DELETE", "/api/sessions/current", "")); answer.StatusCode != http.StatusNoContent || b.signedIn() {
			t.Errorf("answer %d to signing out", answer.StatusCode)
		}
	})
}

func TestPasswordIsTakenHoweverTheKeyboardWritesAnUmlaut(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	apart := strings.ReplaceAll(password, "ö", "o\u0308")
	if answer := h.browser().send(webtest.Form("/login", "mail", "finn@praxis.example", "password", apart)); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("answer %d", answer.StatusCode)
	}
}

func TestLoginGoesOnOnlyToPagesOfThisSite(t *testing.T) {
	t.Parallel()
	for _, next := range []string{
		"https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/%2f/evil.example", "javascript:alert(1)", "\\\\evil",
		"evil.example", "/team?x=1", "/team#x", "/a//b", "/" + strings.Repeat("a", 200), "/\u2215evil", "/team\r\nSet-Cookie: a=b", "", " /team",
	} {
		if got := local(next); got != "" {
			t.Errorf("%q leads to %q", next, got)
		}
	}
	for _, next := range []string{"/team", "/invitations", "/invitations/inv_01J8ZQ4W3V2T1S0R9Q8P7N6M5K", "/"} {
		if got := local(next); got != next {
			t.Errorf("%q leads to %q", next, got)
		}
	}
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	if page := body(t, h.browser().send(webtest.Get("/login?next=//evil.example/"))); strings.Contains(page, "evil") {
		t.Error("the form carries a strange address on")
	}
	answer := h.browser().send(webtest.Form("/login", "mail", "finn@praxis.example", "password", password, "next", "//evil.example/"))
	if got := answer.Header.Get("Location"); got != "/team" {
		t.Errorf("to %q", got)
	}
}

func TestWrongFieldsAreShownBesideThemAndWhatWasTypedStays(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for name, c := range map[string]struct {
		mail, password string
		status         int
		shown          []string
	}{
		"nothing typed": {"", "", 422, []string{`id="field-mail-error"`, `id="field-password-error"`}},
		"no password":   {"finn@praxis.example", "", 422, []string{`id="field-password-error"`, `value="finn@praxis.example"`}},
		"no address":    {"", "a-canary-password", 422, []string{`id="field-mail-error"`}},
		"endless":       {strings.Repeat("a", 300) + "@praxis.example", "a-canary-password", 422, []string{`id="field-mail-error"`}},
		"invisible":     {"finn\u202e@praxis.example", "a-canary-password", 422, []string{`id="field-mail-error"`}},
		"wrong":         {"finn@praxis.example", "a-canary-password", 401, []string{`value="finn@praxis.example"`, `class="summary"`}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := h.browser().send(webtest.Form("/login", "mail", c.mail, "password", c.password, "next", "/invitations"))
			page := body(t, answer)
			for _, part := range append(c.shown, `name="next" value="/invitations"`) {
				if !strings.Contains(page, part) {
					t.Errorf("%s is not on the page", part)
				}
			}
			if answer.StatusCode != c.status || strings.Contains(page, "a-canary-password") || len(answer.Cookies()) > 0 {
				t.Errorf("answer %d, cookies %v", answer.StatusCode, answer.Cookies())
			}
		})
	}
}

func TestBadInputIsRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	before := h.dump()
	const good = `{"mail":"finn@praxis.example","password":"x"`
	for name, c := range map[string]struct {
		kind, body string
		status     int
	}{
		"broken":        {"application/json", `{"mail":`, 400},
		"not an object": {"application/json", `[]`, 400},
		"unknown field": {"application/json", good + `,"admin":true}`, 400},
		"double key":    {"application/json", good + `,"password":"y"}`, 400},
		"wrong type":    {"application/json", `{"mail":1,"password":"x"}`, 400},
		"broken UTF-8":  {"application/json", "{\"mail\":\"\xff\",\"password\":\"x\"}", 400},
		"a megabyte":    {"application/json", good + `,"x":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
		"a form":        {"application/x-www-form-urlencoded", "mail=finn&password=x", 400},
		"plain text":    {"text/plain", good + `}`, 400},
		"no type":       {"", good + `}`, 400},
		"empty":         {"application/json", ``, 400},
		"no fields":     {"application/json", `{}`, 422},
	} {
		t.Run(name, func(t *testing.T) {
			r := webtest.JSON("POST", "/api/sessions", c.body)
			r.Header.Set("Content-Type", c.kind)
			if answer := h.browser().send(r); answer.StatusCode != c.status {
				t.Errorf("answer %d: %s", answer.StatusCode, body(t, answer))
			}
		})
	}
	for name, c := range map[string]struct {
		kind, body string
		status     int
	}{
		"unknown field":  {"application/x-www-form-urlencoded", "mail=a&password=b&_method=DELETE", 400},
		"field twice":    {"application/x-www-form-urlencoded", "mail=a&mail=b&password=c", 400},
		"broken escape":  {"application/x-www-form-urlencoded", "mail=%zz", 400},
		"multipart":      {"multipart/form-data; boundary=x", "--x--", 400},
		"JSON at a form": {"application/json", good + `}`, 400},
		"a megabyte":     {"application/x-www-form-urlencoded", "mail=" + strings.Repeat("x", 1<<20), 413},
	} {
		t.Run("form: "+name, func(t *testing.T) {
			r := webtest.JSON("POST", "/login", c.body)
			r.Header.Set("Content-Type", c.kind)
			if answer := h.browser().send(r); answer.StatusCode != c.status {
				t.Errorf("answer %d", answer.StatusCode)
			}
		})
	}
	if len(h.world.Calls()) > 0 {
		t.Errorf("AWS was called: %v", h.world.Calls())
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Error(diff)
	}
}

func TestWhoHasNoPlaceAnyMoreIsToldSo_P49(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	muster, berg := h.clinic("Praxis Dr. Muster"), h.clinic("Praxis Berg")
	finn := h.person("finn@praxis.example", "Finn", muster, berg)

	h.unseat(finn, muster)
	b := h.browser().login("finn@praxis.example")
	if page := body(t, b.send(webtest.Get("/clinics"))); !strings.Contains(page, "Praxis Berg") || strings.Contains(page, "Dr. Muster") {
		t.Error("who lost one place is not let in at the other")
	}

	h.unseat(finn, berg)
	if b.signedIn() {
		t.Error("the session has outlived the place")
	}
	answer := h.browser().send(webtest.Form("/login", "mail", "finn@praxis.example", "password", password))
	if answer.StatusCode != http.StatusForbidden || len(answer.Cookies()) > 0 {
		t.Errorf("answer %d, cookies %v", answer.StatusCode, answer.Cookies())
	}
	answer = h.browser().send(webtest.JSON("POST", "/api/sessions", `{"mail":"finn@praxis.example","password":"`+password+`"}`))
	if text := body(t, answer); answer.StatusCode != http.StatusForbidden || !strings.Contains(text, `"code":"session.no_seat"`) {
		t.Errorf("answer %d: %s", answer.StatusCode, text)
	}
	answer = h.browser().send(webtest.Form("/login", "mail", "finn@praxis.example", "password", "not the password"))
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("who does not know the password hears something else: answer %d", answer.StatusCode)
	}
}

const link = "AY0kZpXbd8mVt2yq7pH3cAGNJGaV23fJlbdsqu6R93IBjSRmldt3yZW3bKrukfdy"

func TestInvitationGoesOnAfterTheLogin_P43_T06(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	hidden := `<input type="hidden" name="link" value="` + link + `">`

	first := h.browser().send(webtest.Form("/login/invitation", "link", link))
	if page := body(t, first); first.StatusCode != http.StatusOK || !strings.Contains(page, hidden) || strings.Contains(page, `action="/language"`) {
		t.Errorf("answer %d:\n%s", first.StatusCode, page)
	}
	wrong := h.browser().send(webtest.Form("/login", "mail", "finn@praxis.example", "password", "not the password", "link", link))
	if page := body(t, wrong); wrong.StatusCode != http.StatusUnauthorized || !strings.Contains(page, hidden) {
		t.Error("a wrong password loses the invitation")
	}
	b := h.browser()
	right := b.send(webtest.Form("/login", "mail", "finn@praxis.example", "password", password, "link", link))
	page := body(t, right)
	if right.StatusCode != http.StatusOK || !strings.Contains(page, `action="/join"`) || !strings.Contains(page, hidden) || !b.signedIn() {
		t.Errorf("answer %d:\n%s", right.StatusCode, page)
	}
	for _, answer := range []*http.Response{first, wrong, right} {
		for name, values := range answer.Header {
			if strings.Contains(strings.Join(values, " "), link) {
				t.Errorf("the link is in the header %s", name)
			}
		}
	}
	if len(first.Cookies()) > 0 {
		t.Error("the link gives a session by itself")
	}
	if answer := h.browser().send(webtest.Form("/login/invitation", "link", `"><script>x</script>`)); strings.Contains(body(t, answer), "<script>x") {
		t.Error("the link is not escaped")
	}
	if answer := h.browser().send(webtest.Get("/login/invitation?link=" + link)); answer.StatusCode != http.StatusNotFound {
		t.Errorf("the link may stand in an address: answer %d", answer.StatusCode)
	}
}

func TestEveryPageIsWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	muster, berg := h.clinic("Praxis Dr. Muster"), h.clinic("Praxis Berg")
	h.person("finn@praxis.example", "Finn", muster, berg)
	h.unseat(h.person("ida@praxis.example", "Ida", muster), muster)
	for _, lang := range []string{"de", "nb", "da", "en"} {
		b := h.browser().login("finn@praxis.example")
		for _, r := range []*http.Request{
			webtest.Get("/login"), webtest.Get("/login?out=1"), webtest.Get("/login?out=all"), webtest.Get("/login?next=/team"),
			webtest.Get("/clinics"), webtest.Get("/nothing"),
			webtest.Form("/login", "mail", "", "password", ""),
			webtest.Form("/login", "mail", "nobody@praxis.example", "password", "x"),
			webtest.Form("/login", "mail", "ida@praxis.example", "password", password),
			webtest.Form("/login", "mail", "finn@praxis.example", "password", password, "link", link),
			webtest.Form("/login/invitation", "link", link),
			webtest.JSON("POST", "/api/sessions", `{"mail":"nobody@praxis.example","password":"x"}`),
		} {
			r.Header.Set("Accept-Language", lang)
			answer := b.send(r)
			if got := answer.Header.Get("Content-Language"); got != lang {
				t.Errorf("%s %s: in %q, not %q", r.Method, r.URL, got, lang)
			}
		}
	}
}

func TestAddressesThatAreNotThereAreAnsweredLikeElsewhere(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, r := range []*http.Request{
		webtest.Get("/logout"), webtest.Get("/login/x"), webtest.Get("/api/sessions"), webtest.JSON("PUT", "/api/sessions", "{}"),
		webtest.JSON("POST", "/api/sessions/current", "{}"),
	} {
		if answer := h.browser().send(r); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s %s: answer %d", r.Method, r.URL, answer.StatusCode)
		}
	}
}

func TestCookieIsOutOfReachOfScriptsAndOtherSites_T19(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.person("finn@praxis.example", "Finn", h.clinic("Praxis"))
	answer := h.browser().send(webtest.Form("/login", "mail", "finn@praxis.example", "password", password))
	cookies := answer.Header.Values("Set-Cookie")
	if len(cookies) != 1 || !strings.HasPrefix(cookies[0], web.CookieName+"=acc_") {
		t.Fatalf("cookies %q", cookies)
	}
	_, attributes, _ := strings.Cut(cookies[0], "; ")
	if attributes != "Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("the cookie has %q", attributes)
	}
}
