package invite

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/seal"
)

// ErrLink is the one neutral answer to every link that is not good: mistyped, cut off, replaced or never given (A12).
var ErrLink = fault.New(fault.NotFound, "invite.link")

const linkBytes = 16 + 16 + 16

// Link is what the mailed address carries behind the "#": which invitation, and 128 random bits that prove the mailbox.
// Browsers do not send that part, so it stands in no log of a server or proxy (T06).
type Link struct {
	Clinic id.ClinicID
	Invite id.InviteID
	token  seal.Token
}

// NewLink makes a fresh link to an invitation.
func NewLink(clinic id.ClinicID, invite id.InviteID, random io.Reader) (Link, error) {
	c, err := id.Bytes(clinic)
	if err != nil {
		return Link{}, fmt.Errorf("make a link: %w", err)
	}
	i, err := id.Bytes(invite)
	if err != nil {
		return Link{}, fmt.Errorf("make a link: %w", err)
	}
	var bytes [linkBytes]byte
	copy(bytes[:], c[:])
	copy(bytes[16:], i[:])
	if _, err := io.ReadFull(random, bytes[32:]); err != nil {
		return Link{}, fmt.Errorf("make a link: %w", err)
	}
	return Link{clinic, invite, seal.NewToken(base64.RawURLEncoding.EncodeToString(bytes[:]))}, nil
}

// ParseLink reads a link as it comes: the part behind the "#", or the whole address pasted from the mail, broken over lines.
func ParseLink(pasted string) (Link, error) {
	text := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\u00a0<>\"'", r) {
			return -1
		}
		return r
	}, pasted)
	if len(pasted) > 1024 {
		return Link{}, ErrLink
	}
	text = text[strings.LastIndexByte(text, '#')+1:]
	bytes, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(bytes) != linkBytes {
		return Link{}, ErrLink
	}
	return Link{
		id.FromBytes[id.ClinicID]([16]byte(bytes[:16])),
		id.FromBytes[id.InviteID]([16]byte(bytes[16:32])),
		seal.NewToken(text),
	}, nil
}

// Token is the whole text of the link, for the letter and for the forms that carry it on.
func (l Link) Token() seal.Token { return l.token }
