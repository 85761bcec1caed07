package seal

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Argon2id as OWASP's first choice for servers: 19 MiB, two passes, one lane. About 25 ms.
const (
	argonMemory = 19 * 1024 // KiB
	argonPasses = 2
	argonLanes  = 1
	argonBytes  = 32
	saltBytes   = 16
)

// HashPassword returns the PHC string that is stored for a password.
func HashPassword(p Password, random io.Reader) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	return phc(salt, stretch(p, salt)), nil
}

// CheckPassword compares a password with a stored PHC string. An empty or foreign string costs the same time and is never equal, so
// that an unknown person and a wrong password cannot be told apart by a clock.
func CheckPassword(p Password, stored string) bool {
	parts := strings.Split(stored, "$")
	known := len(parts) == 6 && strings.Join(parts[:4], "$") == head()
	salt := make([]byte, saltBytes)
	if known {
		decoded, err := base64.RawStdEncoding.DecodeString(parts[4])
		known = err == nil && len(decoded) == saltBytes
		if known {
			salt = decoded
		}
	}
	computed := phc(salt, stretch(p, salt))
	return Equal(computed, stored) && known
}

// stretch uses the composed form (NFKC), because keyboards differ in how they write an umlaut.
func stretch(p Password, salt []byte) []byte {
	return argon2.IDKey(norm.NFKC.Bytes([]byte(p.Reveal())), salt, argonPasses, argonMemory, argonLanes, argonBytes)
}

func head() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d", argon2.Version, argonMemory, argonPasses, argonLanes)
}

func phc(salt, hash []byte) string {
	return head() + "$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(hash)
}
