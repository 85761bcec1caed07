package posttest

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"vestibule/shared/id"
	"vestibule/shared/post"
)

// Options say how a stand-in behaves. The zero value is a provider that accepts everything and reports to nobody.
type Options struct {
	// Publish is given each event as SES writes it, one at a time for one mail, after the sender was answered.
	Publish func(ctx context.Context, body []byte) error
	// Set is the only configuration set there is; empty means any.
	Set string
	// Now is the clock; empty means the real one.
	Now func() time.Time
}

// Fault is a way for the provider to fail.
type Fault string

// The faults.
const (
	Throttle   Fault = "throttle"    // refuses: sending rate exceeded
	Reject     Fault = "reject"      // refuses this mail
	Paused     Fault = "paused"      // refuses everything: sending is paused
	Break      Fault = "break"       // closes the connection without accepting
	Error      Fault = "error"       // answers 500 without accepting
	TakeBreak  Fault = "take, break" // accepts, then closes the connection
	TakeError  Fault = "take, error" // accepts, then answers 500
	TakeSlowly Fault = "take slowly" // accepts, then does not answer until the sender has gone
)

// SES is a stand-in of Amazon SES. Its ledger is the truth about what was sent.
type SES struct {
	options Options
	server  *httptest.Server // nil until URL is asked for

	publishing sync.WaitGroup
	mu         sync.Mutex
	mails      []*Mail
	next       []Fault
	always     Fault
	asked      int
	unheard    int
}

// NewSES makes a stand-in.
func NewSES(o Options) *SES {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &SES{options: o}
}

// URL starts a server on this machine and says where it is.
func (s *SES) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		s.server = httptest.NewServer(s.Handler())
	}
	return s.server.URL
}

// Close ends the server and waits for the events that are on their way.
func (s *SES) Close() {
	s.mu.Lock()
	server := s.server
	s.mu.Unlock()
	if server != nil {
		server.CloseClientConnections()
		server.Close()
	}
	s.publishing.Wait()
}

// Wait returns when every event of the mails accepted so far was published.
func (s *SES) Wait() { s.publishing.Wait() }

// Fail lets the next requests fail, one fault each.
func (s *SES) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, faults...)
}

// FailAll lets every request fail from now on; an empty fault ends that.
func (s *SES) FailAll(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always = fault
}

// Mails are the accepted mails, oldest first.
func (s *SES) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	mails := make([]Mail, len(s.mails))
	for i, m := range s.mails {
		mails[i] = *m
		mails[i].Events = slices.Clone(m.Events)
	}
	return mails
}

// Count tells how many mails were accepted under each of our message ids.
func (s *SES) Count() map[id.MessageID]int {
	counts := map[id.MessageID]int{}
	for _, m := range s.Mails() {
		counts[m.Message]++
	}
	return counts
}

// Asked tells how many requests came, Unheard how many events could not be published.
func (s *SES) Asked() int   { s.mu.Lock(); defer s.mu.Unlock(); return s.asked }
func (s *SES) Unheard() int { s.mu.Lock(); defer s.mu.Unlock(); return s.unheard }

// Handler is the query protocol of SES, version 2010-12-01.
func (s *SES) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *SES) serve(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 16<<20)
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		refuse(w, http.StatusBadRequest, "MalformedQueryString", "The query string is malformed.")
		return
	}
	if action := r.PostForm.Get("Action"); action != "SendRawEmail" {
		refuse(w, http.StatusBadRequest, "InvalidAction", "The action "+action+" is not valid for this endpoint.")
		return
	}
	fault := s.fault()
	switch fault {
	case Throttle:
		refuse(w, http.StatusBadRequest, "Throttling", "Maximum sending rate exceeded.")
		return
	case Reject:
		refuse(w, http.StatusBadRequest, "MessageRejected", "Email address is not verified.")
		return
	case Paused:
		refuse(w, http.StatusBadRequest, "AccountSendingPausedException", "Email sending is paused.")
		return
	case Error:
		refuse(w, http.StatusInternalServerError, "InternalFailure", "The request processing has failed.")
		return
	case Break:
		panic(http.ErrAbortHandler)
	}
	m, code, text := s.read(r)
	if code != "" {
		refuse(w, http.StatusBadRequest, code, text)
		return
	}
	s.accept(m)
	switch fault {
	case TakeError:
		refuse(w, http.StatusInternalServerError, "InternalFailure", "The request processing has failed.")
		return
	case TakeBreak:
		panic(http.ErrAbortHandler)
	case TakeSlowly:
		<-r.Context().Done()
		return
	}
	answer(w, http.StatusOK, sendRawEmailResponse{MessageID: m.ProviderID, RequestID: "00000000-0000-0000-0000-000000000000"})
}

