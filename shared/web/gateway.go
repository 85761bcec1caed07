package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// garbage is how much of it may gather before it is collected, in percent of what is in use. A function has many times the memory that
// it uses, and by the usual 100 the first collection falls into the first request.
const garbage = 400

// Serve hands the events of an HTTP API (payload format 2.0) to a handler, for as long as the function lives.
func Serve(h http.Handler) {
	debug.SetGCPercent(garbage)
	slog.SetDefault(lambdacontext.NewLogger())
	lambda.Start(Adapt(h))
}

// Adapt makes a handler answer events of an HTTP API (payload format 2.0).
func Adapt(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		began := time.Now()
		answer := &answer{header: http.Header{}}
		r, err := request(ctx, event)
		if err != nil {
			answer.WriteHeader(http.StatusBadRequest)
		} else {
			serve(h, answer, r)
		}
		slog.InfoContext(ctx, "request", "route", event.RouteKey, "status", answer.status, "ms", time.Since(began).Milliseconds())
		return answer.event(), nil
	}
}

// serve answers a panic as an internal error. What was panicked with may hold what a person typed; the log gets where it was only.
func serve(h http.Handler, w *answer, r *http.Request) {
	defer func() {
		if recover() != nil {
			slog.ErrorContext(r.Context(), "panic", "stack", string(debug.Stack()))
			w.header, w.status = http.Header{}, 0
			w.body.Reset()
			Fail(w, r, errPanic)
		}
	}()
	h.ServeHTTP(w, r)
}

func request(ctx context.Context, event events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return nil, err
		}
		body = decoded
	}
	r, err := http.NewRequestWithContext(ctx, event.RequestContext.HTTP.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	// An HTTP API has decoded the path already, for all that it is called raw; the query it has not.
	r.URL = &url.URL{Path: event.RawPath, RawQuery: event.RawQueryString}
	r.RequestURI = r.URL.RequestURI()
	for name, value := range event.Headers {
		r.Header.Set(name, value)
	}
	if len(event.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	r.Host = r.Header.Get("Host")
	r.RemoteAddr = event.RequestContext.HTTP.SourceIP
	return r, nil
}

// answer gathers what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *answer) event() events.APIGatewayV2HTTPResponse {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	out := events.APIGatewayV2HTTPResponse{StatusCode: a.status, Headers: map[string]string{}, Cookies: a.header.Values("Set-Cookie")}
	for name, values := range a.header {
		if name != "Set-Cookie" {
			out.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
		}
	}
	if utf8.Valid(a.body.Bytes()) {
		out.Body = a.body.String()
	} else {
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(a.body.Bytes()), true
	}
	return out
}
