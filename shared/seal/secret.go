// Package seal keeps secrets: types that cannot be printed by accident, and the hashes that are stored in their place.
package seal

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

const placeholder = "[secret]"

// secret holds a text behind a pointer: fmt prints the address of a pointer inside a struct it may not call methods on.
type secret struct{ text *string }

// Reveal returns the text itself. Every call of it is a place to review.
func (s secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether there is nothing inside.
func (s secret) Empty() bool { return s.Reveal() == "" }

func (s secret) String() string               { return placeholder }
func (s secret) GoString() string             { return placeholder }
func (s secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, placeholder) }
func (s secret) LogValue() slog.Value         { return slog.StringValue(placeholder) }
func (s secret) MarshalText() ([]byte, error) { return []byte(placeholder), nil }

// UnmarshalText lets an input carry a secret; there is no way back out but Reveal.
func (s *secret) UnmarshalText(text []byte) error {
	inner := string(text)
	s.text = &inner
	return nil
}

type (
	// Code is an activation code: short, told from person to person.
	Code struct{ secret }
	// Token is a long random text that opens something by itself: a mailed link, a session.
	Token struct{ secret }
	// Password is what a person chose.
	Password struct{ secret }
)

// NewCode wraps an activation code.
func NewCode(text string) Code { return Code{secret{&text}} }

// NewToken wraps a token.
func NewToken(text string) Token { return Token{secret{&text}} }

// NewPassword wraps a password.
func NewPassword(text string) Password { return Password{secret{&text}} }

// RandomToken makes a token of 256 random bits in URL-safe characters.
func RandomToken(random io.Reader) (Token, error) {
	var bytes [32]byte
	if _, err := io.ReadFull(random, bytes[:]); err != nil {
		return Token{}, fmt.Errorf("make a token: %w", err)
	}
	return NewToken(base64.RawURLEncoding.EncodeToString(bytes[:])), nil
}

// Hash is the SHA-256 of a token in hex. It needs no key: a token has too many bits to be guessed from its hash.
func (t Token) Hash() string {
	sum := sha256.Sum256([]byte(t.Reveal()))
	return hex.EncodeToString(sum[:])
}

// Equal compares two texts in a time that does not tell where they differ.
func Equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
