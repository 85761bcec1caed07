package letter

import (
	"vestibule/shared/mail"
	"vestibule/shared/words"
)

// Welcome confirms a login that was just made, to the mailbox it was made with.
type Welcome struct {
	To     Person     `json:"to"`
	Lang   words.Lang `json:"lang"`
	Clinic string     `json:"clinic"`
}

// Kind is KindWelcome.
func (Welcome) Kind() Kind { return KindWelcome }

// Recipient is the mailbox of the new login.
func (l Welcome) Recipient() mail.Address { return l.To.Mail }

func (l Welcome) tidy() Letter {
	l.To.Name, l.Clinic = name(l.To.Name), name(l.Clinic)
	return l
}

func (l Welcome) person() Person   { return l.To }
func (l Welcome) lang() words.Lang { return l.Lang }
func (l Welcome) clinic() string   { return l.Clinic }

func (l Welcome) write(s *sheet, origin string) {
	s.subject("letter.welcome.subject")
	s.greet()
	s.say("letter.welcome.lead")
	s.say("letter.welcome.login")
	s.button("letter.welcome.open", origin+"/login")
	s.say("letter.welcome.stranger")
}

// Linked tells the owner of a login that it now opens one more clinic.
type Linked struct {
	To     Person     `json:"to"`
	Lang   words.Lang `json:"lang"`
	Clinic string     `json:"clinic"`
}

// Kind is KindLinked.
func (Linked) Kind() Kind { return KindLinked }

// Recipient is the mailbox of the login.
func (l Linked) Recipient() mail.Address { return l.To.Mail }

func (l Linked) tidy() Letter {
	l.To.Name, l.Clinic = name(l.To.Name), name(l.Clinic)
	return l
}

func (l Linked) person() Person   { return l.To }
func (l Linked) lang() words.Lang { return l.Lang }
func (l Linked) clinic() string   { return l.Clinic }

func (l Linked) write(s *sheet, origin string) {
	s.subject("letter.linked.subject")
	s.greet()
	s.say("letter.linked.lead")
	s.say("letter.linked.login")
	s.button("letter.linked.open", origin+"/login")
	s.say("letter.linked.stranger")
}
