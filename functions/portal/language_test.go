package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"vestibule/shared/page"
	"vestibule/shared/words"
)

func TestChosenLanguageIsKeptForAYearAndLeadsBack(t *testing.T) {
	for _, lang := range words.Langs() {
		w := post(t, url.Values{"lang": {string(lang)}, "back": {"/join?a=1"}})
		cookies := w.Result().Cookies()
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/join?a=1" || len(cookies) != 1 {
			t.Fatalf("%s: %d %v", lang, w.Code, w.Header())
		}
		c := cookies[0]
		if c.Name != page.LangCookie || c.Value != string(lang) || c.MaxAge != 31536000 || !c.Secure || !c.HttpOnly ||
			c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%s: %s", lang, c)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", "fr")
		r.AddCookie(c)
		if body := ask(t, r).Body.String(); !strings.Contains(body, `<html lang="`+string(lang)+`">`) {
			t.Errorf("%s: the next page is in another language", lang)
		}
	}
}

func TestUnknownLanguageChangesNothing(t *testing.T) {
	for _, lang := range []string{"", "sv", "DE", "de\r\nSet-Cookie: x=y", "<script>"} {
		w := post(t, url.Values{"lang": {lang}, "back": {"/join"}})
		if strings.ContainsAny(lang, "\r\n") {
			if w.Code != http.StatusUnprocessableEntity || len(w.Result().Cookies()) > 0 {
				t.Errorf("%q: %d", lang, w.Code)
			}
			continue
		}
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/join" || len(w.Result().Cookies()) > 0 {
			t.Errorf("%q: %d %v", lang, w.Code, w.Header())
		}
	}
}

func TestFormsThatAreNotOursAreRefused(t *testing.T) {
	good := url.Values{"lang": {"de"}, "back": {"/"}}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"another site":    post(t, good, "Sec-Fetch-Site", "cross-site"),
		"another origin":  post(t, good, "Sec-Fetch-Site", "", "Origin", "https://evil.example"),
		"another type":    post(t, good, "Content-Type", "text/plain"),
		"an extra field":  post(t, url.Values{"lang": {"de"}, "back": {"/"}, "x": {"y"}}),
		"a field twice":   post(t, url.Values{"lang": {"de", "nb"}, "back": {"/"}}),
		"a huge body":     post(t, url.Values{"lang": {"de"}, "back": {"/" + strings.Repeat("a", 1<<20)}}),
		"a broken escape": post(t, url.Values{}, "Content-Type", "multipart/form-data"),
	} {
		if w.Code < 400 || w.Code >= 500 || len(w.Result().Cookies()) > 0 || w.Header().Get("Location") != "" {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
	}
}

var elsewhere = []string{
	"", "https://evil.example/", "//evil.example", "///evil.example", `/\evil.example`, `\/evil.example`, `/\/evil.example`, "http:evil.example",
	"javascript:alert(1)", "data:text/html,x", "evil.example", "./evil", "../evil", "?x", "#x", "/\tevil.example", "/\t/evil.example",
	"/\n/evil.example", "/\r\nSet-Cookie: a=b", " //evil.example", "/ /evil.example", "\u2028//evil.example", "/％2f/evil.example", "/%zz",
	"/" + strings.Repeat("a", 3000), "/a\x00b", "https:///evil.example", "/\u00a0/evil.example",
}

func TestWayBackNeverLeavesTheSite(t *testing.T) {
	for _, back := range elsewhere {
		if got := here(back); got != "/" {
			t.Errorf("%q leads to %q", back, got)
		}
		w := post(t, url.Values{"lang": {"de"}, "back": {back}})
		if to := w.Header().Get("Location"); to != "/" && w.Code == http.StatusSeeOther {
			t.Errorf("%q is sent to %q", back, to)
		}
	}
	for back, want := range map[string]string{
		"/": "/", "/join": "/join", "/invitations?page=2&q=a%20b": "/invitations?page=2&q=a%20b", "/a%2Fb": "/a%2Fb", "/join#x": "/join",
		"/a@b": "/a@b", "/login?next=//evil.example": "/login?next=//evil.example", "/%5cevil": "/%5cevil", "/x:y": "/x:y",
	} {
		if got := here(back); got != want {
			t.Errorf("%q leads to %q, want %q", back, got, want)
		}
	}
}

// A browser takes tabs and line ends out of an address and reads \ as / before it decides what the host is.
func FuzzWayBackNeverLeavesTheSite(f *testing.F) {
	for _, back := range elsewhere {
		f.Add(back)
	}
	f.Add("/a/../../b?c=d#e")
	f.Add("/.//evil.example")
	home := &url.URL{Scheme: "https", Host: "portal.example", Path: "/language"}
	browser := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/")
	f.Fuzz(func(t *testing.T, back string) {
		w := httptest.NewRecorder()
		http.Redirect(w, httptest.NewRequest(http.MethodPost, "/language", nil), here(back), http.StatusSeeOther)
		to := w.Header().Get("Location")
		seen := browser.Replace(strings.TrimFunc(to, func(r rune) bool { return r <= ' ' }))
		parsed, err := home.Parse(seen)
		if err != nil || parsed.Host != home.Host || parsed.Scheme != home.Scheme || !strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "//") {
			t.Errorf("%q leads to %q", back, to)
		}
	})
}
