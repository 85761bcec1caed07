package gateway

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// An HTTP API takes no larger body.
const largestBody = 10 << 20

// request is an HTTP request that has been read.
type request struct {
	*http.Request
	RawPath string
	body    []byte
}

// read takes the body. The path is passed on decoded, as an HTTP API does, and ends where decoding brings a question mark to light.
func read(w http.ResponseWriter, r *http.Request) (request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestBody))
	if err != nil {
		return request{}, err
	}
	path, _, _ := strings.Cut(r.URL.Path, "?")
	return request{r, path, body}, nil
}

// event is the request in payload format 2.0, and its request id.
func (r request) event(to route, parameters map[string]string) (event []byte, id string, err error) {
	now := time.Now().UTC()
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	id = requestID()
	e := events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              to.key(),
		RawPath:               r.RawPath,
		RawQueryString:        r.URL.RawQuery,
		Headers:               r.headers(address),
		QueryStringParameters: joined(r.URL.RawQuery),
		PathParameters:        parameters,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: to.key(), AccountID: "000000000000", Stage: "$default", RequestID: id,
			APIID: "local", DomainName: r.Host, DomainPrefix: "local",
			Time: now.Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: r.RawPath, Protocol: r.Proto, SourceIP: address, UserAgent: r.UserAgent(),
			},
		},
	}
	for _, line := range r.Header["Cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			e.Cookies = append(e.Cookies, strings.TrimSpace(cookie))
		}
	}
	switch {
	case len(r.body) == 0:
	case textual(r.Header.Get("Content-Type")):
		e.Body = string(r.body)
	default:
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(r.body), true
	}
	event, err = json.Marshal(e)
	return event, id, err
}

func (r request) headers(address string) map[string]string {
	all := map[string]string{
		"host": r.Host, "content-length": strconv.Itoa(len(r.body)), "x-amzn-trace-id": traceID(),
		"x-forwarded-for": address, "x-forwarded-port": port(r.Host), "x-forwarded-proto": "http",
	}
	for name, values := range r.Header {
		name = strings.ToLower(name)
		switch name {
		case "cookie", "connection", "keep-alive", "transfer-encoding", "upgrade", "te":
		case "x-forwarded-for":
			all[name] = strings.Join(append(values, address), ", ")
		default:
			all[name] = strings.Join(values, ",")
		}
	}
	return all
}

// textual names the only types that arrive as text. Forms are not among them: they come base64-encoded like every other body.
func textual(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch media {
	case "application/json", "application/xml", "application/javascript":
		return true
	default:
		return strings.HasPrefix(media, "text/")
	}
}

func joined(query string) map[string]string {
	if query == "" {
		return nil
	}
	values, _ := url.ParseQuery(query) // what cannot be parsed is left out, as it is still in rawQueryString
	all := map[string]string{}
	for name, several := range values {
		all[name] = strings.Join(several, ",")
	}
	return all
}

func port(host string) string {
	if _, port, err := net.SplitHostPort(host); err == nil {
		return port
	}
	return "80"
}
