package letter

import (
	"errors"

	"vestibule/shared/mail"
	"vestibule/shared/words"
)

// Kind is the stable name of a sort of letter, for the outbox, logs and metrics.
type Kind string

// The kinds.
const (
	KindInvitation      Kind = "invitation"
	KindInvitationMoved Kind = "invitation_moved"
	KindWelcome         Kind = "welcome"
	KindLinked          Kind = "linked"
)

// Why a letter cannot become a mail. None of them names a person, an address or a link.
var (
	ErrIncomplete  = errors.New("a letter lacks something it must say")
	ErrUnknownKind = errors.New("a letter is of no known kind")
	ErrLink        = errors.New("a letter's link is not made of a link's characters")
	ErrAddress     = errors.New("a letter's address cannot be written in a mail")
)

// Letter is one message to one person. Only the structs of this package are letters.
type Letter interface {
	// Kind says what sort of letter it is.
	Kind() Kind
	// Recipient is the mailbox it goes to.
	Recipient() mail.Address

	tidy() Letter // the same letter, with names as they may appear in a mail
	person() Person
	lang() words.Lang
	clinic() string
	write(s *sheet, origin string)
}

// Person is who a letter is for. The name may be empty.
type Person struct {
	Name string       `json:"name,omitempty"`
	Mail mail.Address `json:"mail"`
}
