package account

import (
	"time"
	"unicode/utf8"

	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/mail"
	"vestibule/shared/seal"
)

// What an account refuses.
var (
	ErrTaken    = fault.New(fault.Conflict, "account.taken")           // the address already has a login: log in first (P43)
	ErrOther    = fault.New(fault.Conflict, "account.other")           // signed in as somebody else (P44)
	ErrLogin    = fault.New(fault.Unauthenticated, "account.login")    // one answer for: unknown, wrong, not yet again
	ErrShort    = fault.New(fault.Unprocessable, "password.short")     // fewer than MinPassword characters
	ErrLong     = fault.New(fault.Unprocessable, "password.long")      // more than MaxPassword characters
	ErrContains = fault.New(fault.Unprocessable, "password.guessable") // holds the person's own name or address
)

// Lengths of a password in characters (NIST SP 800-63B-4: at least 15 where it is the only factor; no rules about kinds of characters).
const (
	MinPassword = 15
	MaxPassword = 128
)

// Account is a person.
type Account struct {
	ID   id.AccountID `dynamodbav:"account_id"`
	Mail mail.Address `dynamodbav:"mail"`
	Name string       `dynamodbav:"name"`
	Lang string       `dynamodbav:"lang"`

	CreatedAt time.Time `dynamodbav:"created_at,unixtime"`
}

// Login is the way in by address and password.
type Login struct {
	Key          string       `dynamodbav:"account_id"`
	AccountID    id.AccountID `dynamodbav:"person"`
	PasswordHash string       `dynamodbav:"password"` // PHC string
	Home         id.ClinicID  `dynamodbav:"home"`     // the clinic joined last; where a login leads
	Failures     int          `dynamodbav:"failures"` // tries since the last success
	TriedAt      time.Time    `dynamodbav:"tried_at,unixtime"`
}

// CheckPassword says what is against a password somebody wants to choose; nil when nothing is.
func CheckPassword(p seal.Password, a mail.Address, name string) error {
	text := p.Reveal()
	switch length := utf8.RuneCountInString(text); {
	case length < MinPassword:
		return ErrShort
	case length > MaxPassword:
		return ErrLong
	case guessable(text, a, name):
		return ErrContains
	default:
		return nil
	}
}
