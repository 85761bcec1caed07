package invite

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"

	"vestibule/shared/fault"
	"vestibule/shared/seal"
)

// ErrCodeShape is the answer to what cannot be a code at all. It is told before anything is counted.
var ErrCodeShape = fault.New(fault.Unprocessable, "code.shape")

// Form is what a clinic's codes look like.
type Form string

// The forms of codes.
const (
	Letters Form = "letters" // 8 of 32 characters, 40 bit; the default
	Digits  Form = "digits"  // 6 digits, as in manual 000; safe only because 5 tries are all there is
)

// alphabet has no I, L, O and U: they are taken for 1, 1, 0 and V.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewCode makes a code. Every code of the form is equally likely: what would tilt the odds is thrown away (T10).
func NewCode(form Form, random io.Reader) (seal.Code, error) {
	symbols, length := alphabet, 8
	if form == Digits {
		symbols, length = alphabet[:10], 6
	}
	limit := byte(256 / len(symbols) * len(symbols) % 256) // 0 when nothing is thrown away
	code := make([]byte, 0, length)
	for one := make([]byte, 1); len(code) < length; {
		if _, err := io.ReadFull(random, one); err != nil {
			return seal.Code{}, fmt.Errorf("make a code: %w", err)
		}
		if limit == 0 || one[0] < limit {
			code = append(code, symbols[int(one[0])%len(symbols)])
		}
	}
	return seal.NewCode(string(code)), nil
}

// ParseCode reads a code as people type it: any case, with spaces, dots and dashes, with O for 0 and I or L for 1.
func ParseCode(typed string) (seal.Code, error) {
	var code strings.Builder
	for _, r := range strings.ToUpper(norm.NFKC.String(typed)) {
		switch {
		case strings.ContainsRune(" \t\r\n\u00a0-–—.,_/:", r):
		case r == 'O':
			code.WriteByte('0')
		case r == 'I' || r == 'L':
			code.WriteByte('1')
		case r == 'U':
			code.WriteByte('V')
		case r < 128 && strings.IndexByte(alphabet, byte(r)) >= 0:
			code.WriteByte(byte(r))
		default:
			return seal.Code{}, ErrCodeShape
		}
	}
	text := code.String()
	digits := strings.Trim(text, alphabet[:10]) == ""
	if len(text) != 8 && !(len(text) == 6 && digits) {
		return seal.Code{}, ErrCodeShape
	}
	return seal.NewCode(text), nil
}

// Groups splits a code for reading aloud: 4 and 4, or 3 and 3.
func Groups(code seal.Code) []string {
	text := code.Reveal()
	half := len(text) / 2
	return []string{text[:half], text[half:]}
}

// message is what the keyed hash of a code is made of: a code is good for its own invitation only.
func message(inv Invite, code seal.Code) []byte { return []byte(string(inv.ID) + "\n" + code.Reveal()) }
