// Package post hands mails to the provider and says what became of each, in the only four ways that matter to who must decide whether
// to send again.
//
// No sending call at AWS takes an idempotency token. So one Send is one request, never tried again in here, and an answer that was lost
// is Unsure: only the provider's events, which carry our message id back, or a long silence can tell.
//
// The conformance test of a driver is posttest.Conformance.
package post

import "vestibule/shared/id"

// Mail is a finished mail on its way.
type Mail struct {
	Message id.MessageID // comes back in the provider's events
	From    string
	To      string
	Raw     []byte
}

// Outcome is what is known after one try to send.
type Outcome int

// The outcomes.
const (
	// Sent means the provider has accepted the mail.
	Sent Outcome = iota + 1
	// Refused means it was not sent and the same mail never will be.
	Refused
	// Later means it was certainly not sent, and may be when tried again.
	Later
	// Unsure means it may have been sent. It must not be tried again blindly.
	Unsure
)

func (o Outcome) String() string {
	return [...]string{"none", "sent", "refused", "later", "unsure"}[o]
}

// Result is the end of one try. Code is the provider's error code; its error texts quote addresses and are not kept.
type Result struct {
	Outcome    Outcome
	ProviderID string // when sent
	Code       string // when not
}
