// Package mime makes the mail of a letter: text and HTML in one, in bytes that any mail server takes.
//
// It stands apart from shared/letter because of what it costs at start: who only writes a letter down for the outbox does not need it.
package mime

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"vestibule/shared/id"
	"vestibule/shared/letter"
)

// Raw is a letter as a mail. The same letter, message and time give the same bytes.
//
// SES puts its own Message-ID and Date over ours; ours are for other ways of sending and for the answer "same letter, same bytes".
func Raw(from letter.Sender, l letter.Letter, message id.MessageID, now time.Time) ([]byte, error) {
	sheet, err := from.Write(l)
	if err != nil {
		return nil, err
	}
	m := gomail.NewMsg(gomail.WithBoundary(boundary(sheet, message)), gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&sheet.From)
	m.ToMailAddress(&sheet.To)
	m.Subject(sheet.Subject)
	m.SetDateWithValue(now.UTC())
	m.SetMessageIDWithValue(string(message) + sheet.From.Address[strings.LastIndexByte(sheet.From.Address, '@'):])
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderContentLang, string(sheet.Lang))
	m.SetBodyString(gomail.TypeTextPlain, sheet.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, sheet.HTML)

	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("make a mail of kind %s: %w", l.Kind(), err)
	}
	return raw.Bytes(), nil
}

// boundary depends on everything between the boundaries, so nobody can write it there.
func boundary(s letter.Sheet, message id.MessageID) string {
	sum := sha256.Sum256([]byte(s.Text + "\x00" + s.HTML + "\x00" + string(message)))
	return hex.EncodeToString(sum[:16])
}
