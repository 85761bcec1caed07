package webtest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"vestibule/shared/words"
)

// A text that is missing fails the test that wants it.
func init() { words.Strict() }

// Answer sends a request and checks what every answer must have. The answer's body can be read as usual.
func Answer(t testing.TB, h http.Handler, r *http.Request) *http.Response {
	t.Helper()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	body := recorder.Body.String()
	answer := recorder.Result()
	for _, wrong := range faults(r, answer, body) {
		t.Errorf("%s %s, answer %d: %s", r.Method, r.URL.Path, answer.StatusCode, wrong)
	}
	return answer
}

func faults(r *http.Request, answer *http.Response, body string) []string {
	wrong := slices.Concat(shielded(answer), cookies(answer))
	if to := answer.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
		wrong = append(wrong, "it leads to "+to+", which is not here")
	}
	switch kind := answer.Header.Get("Content-Type"); {
	case strings.HasPrefix(r.URL.Path, "/api/"):
		return append(wrong, contract(r, answer, body)...)
	case answer.StatusCode == http.StatusSeeOther:
		return wrong
	case strings.HasPrefix(r.URL.Path, "/assets/") && answer.StatusCode < http.StatusBadRequest:
		return wrong
	case kind == "text/html; charset=utf-8":
		return append(wrong, page(r, answer, body)...)
	default:
		return append(wrong, "it is of type "+kind+", which is no page")
	}
}

// always are the headers of every answer.
var always = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
}

func shielded(answer *http.Response) (wrong []string) {
	for name, want := range always {
		if got := answer.Header.Get(name); got != want {
			wrong = append(wrong, name+" is "+quote(got)+", not "+quote(want))
		}
	}
	if !strings.HasPrefix(answer.Header.Get("Strict-Transport-Security"), "max-age=") {
		wrong = append(wrong, "Strict-Transport-Security is missing")
	}
	if answer.Header.Get("Cache-Control") == "" {
		wrong = append(wrong, "Cache-Control is missing")
	}
	for name, values := range answer.Header {
		if len(values) > 1 && name != "Set-Cookie" {
			wrong = append(wrong, name+" is there more than once")
		}
		if strings.HasPrefix(name, "Access-Control-") {
			wrong = append(wrong, "another site may read it ("+name+")")
		}
	}
	slices.Sort(wrong)
	return wrong
}

// cookies checks what is set: a cookie is out of reach of scripts and other sites (T19).
func cookies(answer *http.Response) (wrong []string) {
	for _, c := range answer.Cookies() {
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode {
			wrong = append(wrong, "cookie "+c.Name+" is not Secure, HttpOnly, SameSite, for / and for this host alone")
		}
	}
	return wrong
}

func quote(s string) string { return `"` + s + `"` }
