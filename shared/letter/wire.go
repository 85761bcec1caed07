package letter

import (
	"bytes"
	"encoding/json"
	"fmt"

	"vestibule/shared/seal"
)

// envelope is how a letter waits in the outbox. The token travels beside the letter: a secret does not marshal.
type envelope struct {
	Kind   Kind            `json:"kind"`
	Token  string          `json:"token,omitempty"`
	Letter json.RawMessage `json:"letter"`
}

// Marshal writes a letter down, in less than the 4 KB that KMS encrypts. The result holds an address and maybe a token, so it is sealed
// wherever it is kept.
func Marshal(l Letter) ([]byte, error) {
	l = l.tidy()
	content, err := encode(l)
	if err != nil {
		return nil, fmt.Errorf("write a letter down: %w", err)
	}
	e := envelope{Kind: l.Kind(), Letter: content}
	if invitation, ok := l.(Invitation); ok {
		e.Token = invitation.Token.Reveal()
	}
	return encode(e)
}

// Unmarshal reads what Marshal wrote. A kind it does not know is ErrUnknownKind: it may be one of a newer release.
func Unmarshal(data []byte) (Letter, error) {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, ErrUnknownKind // the error of the decoder could quote the letter
	}
	switch e.Kind {
	case KindInvitation:
		l, err := decode[Invitation](e.Letter)
		l.Token = seal.NewToken(e.Token)
		return l, err
	case KindInvitationMoved:
		return decode[InvitationMoved](e.Letter)
	case KindWelcome:
		return decode[Welcome](e.Letter)
	case KindLinked:
		return decode[Linked](e.Letter)
	default:
		return nil, ErrUnknownKind
	}
}

func decode[L Letter](content []byte) (L, error) {
	var l L
	if json.Unmarshal(content, &l) != nil {
		return l, ErrIncomplete
	}
	return l, nil
}

// encode leaves < > & as they are, which takes less room.
func encode(v any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSpace(buffer.Bytes()), err
}
