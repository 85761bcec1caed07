package boot

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// closable is a body as the SDK gives it: closed, it answers a second look with an error. The look is held up until the first part of
// the answer is out, which is what happens when the machine is busy and the answer is quick.
type closable struct {
	*strings.Reader
	answered chan struct{}
}

func (b closable) Close() error { return nil }

func (b closable) WriteTo(io.Writer) (int64, error) {
	<-b.answered
	return 0, io.EOF
}

func TestQuickAnswerIsReadToItsEnd(t *testing.T) {
	body := closable{strings.NewReader("{}"), make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		io.ReadAll(r.Body)
		io.WriteString(to, "first ")
		to.(http.Flusher).Flush()
		close(body.answered)
		time.Sleep(50 * time.Millisecond) // long enough for a client that would hang up
		io.WriteString(to, "second")
	}))
	defer server.Close()
	request, err := http.NewRequest(http.MethodPost, server.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = 2
	answer, err := Client(5 * time.Second).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); err != nil || string(got) != "first second" {
		t.Errorf("read %q: %v", got, err)
	}
}