func (s *SES) fault() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if len(s.next) > 0 {
		fault := s.next[0]
		s.next = s.next[1:]
		return fault
	}
	return s.always
}

// read checks a request as SES does.
func (s *SES) read(r *http.Request) (m *Mail, code, text string) {
	form := r.PostForm
	raw, err := base64.StdEncoding.DecodeString(form.Get("RawMessage.Data"))
	if err != nil || len(raw) == 0 {
		return nil, "InvalidParameterValue", "The raw message is missing or is not in base64."
	}
	if set := form.Get("ConfigurationSetName"); s.options.Set != "" && set != s.options.Set {
		return nil, "ConfigurationSetDoesNotExistException", "Configuration set <" + set + "> does not exist."
	}
	read, err := Read(raw)
	if err != nil {
		return nil, "InvalidParameterValue", "The message is malformed."
	}
	m = &read
	if to := list(form.Get, "Destinations.member.%d"); len(to) > 0 {
		m.To = to
	}
	for _, address := range append(m.To, m.From) {
		if parsed, err := netmail.ParseAddress(address); err != nil || !ascii(parsed.Address) || !strings.Contains(address[strings.LastIndexByte(address, '@')+1:], ".") {
			return nil, "InvalidParameterValue", "Missing final '@domain'"
		}
	}
	if len(m.To) == 0 {
		return nil, "InvalidParameterValue", "No recipients."
	}
	m.Tags = map[string]string{"ses:configuration-set": form.Get("ConfigurationSetName")}
	for i, name := range list(form.Get, "Tags.member.%d.Name") {
		m.Tags[name] = form.Get(fmt.Sprintf("Tags.member.%d.Value", i+1))
		if !tagText(name) || !tagText(m.Tags[name]) {
			return nil, "InvalidParameterValue", "Tags may hold letters, digits, _ and - only."
		}
	}
	m.Message = id.MessageID(m.Tags[post.Tag])
	return m, "", ""
}

// accept puts a mail into the ledger and lets its events come.
func (s *SES) accept(m *Mail) {
	m.Time = s.options.Now()
	s.mu.Lock()
	s.mails = append(s.mails, m)
	m.ProviderID = fmt.Sprintf("0107%012x-%08x-000000", m.Time.UnixMilli(), len(s.mails))
	// SES writes its own over what the sender wrote.
	m.overwrite("Message-Id", "<"+m.ProviderID+"@eu-central-1.amazonses.com>")
	m.overwrite("Date", m.Time.UTC().Format(time.RFC1123Z))
	s.mu.Unlock()
	if s.options.Publish == nil {
		return
	}
	s.publishing.Go(func() {
		for _, e := range m.events() {
			if err := s.options.Publish(context.Background(), e.body); err != nil {
				s.mu.Lock()
				s.unheard++
				s.mu.Unlock()
				continue
			}
			s.mu.Lock()
			m.Events = append(m.Events, e.name)
			s.mu.Unlock()
		}
	})
}

func (m *Mail) overwrite(name, value string) {
	for i := range m.Header {
		if strings.EqualFold(m.Header[i].Name, name) {
			m.Header[i].Value = value
			return
		}
	}
	m.Header = append(m.Header, Field{name, value})
}

func list(get func(string) string, format string) []string {
	var values []string
	for i := 1; ; i++ {
		value := get(fmt.Sprintf(format, i))
		if value == "" {
			return values
		}
		values = append(values, value)
	}
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0
}

func tagText(s string) bool {
	return s != "" && len(s) <= 256 && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-')
	}) < 0
}

type sendRawEmailResponse struct {
	XMLName   xml.Name `xml:"http://ses.amazonaws.com/doc/2010-12-01/ SendRawEmailResponse"`
	MessageID string   `xml:"SendRawEmailResult>MessageId"`
	RequestID string   `xml:"ResponseMetadata>RequestId"`
}

type errorResponse struct {
	XMLName   xml.Name `xml:"http://ses.amazonaws.com/doc/2010-12-01/ ErrorResponse"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

func refuse(w http.ResponseWriter, status int, code, text string) {
	whose := "Sender"
	if status >= 500 {
		whose = "Receiver"
	}
	answer(w, status, errorResponse{Type: whose, Code: code, Message: text, RequestID: "00000000-0000-0000-0000-000000000000"})
}

func answer(w http.ResponseWriter, status int, body any) {
	text, err := xml.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = w.Write(append([]byte(xml.Header), text...)) // the sender may have gone
}
