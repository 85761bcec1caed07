package gateway_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

func event(t *testing.T, body string) events.APIGatewayV2HTTPRequest {
	t.Helper()
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("read the event %s: %v", body, err)
	}
	return e
}

func TestRequestReachesTheFunctionAsPayload2(t *testing.T) {
	t.Parallel()
	g := echo(t, nil)
	r := request(t, http.MethodGet, g.URL()+"/things/caf%C3%A9%20bar?a=1&a=2&b=x%20y&empty=", "")
	r.Header.Add("X-Twice", "one")
	r.Header.Add("X-Twice", "two")
	r.Header.Set("User-Agent", "a test")
	r.Header.Add("Cookie", "a=1; b=2")
	r.Header.Add("Cookie", "c=3")
	response, body := ask(t, r)
	e := event(t, body)

	if got, want := e.RouteKey, "GET /things/{thing_id}"; got != want {
		t.Errorf("routeKey: got %s, want %s", got, want)
	}
	if got, want := e.RawPath, "/things/café bar"; got != want {
		t.Errorf("rawPath: got %s, want %s", got, want)
	}
	if got, want := e.RawQueryString, "a=1&a=2&b=x%20y&empty="; got != want {
		t.Errorf("rawQueryString: got %s, want %s", got, want)
	}
	if diff := cmp.Diff(map[string]string{"a": "1,2", "b": "x y", "empty": ""}, e.QueryStringParameters); diff != "" {
		t.Errorf("queryStringParameters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"thing_id": "café bar"}, e.PathParameters); diff != "" {
		t.Errorf("pathParameters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a=1", "b=2", "c=3"}, e.Cookies); diff != "" {
		t.Errorf("cookies (-want +got):\n%s", diff)
	}
	if got := e.Headers["x-twice"]; got != "one,two" {
		t.Errorf("a doubled header: got %q", got)
	}
	if got, ok := e.Headers["cookie"]; ok {
		t.Errorf("cookies are among the headers too: %q", got)
	}
	if got, want := e.Headers["host"], strings.TrimPrefix(g.URL(), "http://"); got != want {
		t.Errorf("host: got %s, want %s", got, want)
	}
	about := e.RequestContext
	want := events.APIGatewayV2HTTPRequestContextHTTPDescription{
		Method: "GET", Path: "/things/café bar", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "a test",
	}
	if diff := cmp.Diff(want, about.HTTP); diff != "" {
		t.Errorf("requestContext.http (-want +got):\n%s", diff)
	}
	if about.RequestID == "" || about.RequestID != response.Header.Get("Apigw-Requestid") {
		t.Errorf("request id: the function has %q, the caller %q", about.RequestID, response.Header.Get("Apigw-Requestid"))
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	g := echo(t, nil)
	for name, c := range map[string]struct {
		contentType, body string
		encoded           bool
	}{
		"json is text":                       {"application/json; charset=utf-8", `{"name":"Zoë"}`, false},
		"plain text is text":                 {"text/plain", "hello", false},
		"a form is encoded, as at AWS":       {"application/x-www-form-urlencoded", "code=1234&name=Zo%C3%AB", true},
		"bytes are encoded":                  {"application/octet-stream", "\x00\xff\x10", true},
		"a body without a type is encoded":   {"", "hello", true},
		"problem documents are encoded, too": {"application/problem+json", "{}", true},
		"no body at all":                     {"application/json", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, http.MethodPost, g.URL()+"/form", c.body)
			if c.contentType != "" {
				r.Header.Set("Content-Type", c.contentType)
			}
			_, answer := ask(t, r)
			e := event(t, answer)
			got := e.Body
			if e.IsBase64Encoded {
				decoded, err := base64.StdEncoding.DecodeString(e.Body)
				if err != nil {
					t.Fatal(err)
				}
				got = string(decoded)
			}
			if e.IsBase64Encoded != c.encoded || got != c.body {
				t.Errorf("got %q (encoded: %v), want %q (encoded: %v)", got, e.IsBase64Encoded, c.body, c.encoded)
			}
		})
	}
	t.Run("a body over ten megabytes is refused", func(t *testing.T) {
		response, answer := ask(t, request(t, http.MethodPost, g.URL()+"/form", strings.Repeat("a", 10<<20+1)))
		if response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("got %d %s", response.StatusCode, answer)
		}
	})
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	g := echo(t, nil)
	for name, c := range map[string]struct {
		method, path, route string
		parameters          map[string]string
	}{
		"a parameter":                       {"GET", "/things/7", "GET /things/{thing_id}", map[string]string{"thing_id": "7"}},
		"a word before a parameter":         {"GET", "/things/new", "GET /things/new", nil},
		"a method before any":               {"DELETE", "/things/7", "ANY /things/{thing_id}", map[string]string{"thing_id": "7"}},
		"two parameters, method in lower":   {"POST", "/things/7/parts/8", "POST /things/{thing_id}/parts/{part_id}", map[string]string{"thing_id": "7", "part_id": "8"}},
		"the rest of a path":                {"GET", "/files/a/b/c.css", "GET /files/{path+}", map[string]string{"path": "a/b/c.css"}},
		"a question mark ends a path early": {"GET", "/things/7%3Fa=b", "GET /things/{thing_id}", map[string]string{"thing_id": "7"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, body := ask(t, request(t, c.method, g.URL()+c.path, ""))
			e := event(t, body)
			if e.RouteKey != c.route {
				t.Errorf("got %s, want %s", e.RouteKey, c.route)
			}
			if diff := cmp.Diff(c.parameters, e.PathParameters); diff != "" {
				t.Errorf("pathParameters (-want +got):\n%s", diff)
			}
		})
	}
	for name, path := range map[string]string{
		"unknown": "/nowhere", "too deep": "/things/7/parts", "a slash too many": "/who/", "an empty parameter": "/things/", "nothing of the rest": "/files/",
	} {
		t.Run(name+" is not found", func(t *testing.T) {
			response, body := get(t, g.URL()+path)
			if response.StatusCode != http.StatusNotFound || body != `{"message":"Not Found"}`+"\n" {
				t.Errorf("got %d %s", response.StatusCode, body)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	g := echo(t, nil)
	t.Run("cookies and a redirect", func(t *testing.T) {
		response, _ := get(t, g.URL()+"/cookies")
		if diff := cmp.Diff([]string{"a=1; Path=/", "b=2"}, response.Header["Set-Cookie"]); diff != "" {
			t.Errorf("Set-Cookie (-want +got):\n%s", diff)
		}
		if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/" {
			t.Errorf("got %d to %s", response.StatusCode, response.Header.Get("Location"))
		}
	})
	t.Run("bytes", func(t *testing.T) {
		response, body := get(t, g.URL()+"/binary")
		if body != "\x00\xff\x10" || response.Header.Get("Content-Type") != "image/png" {
			t.Errorf("got %q as %s", body, response.Header.Get("Content-Type"))
		}
	})
	t.Run("an answer without a status is a body", func(t *testing.T) {
		response, body := get(t, g.URL()+"/bare")
		if response.StatusCode != http.StatusOK || body != `{"said":"nothing of a status"}` {
			t.Errorf("got %d %s", response.StatusCode, body)
		}
	})
	for name, path := range map[string]string{"the function's error": "/error", "an impossible status": "/nonsense"} {
		t.Run(name+" is an internal error to the caller", func(t *testing.T) {
			response, body := get(t, g.URL()+path)
			if response.StatusCode != http.StatusInternalServerError || body != `{"message":"Internal Server Error"}`+"\n" {
				t.Errorf("got %d %s", response.StatusCode, body)
			}
		})
	}
}
