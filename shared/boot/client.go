package boot

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Client is the HTTP client of all AWS calls.
//
// It sends bodies from memory. The SDK's own body answers with an error once the SDK has closed it, and the SDK closes it as soon as
// headers come back. When they come quickly, net/http has not yet made sure that the body is at its end, takes that error for a broken
// request and closes the connection while the answer is being read. The SDK then repeats a write that was done: a condition like "is
// not there yet" is refused, a count counts twice. (aws-sdk-go-v2 issues 1825 and 2737.)
func Client(patience time.Duration) aws.HTTPClient {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return fromMemory{&http.Client{Transport: transport, Timeout: patience}}
}

type fromMemory struct{ *http.Client }

func (c fromMemory) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r = r.WithContext(r.Context()) // the SDK goes on to use its own request
		r.ContentLength = int64(len(body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		r.Body, _ = r.GetBody()
	}
	return c.Client.Do(r)
}
