package webtest

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Event is a request as an HTTP API hands it to a function (payload format 2.0). Bodies of forms come base64-encoded.
func Event(r *http.Request) []byte {
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: r.Method + " " + r.URL.Path, RawPath: r.URL.Path, RawQueryString: r.URL.RawQuery, Headers: map[string]string{"host": r.Host},
	}
	event.RequestContext.HTTP.Method, event.RequestContext.HTTP.Path = r.Method, r.URL.Path
	for name, values := range r.Header {
		if name != "Cookie" {
			event.Headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	for _, cookie := range r.Cookies() {
		event.Cookies = append(event.Cookies, cookie.Name+"="+cookie.Value)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err) // a test's request is in memory
	}
	if r.Header.Get("Content-Type") == "application/json" {
		event.Body = string(body)
	} else {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), len(body) > 0
	}
	payload, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	return payload
}
