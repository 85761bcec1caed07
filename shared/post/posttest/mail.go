package posttest

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message"
	gomail "github.com/emersion/go-message/mail"

	"vestibule/shared/id"
)

// Mail is a mail that was accepted, as its recipient's program reads it.
type Mail struct {
	Message    id.MessageID // from our tag
	ProviderID string
	Time       time.Time
	Tags       map[string]string
	Raw        []byte // as it was handed over
	Events     []string

	From    string // the address alone
	To      []string
	Subject string
	Header  []Field  // in order, decoded
	Parts   []string // media types of the leaves, in order
	Text    string
	HTML    string
}

// Field is one line of a mail's header.
type Field struct{ Name, Value string }

// Values returns what a header says under a name.
func (m Mail) Values(name string) []string {
	var values []string
	for _, f := range m.Header {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// Read takes a raw mail apart.
func Read(raw []byte) (Mail, error) {
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("read a mail: %w", err)
	}
	m := Mail{Raw: raw}
	header := gomail.Header{Header: entity.Header}
	from, err := header.AddressList("From")
	if err != nil || len(from) != 1 {
		return Mail{}, fmt.Errorf("read a mail: it needs one sender (%w)", err)
	}
	m.From = from[0].Address
	to, err := header.AddressList("To")
	if err != nil {
		return Mail{}, fmt.Errorf("read a mail's recipients: %w", err)
	}
	for _, address := range to {
		m.To = append(m.To, address.Address)
	}
	if m.Subject, err = header.Subject(); err != nil {
		return Mail{}, fmt.Errorf("read a mail's subject: %w", err)
	}
	for fields := entity.Header.Fields(); fields.Next(); {
		value, err := fields.Text()
		if err != nil {
			return Mail{}, fmt.Errorf("read a mail's header %s: %w", fields.Key(), err)
		}
		m.Header = append(m.Header, Field{fields.Key(), value})
	}
	err = entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		kind, _, err := part.Header.ContentType()
		if err != nil || strings.HasPrefix(kind, "multipart/") {
			return err
		}
		m.Parts = append(m.Parts, kind)
		body, err := io.ReadAll(part.Body)
		if err != nil {
			return err
		}
		switch kind {
		case "text/plain":
			m.Text = string(body)
		case "text/html":
			m.HTML = string(body)
		}
		return nil
	})
	if err != nil {
		return Mail{}, fmt.Errorf("read a mail's parts: %w", err)
	}
	return m, nil
}
