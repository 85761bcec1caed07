package web

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

func event(method, path string) events.APIGatewayV2HTTPRequest {
	e := events.APIGatewayV2HTTPRequest{RawPath: path, Headers: map[string]string{"host": "portal.example"}, RouteKey: method + " " + path}
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.SourceIP = method, "192.0.2.1"
	return e
}

func TestEventBecomesARequestAndBack(t *testing.T) {
	t.Parallel()
	e := event(http.MethodPost, "/invitations/inv 1/ümlaut")
	e.RawQueryString, e.Cookies = "a=1&a=2&b=%26", []string{"one=1", "two=2"}
	e.Headers["content-type"] = "application/x-www-form-urlencoded"
	e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte("x=\xff")), true
	answer, err := Adapt(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path != "/invitations/inv 1/ümlaut" || r.URL.Query().Get("b") != "&" || len(r.URL.Query()["a"]) != 2 || string(body) != "x=\xff" || r.Host != "portal.example" {
			t.Errorf("got %s %s of %q with %q", r.Method, r.URL, r.Host, body)
		}
		if c, err := r.Cookie("two"); err != nil || c.Value != "2" {
			t.Errorf("cookie: %v, %v", c, err)
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		w.Header().Add("X-Many", "1")
		w.Header().Add("X-Many", "2")
		w.WriteHeader(http.StatusTeapot)
		w.WriteHeader(http.StatusOK) // too late
		_, _ = w.Write([]byte("grüße"))
	}))(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	want := events.APIGatewayV2HTTPResponse{StatusCode: http.StatusTeapot, Headers: map[string]string{"x-many": "1, 2"}, Cookies: []string{"a=1", "b=2"}, Body: "grüße"}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

func TestBytesThatAreNoTextAreSentAsBase64(t *testing.T) {
	t.Parallel()
	answer, err := Adapt(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0x1f, 0x8b, 0xff}) }))(context.Background(), event(http.MethodGet, "/"))
	if err != nil || !answer.IsBase64Encoded || answer.Body != base64.StdEncoding.EncodeToString([]byte{0x1f, 0x8b, 0xff}) {
		t.Errorf("got %+v, %v", answer, err)
	}
}

func TestPanicIsAnsweredAndTellsNothing(t *testing.T) {
	t.Parallel()
	answer, err := Adapt(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half a page of Finn"))
		panic("Finn's secret")
	}))(context.Background(), event(http.MethodGet, "/api/team"))
	if err != nil || answer.StatusCode != http.StatusInternalServerError || strings.Contains(answer.Body, "Finn") || !strings.Contains(answer.Body, `"internal"`) {
		t.Errorf("got %+v, %v", answer, err)
	}
}

func TestT19bOtherSitesSendNothing(t *testing.T) {
	t.Parallel()
	reached := 0
	h := Adapt(Guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ })))
	for name, c := range map[string]struct {
		method  string
		headers map[string]string
		through bool
	}{
		"a script without a browser":  {"POST", nil, true},
		"our own page":                {"POST", map[string]string{"sec-fetch-site": "same-origin", "origin": "https://portal.example"}, true},
		"our own page, old browser":   {"POST", map[string]string{"origin": "https://portal.example"}, true},
		"typed address":               {"POST", map[string]string{"sec-fetch-site": "none"}, true},
		"another site looks":          {"GET", map[string]string{"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, true},
		"another site sends":          {"POST", map[string]string{"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, false},
		"a neighbour sends":           {"POST", map[string]string{"sec-fetch-site": "same-site", "origin": "https://other.portal.example"}, false},
		"another site, old browser":   {"POST", map[string]string{"origin": "https://evil.example"}, false},
		"no origin to tell":           {"POST", map[string]string{"origin": "null"}, false},
		"another method":              {"DELETE", map[string]string{"sec-fetch-site": "cross-site"}, false},
		"another method, old browser": {"PUT", map[string]string{"origin": "https://portal.example.evil.example"}, false},
	} {
		before := reached
		e := event(c.method, "/invitations")
		for k, v := range c.headers {
			e.Headers[k] = v
		}
		answer, err := h(context.Background(), e)
		if err != nil {
			t.Fatal(err)
		}
		if through := reached > before; through != c.through || !through && answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got through %v with %d, want %v", name, through, answer.StatusCode, c.through)
		}
	}
}
