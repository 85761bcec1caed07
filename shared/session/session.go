package session

import (
	"strings"
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/seal"
)

var (
	// ErrRequired is the answer to who is not signed in, or not any more.
	ErrRequired = fault.New(fault.Unauthenticated, "session.required")
	// ErrSeated is the answer to who joins a clinic where they have a place already.
	ErrSeated = fault.New(fault.Conflict, "session.seated")
)

// Life is how long a session lasts from login.
const Life = 12 * time.Hour

// most is how many browsers one person can be signed in with at a clinic; the oldest is signed out for the next.
const most = 10

// Seat is who a person is at a clinic.
type Seat struct {
	AccountID id.AccountID `dynamodbav:"account_id"`
	ClinicID  id.ClinicID  `dynamodbav:"clinic_id"`
	MemberID  id.MemberID  `dynamodbav:"member_id"`
	Name      string       `dynamodbav:"name"`
	Roles     []string     `dynamodbav:"roles"`
}

// Cookie is what a browser keeps. Its ids only say where to look; the token proves.
type Cookie struct {
	Account id.AccountID
	Clinic  id.ClinicID
	Token   seal.Token
}

// Value is the cookie as text.
func (c Cookie) Value() string {
	return string(c.Account) + "." + string(c.Clinic) + "." + c.Token.Reveal()
}

// ParseCookie reads a cookie's text. Whatever cannot be one is nobody's.
func ParseCookie(value string) (Cookie, error) {
	account, rest, _ := strings.Cut(value, ".")
	clinic, token, _ := strings.Cut(rest, ".")
	a, err := id.Parse[id.AccountID](account)
	if err != nil {
		return Cookie{}, ErrRequired
	}
	c, err := id.Parse[id.ClinicID](clinic)
	if err != nil || len(token) != 43 {
		return Cookie{}, ErrRequired
	}
	return Cookie{a, c, seal.NewToken(token)}, nil
}
