package post

import (
	"encoding/json"
	"errors"
	"time"

	"vestibule/shared/id"
)

// ErrEvent means that something is no event of SES.
var ErrEvent = errors.New("not an event of the mail provider")

// What is what an event says of a mail.
type What string

// What events say. Other events (opened, clicked, delayed) say nothing that matters here.
const (
	Accepted   What = "accepted"   // the provider has the mail
	Delivered  What = "delivered"  // the recipient's server has it
	Returned   What = "returned"   // it came back, for a reason that passes: a full mailbox, an absence note
	Bounced    What = "bounced"    // it came back for good
	Suppressed What = "suppressed" // the provider did not even try, because of what happened with this address before
	Complained What = "complained" // the recipient called it spam
	Rejected   What = "rejected"   // the provider found something bad in it after accepting it
	Other      What = "other"
)

// Event is what the provider reports of one mail.
type Event struct {
	What       What
	Message    id.MessageID // ours; empty when the mail was not sent by us
	ProviderID string
	Set        string // the configuration set it was sent with
	Detail     string // the provider's word for the reason, such as "MailboxFull"
	At         time.Time
}

// ReadEvent reads an event as SES publishes it.
func ReadEvent(body []byte) (Event, error) {
	var said struct {
		EventType string `json:"eventType"`
		Mail      struct {
			MessageID string              `json:"messageId"`
			Timestamp time.Time           `json:"timestamp"`
			Tags      map[string][]string `json:"tags"`
		} `json:"mail"`
		Bounce struct {
			Type    string `json:"bounceType"`
			SubType string `json:"bounceSubType"`
		} `json:"bounce"`
	}
	if json.Unmarshal(body, &said) != nil || said.EventType == "" || said.Mail.MessageID == "" {
		return Event{}, ErrEvent // the decoder's own error could quote an address
	}
	e := Event{
		What: what(said.EventType, said.Bounce.Type, said.Bounce.SubType), ProviderID: said.Mail.MessageID, At: said.Mail.Timestamp,
		Set: first(said.Mail.Tags["ses:configuration-set"]), Detail: said.Bounce.SubType,
	}
	if message, err := id.Parse[id.MessageID](first(said.Mail.Tags[Tag])); err == nil {
		e.Message = message
	}
	return e, nil
}

func what(event, bounce, detail string) What {
	switch event {
	case "Send":
		return Accepted
	case "Delivery":
		return Delivered
	case "Complaint":
		return Complained
	case "Reject", "Rendering Failure":
		return Rejected
	case "Bounce":
	default:
		return Other
	}
	switch {
	case detail == "Suppressed" || detail == "OnAccountSuppressionList":
		return Suppressed
	case bounce == "Permanent":
		return Bounced
	default: // "Undetermined" may pass, too
		return Returned
	}
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
