package webtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	ours "vestibule/shared/page"
	"vestibule/shared/web"
)

const good = `<!doctype html><html lang="de"><head><title>Team</title><link rel="stylesheet" href="/assets/style.0.css"></head><body>
<a href="#main">x</a><main id="main"><h1>Team</h1><form method="post" action="/team"><label for="a">A</label><input id="a" name="a">
<input type="hidden" name="b"></form><script src="/assets/join.0.js" defer></script></main></body></html>`

// spoil answers as a page should, but for what the test spoils.
func spoil(body string, header map[string]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		ours.Headers(w)
		w.Header().Set("Content-Language", "de")
		for name, value := range header {
			w.Header().Set(name, value)
		}
		_, _ = io.WriteString(w, body)
	})
}

func found(h http.Handler, r *http.Request) []string {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	return faults(r, recorder.Result(), recorder.Body.String())
}

func TestGoodPageHasNoFault(t *testing.T) {
	if got := found(spoil(good, nil), Get("/team")); len(got) > 0 {
		t.Error(got)
	}
}

func TestEachFaultOfAPageIsFound(t *testing.T) {
	for name, c := range map[string]struct{ old, new string }{
		"no h1":                     {"h1>", "h2>"},
		"two h1":                    {"<h1>", "<h1>x</h1><h1>"},
		"other language":            {`lang="de"`, `lang="fr"`},
		"no title":                  {"<title>Team", "<title>"},
		"script of its own":         {`src="/assets/join.0.js" defer>`, ">alert(1)"},
		"style of its own":          {"<h1>", `<h1 style="color:red">`},
		"handler of its own":        {"<h1>", `<h1 onclick="x()">`},
		"form to another site":      {`action="/team"`, `action="//evil.example/"`},
		"form to an address in GET": {`method="post"`, `method="dialog"`},
		"link to another site":      {`href="#main"`, `href="https://evil.example/"`},
		"link to nowhere":           {`href="#main"`, `href="#nowhere"`},
		"input without a label":     {`for="a"`, `for="main"`},
		"id twice":                  {`id="a"`, `id="main"`},
		"raw placeholder":           {"Team</h1>", "{{.Name}}</h1>"},
		"secret's placeholder":      {"Team</h1>", "[secret]</h1>"},
		"picture without words":     {"<h1>", `<img src="/assets/mark.svg"><h1>`},
		"frame":                     {"<h1>", `<iframe src="/x"></iframe><h1>`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(spoil(strings.ReplaceAll(good, c.old, c.new), nil), Get("/team")); len(got) == 0 {
				t.Error("not found")
			}
		})
	}
}

func TestEachFaultOfTheHeadersIsFound(t *testing.T) {
	for name, value := range map[string]string{
		"Content-Security-Policy":     "default-src *",
		"Cache-Control":               "max-age=60",
		"X-Content-Type-Options":      "",
		"Referrer-Policy":             "origin",
		"Strict-Transport-Security":   "",
		"Cross-Origin-Opener-Policy":  "",
		"Content-Language":            "en",
		"Content-Type":                "text/plain; charset=utf-8",
		"Location":                    "https://evil.example/",
		"Access-Control-Allow-Origin": "*",
		"Set-Cookie":                  "a=b; Path=/; HttpOnly; SameSite=Lax",
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(spoil(good, map[string]string{name: value}), Get("/team")); len(got) == 0 {
				t.Error("not found")
			}
		})
	}
}

func TestAnswersOfTheAPIAreHeldAgainstTheContract(t *testing.T) {
	answer := func(kind string, status int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			ours.Shield(w)
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
	const member = `{"member_id":"mem_1","name":"Finn","function":"MFA","roles":["assistant"],"has_access":true,"active":true}`
	const problem = `{"type":"about:blank","title":"x","status":404,"code":"not_found"}`
	for name, c := range map[string]struct {
		kind   string
		status int
		body   string
		path   string
		good   bool
	}{
		"as promised":            {"application/json", 200, `{"members":[` + member + `]}`, "/api/team", true},
		"a field is missing":     {"application/json", 200, `{"members":[{"name":"Finn"}]}`, "/api/team", false},
		"a field too many":       {"application/json", 200, `{"members":[],"more":1}`, "/api/team", false},
		"a role there is not":    {"application/json", 200, `{"members":[` + strings.Replace(member, "assistant", "king", 1) + `]}`, "/api/team", false},
		"no JSON":                {"text/html; charset=utf-8", 200, good, "/api/team", false},
		"problem":                {"application/problem+json", 404, problem, "/api/team", true},
		"problem as plain JSON":  {"application/json", 404, problem, "/api/team", false},
		"unknown address":        {"application/problem+json", 404, problem, "/api/nothing", true},
		"unknown address, found": {"application/json", 200, `{}`, "/api/nothing", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := found(answer(c.kind, c.status, c.body), Get(c.path))
			if c.good != (len(got) == 0) {
				t.Errorf("found %q", got)
			}
		})
	}
}

func TestRefusalsOfWebPass(t *testing.T) {
	for _, r := range []*http.Request{Get("/nothing"), Get("/api/nothing")} {
		Answer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { web.Fail(w, r, web.ErrNoRoute) }), r)
	}
}
