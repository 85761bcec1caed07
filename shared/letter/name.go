package letter

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// nameLength is how much of a name a letter shows. Long enough for people and practices, too short for a message of one's own.
const nameLength = 80

// name makes one line of what somebody typed as a name: no control or direction characters, no more than nameLength, and nothing that a
// mail program would turn into a link ("evil.example" becomes "evil. example").
func name(typed string) string {
	var line []rune
	last := ' '
	add := func(r rune) {
		if r == ' ' && last == ' ' {
			return
		}
		line, last = append(line, r), r
	}
	typed = typed[:min(len(typed), 2048)]
	for _, r := range norm.NFC.String(strings.ToValidUTF8(typed, "")) {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			add(' ')
		case unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner:
		case r == '@' || r == '/' || r == '\\' || r == '<' || r == '>':
			add(' ')
		case isWord(r) && (isDot(last) || last == ':'):
			add(' ')
			add(r)
		default:
			add(r)
		}
	}
	if len(line) > nameLength {
		line = append(line[:nameLength-1], '…')
	}
	return strings.TrimSpace(string(line))
}

// zeroWidthJoiner holds some emoji and some scripts together.
const zeroWidthJoiner = '\u200d'

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isDot knows the dots that stand between the parts of a domain.
func isDot(r rune) bool { return r == '.' || r == '。' || r == '．' || r == '｡' }
