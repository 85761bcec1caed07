// Package mail is the address of a person's mailbox.
package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	netmail "net/mail"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"vestibule/shared/fault"
)

// ErrMalformed is the answer to what cannot be an address.
var ErrMalformed = fault.New(fault.Unprocessable, "mail.malformed")

// Address is one mailbox ("finn@praxis.example"), written as its owner writes it. It never appears in logs.
type Address string

// LogValue keeps addresses out of logs.
func (Address) LogValue() slog.Value { return slog.StringValue("[mail]") }

// Parse reads one bare address, without a display name. The domain must be one that can exist and has at least two parts.
func Parse(text string) (Address, error) {
	text = norm.NFC.String(strings.TrimSpace(text))
	parsed, err := netmail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > 254 {
		return "", ErrMalformed
	}
	at := strings.LastIndexByte(text, '@')
	local, domain := text[:at], text[at+1:]
	// SES takes no address whose local part is not ASCII; who types one hears it now rather than from a letter that fails.
	if len(local) > 64 || strings.ContainsAny(local, "\"\\ ") || strings.ContainsFunc(local, func(r rune) bool { return r > 126 }) {
		return "", ErrMalformed
	}
	ascii, err := idna.Registration.ToASCII(strings.ToLower(domain))
	if err != nil || !strings.Contains(ascii, ".") || len(ascii) > 253 || allDigits(ascii[strings.LastIndexByte(ascii, '.')+1:]) {
		return "", ErrMalformed
	}
	return Address(local + "@" + strings.ToLower(domain)), nil
}

// Key is the same text for all ways of writing an address: people do not know that a mailbox name could differ by case.
func (a Address) Key() string {
	sum := sha256.Sum256([]byte(norm.NFC.String(strings.ToLower(string(a)))))
	return hex.EncodeToString(sum[:])
}

// Masked shows enough of an address for its owner to know it: "f···@praxis.example".
func (a Address) Masked() string {
	local, domain, _ := strings.Cut(string(a), "@")
	for _, first := range local {
		return string(first) + "···@" + domain
	}
	return "···"
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
