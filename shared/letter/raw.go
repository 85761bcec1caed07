package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"vestibule/shared/id"
	"vestibule/shared/mail"
)

// Sender is the house as a writer of mails: its own address, and the origin that all links begin with.
type Sender struct {
	from   string
	origin string
}

// NewSender reads a sender's address and an origin such as "https://portal.example".
func NewSender(from, origin string) (Sender, error) {
	address, err := wire(mail.Address(from))
	if err != nil {
		return Sender{}, fmt.Errorf("the sender's address: %w", err)
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return Sender{}, errors.New("the origin is not of the form https://host")
	}
	return Sender{address, origin}, nil
}

// From is the address that mails come from.
func (s Sender) From() string { return s.from }

// Raw is a letter as a mail: text and HTML, in bytes that any mail server takes.
//
// SES puts its own Message-ID and Date over ours; ours are for other ways of sending and for the answer "same letter, same bytes".
func (s Sender) Raw(l Letter, message id.MessageID, now time.Time) ([]byte, error) {
	l = l.tidy()
	sheet, err := s.Write(l)
	if err != nil {
		return nil, err
	}
	to, err := wire(l.Recipient())
	if err != nil {
		return nil, err
	}
	m := gomail.NewMsg(gomail.WithBoundary(boundary(sheet, message)), gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&netmail.Address{Name: l.clinic(), Address: s.from})
	m.ToMailAddress(&netmail.Address{Name: l.person().Name, Address: to})
	m.Subject(sheet.Subject)
	m.SetDateWithValue(now.UTC())
	m.SetMessageIDWithValue(string(message) + s.from[strings.LastIndexByte(s.from, '@'):])
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderContentLang, string(l.lang()))
	m.SetBodyString(gomail.TypeTextPlain, sheet.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, sheet.HTML)

	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("make a mail of kind %s: %w", l.Kind(), err)
	}
	return raw.Bytes(), nil
}

// Envelope is the recipient's address as mail servers take it.
func Envelope(l Letter) (string, error) { return wire(l.Recipient()) }

// wire writes an address in ASCII: the domain in punycode. There is no such form for the part before the @, and SES takes none.
func wire(a mail.Address) (string, error) {
	parsed, err := mail.Parse(string(a)) // what is kept was parsed once, but not by this release
	if err != nil {
		return "", ErrAddress
	}
	local, domain, _ := strings.Cut(string(parsed), "@")
	domain, err = idna.Registration.ToASCII(domain)
	if err != nil || strings.IndexFunc(local, func(r rune) bool { return r > '~' }) >= 0 {
		return "", ErrAddress
	}
	return local + "@" + domain, nil
}

// boundary depends on everything between the boundaries, so nobody can write it there.
func boundary(s Sheet, message id.MessageID) string {
	sum := sha256.Sum256([]byte(s.Text + "\x00" + s.HTML + "\x00" + string(message)))
	return hex.EncodeToString(sum[:16])
}
