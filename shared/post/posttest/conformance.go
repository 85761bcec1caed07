package posttest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"vestibule/shared/post"
)

// Driver sends mails. Send is one try: it never sends a mail twice, and says Later only when the mail was certainly not sent.
type Driver interface {
	Send(ctx context.Context, m post.Mail) post.Result
}

// Conformance tests a driver against the stand-in. The function opens the driver on an address; "http://127.0.0.1:1" has nobody there.
func Conformance(t *testing.T, open func(t *testing.T, url string) Driver) {
	letter := post.Mail{
		Message: "msg_01JD0000000000000000000001", From: "house@mail.example", To: "finn@praxis.example",
		Raw: []byte("From: house@mail.example\r\nTo: finn@praxis.example\r\nSubject: Hello\r\nContent-Type: text/plain\r\n\r\nGood morning\r\n"),
	}
	meet := func(t *testing.T, o Options) (*SES, Driver) {
		t.Helper()
		ses := NewSES(o)
		t.Cleanup(ses.Close)
		return ses, open(t, ses.URL())
	}

	t.Run("an accepted mail is sent, once, with our id in its tags and events", func(t *testing.T) {
		var told []post.Event
		ses, driver := meet(t, Options{Publish: func(_ context.Context, body []byte) error {
			e, err := post.ReadEvent(body)
			told = append(told, e)
			return err
		}})
		got := driver.Send(t.Context(), letter)
		ses.Wait()
		mails := ses.Mails()
		if got.Outcome != post.Sent || got.ProviderID == "" || len(mails) != 1 {
			t.Fatalf("got %v, %d mails in the ledger", got, len(mails))
		}
		m := mails[0]
		if m.Message != letter.Message || m.ProviderID != got.ProviderID || !slices.Equal(m.To, []string{letter.To}) || string(m.Raw) != string(letter.Raw) {
			t.Errorf("the ledger has %+v", m)
		}
		if len(told) != 2 || told[0].What != post.Accepted || told[1].What != post.Delivered {
			t.Fatalf("the events are %v", told)
		}
		for _, e := range told {
			if e.Message != letter.Message || e.ProviderID != got.ProviderID || e.Set == "" {
				t.Errorf("event %+v does not name the mail", e)
			}
		}
	})

	for _, c := range []struct {
		fault Fault
		want  post.Outcome
		sent  int
	}{
		{Throttle, post.Later, 0},
		{Paused, post.Later, 0},
		{Reject, post.Refused, 0},
		{Break, post.Unsure, 0},
		{Error, post.Unsure, 0},
		{TakeBreak, post.Unsure, 1},
		{TakeError, post.Unsure, 1},
		{TakeSlowly, post.Unsure, 1},
	} {
		t.Run("the provider fails with "+string(c.fault)+" and the driver is "+c.want.String(), func(t *testing.T) {
			ses, driver := meet(t, Options{})
			ses.FailAll(c.fault)
			ctx := t.Context()
			if c.fault == TakeSlowly {
				var end context.CancelFunc
				ctx, end = context.WithTimeout(ctx, 700*time.Millisecond)
				defer end()
			}
			got := driver.Send(ctx, letter)
			if got.Outcome != c.want || got.ProviderID != "" {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if asked, sent := ses.Asked(), len(ses.Mails()); asked != 1 || sent != c.sent {
				t.Errorf("%d requests and %d accepted mails, want 1 and %d", asked, sent, c.sent)
			}
			quotesNobody(t, got, letter)

			// The next mail goes out as if nothing had been.
			ses.FailAll("")
			if got := driver.Send(t.Context(), letter); got.Outcome != post.Sent {
				t.Errorf("afterwards got %v, want sent", got)
			}
		})
	}

	t.Run("an address that is none is refused for good", func(t *testing.T) {
		ses, driver := meet(t, Options{})
		for _, to := range []string{"finn", "finn@praxis", "jürgen@praxis.example"} {
			m := letter
			m.To = to
			got := driver.Send(t.Context(), m)
			if got.Outcome != post.Refused || len(ses.Mails()) != 0 {
				t.Errorf("%s: got %v, want refused", to, got)
			}
			quotesNobody(t, got, m)
		}
	})

	t.Run("nobody listens: certainly not sent", func(t *testing.T) {
		if got := open(t, "http://127.0.0.1:1").Send(t.Context(), letter); got.Outcome != post.Later {
			t.Errorf("got %v, want later", got)
		}
	})

	t.Run("time is up before anything was written: certainly not sent", func(t *testing.T) {
		ses, driver := meet(t, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got := driver.Send(ctx, letter); got.Outcome != post.Later || ses.Asked() != 0 {
			t.Errorf("got %v after %d requests, want later after none", got, ses.Asked())
		}
	})

	t.Run("no mail goes over a connection that was kept open, for it may be dead", func(t *testing.T) {
		ses := NewSES(Options{})
		var peers []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			peers = append(peers, r.RemoteAddr)
			ses.Handler().ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		driver := open(t, server.URL)
		for range 3 {
			if got := driver.Send(t.Context(), letter); got.Outcome != post.Sent {
				t.Errorf("got %v, want sent", got)
			}
		}
		if len(slices.Compact(slices.Sorted(slices.Values(peers)))) != 3 {
			t.Errorf("three mails came over the connections %v", peers)
		}
	})
}

func quotesNobody(t *testing.T, got post.Result, m post.Mail) {
	t.Helper()
	if strings.Contains(got.Code, "@") || strings.Contains(got.Code, m.To) {
		t.Errorf("the code %q quotes an address", got.Code)
	}
}
