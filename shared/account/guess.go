package account

import (
	"strings"
	"unicode"

	"vestibule/shared/mail"
)

// guessable reports whether a password is mostly what everybody knows of its owner, or one thing again and again. Fifteen characters
// leave the common passwords behind; these are the ones that remain.
func guessable(password string, a mail.Address, name string) bool {
	lower := strings.ToLower(password)
	local, domain, _ := strings.Cut(strings.ToLower(string(a)), "@")
	known := append(strings.FieldsFunc(strings.ToLower(name)+" "+local+" "+domain, func(r rune) bool { return !unicode.IsLetter(r) }),
		"passwort", "passord", "adgangskode", "password", "vestibule", "praxis")
	rest := lower
	for _, word := range known {
		if len(word) >= 3 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	different := map[rune]bool{}
	for _, r := range rest {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			different[r] = true
		}
	}
	return len(different) < 6 || strings.Contains("01234567890123456789 abcdefghijklmnopqrstuvwxyz qwertzuiopü qwertyuiopå", rest)
}
