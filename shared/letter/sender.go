package letter

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

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
