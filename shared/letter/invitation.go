package letter

import (
	"time"

	"vestibule/shared/mail"
	"vestibule/shared/seal"
	"vestibule/shared/words"
)

// Role is what an invited person will be in the clinic. The values are those of the team's roles.
type Role string

// Invitation asks a person to join a clinic. The code that goes with it is told by another way.
type Invitation struct {
	To      Person     `json:"to"`
	Lang    words.Lang `json:"lang"`
	Inviter string     `json:"inviter"` // the name of who invites
	Clinic  string     `json:"clinic"`  // its name
	Role    Role       `json:"role"`
	Token   seal.Token `json:"-"` // what stands behind the # of the link
	Until   time.Time  `json:"until"`
	Zone    string     `json:"zone"` // the clinic's time zone, an IANA name
}

// Kind is KindInvitation.
func (Invitation) Kind() Kind { return KindInvitation }

// Recipient is the invited person's mailbox.
func (l Invitation) Recipient() mail.Address { return l.To.Mail }

func (l Invitation) tidy() Letter {
	l.To.Name, l.Inviter, l.Clinic = name(l.To.Name), name(l.Inviter), name(l.Clinic)
	return l
}

func (l Invitation) person() Person   { return l.To }
func (l Invitation) lang() words.Lang { return l.Lang }
func (l Invitation) clinic() string   { return l.Clinic }

func (l Invitation) write(s *sheet, origin string) {
	role, ok := map[Role]string{
		"administrator": "letter.role.administrator",
		"practitioner":  "letter.role.practitioner",
		"assistant":     "letter.role.assistant",
	}[l.Role]
	zone, err := time.LoadLocation(l.Zone)
	if !ok || err != nil || l.Zone == "" || l.Until.IsZero() || l.Token.Empty() {
		s.fail(ErrIncomplete)
		return
	}
	if !urlSafe(l.Token.Reveal()) {
		s.fail(ErrLink)
		return
	}
	s.let("Inviter", l.Inviter)
	s.let("Role", s.text(role))
	s.let("Until", words.DateTime(l.Lang, l.Until, zone))

	s.subject("letter.invitation.subject")
	s.greet()
	s.say("letter.invitation.lead", "letter.invitation.role")
	s.steps("letter.invitation.steps", "letter.invitation.step.open", "letter.invitation.step.code", "letter.invitation.step.password")
	s.button("letter.invitation.open", origin+"/join#"+l.Token.Reveal())
	s.say("letter.invitation.until")
	s.say("letter.invitation.stranger")
}

// urlSafe keeps a token to the characters that tokens are made of, so that a link ends where it should.
func urlSafe(token string) bool {
	for _, r := range token {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_') {
			return false
		}
	}
	return len(token) <= 512
}

// InvitationMoved tells a mailbox that the invitation it got is worth nothing any more. It may be the mailbox of somebody who was never
// meant, so it names nobody and says nothing of where the invitation went.
type InvitationMoved struct {
	To     mail.Address `json:"to"`
	Lang   words.Lang   `json:"lang"`
	Clinic string       `json:"clinic"`
}

// Kind is KindInvitationMoved.
func (InvitationMoved) Kind() Kind { return KindInvitationMoved }

// Recipient is the mailbox that the invitation was sent to first.
func (l InvitationMoved) Recipient() mail.Address { return l.To }

func (l InvitationMoved) tidy() Letter {
	l.Clinic = name(l.Clinic)
	return l
}

func (l InvitationMoved) person() Person   { return Person{Mail: l.To} }
func (l InvitationMoved) lang() words.Lang { return l.Lang }
func (l InvitationMoved) clinic() string   { return l.Clinic }

func (l InvitationMoved) write(s *sheet, _ string) {
	s.subject("letter.invitation_moved.subject")
	s.greet()
	s.say("letter.invitation_moved.lead")
	s.say("letter.invitation_moved.todo")
	s.say("letter.invitation_moved.expected")
}
