package seal

import (
	"bytes"
	"crypto/rand"
	"runtime"
	"strings"
	"testing"
)

func TestAPasswordIsKnownAgainByItsHash(t *testing.T) {
	password := NewPassword("fünf Störche über Böhmen")
	stored, err := HashPassword(password, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Count(stored, "$") != 5 || len(stored) != 97 {
		t.Errorf("not the PHC string of Argon2id with 19 MiB and two passes: %q", stored)
	}
	if !CheckPassword(password, stored) {
		t.Error("the right password is refused")
	}
	// Keyboards write an umlaut as one character or as two.
	if !CheckPassword(NewPassword("fu\u0308nf Sto\u0308rche u\u0308ber Bo\u0308hmen"), stored) {
		t.Error("the same password from another keyboard is refused")
	}
	for name, wrong := range map[string]string{
		"another": "sechs Störche über Böhmen", "another case": "Fünf Störche über Böhmen", "one more space": "fünf Störche über Böhmen ",
		"the beginning": "fünf", "nothing": "",
	} {
		if CheckPassword(NewPassword(wrong), stored) {
			t.Errorf("%s is taken for the right password", name)
		}
	}
	again, err := HashPassword(password, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if again == stored {
		t.Error("two people with one password have one hash: there is no salt")
	}
}

func TestTheHashIsThatOfOtherPrograms(t *testing.T) {
	// From the argon2 command: echo -n password | argon2 somesaltsomesalt -id -t 2 -k 19456 -p 1 -l 32 -e
	const stored = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE"
	got, err := HashPassword(NewPassword("password"), bytes.NewReader([]byte("somesaltsomesalt")))
	if err != nil {
		t.Fatal(err)
	}
	if got != stored {
		t.Errorf("got %q, want %q", got, stored)
	}
}

// foreign strings are what a table could hold by mistake, or an attacker might put there.
var foreign = map[string]string{
	"nothing":              "",
	"no hash":              "password",
	"bcrypt":               "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
	"cheaper":              "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"another variant":      "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"no salt":              "$argon2id$v=19$m=19456,t=2,p=1$$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"a salt that is none":  "$argon2id$v=19$m=19456,t=2,p=1$***$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"no end":               "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA",
	"nothing at the end":   "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$",
	"something at the end": "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AA$AA",
}

func TestAForeignHashIsNeverEqual(t *testing.T) {
	for name, stored := range foreign {
		for _, password := range []string{"", "password"} {
			if CheckPassword(NewPassword(password), stored) {
				t.Errorf("%s: %q is taken for the password of %q", name, password, stored)
			}
		}
	}
}

// An address that nobody has must not be told by how fast the answer comes. Time cannot be tested on a busy machine; the 19 MiB that one
// evaluation fills can.
func TestWhoIsUnknownCostsAsMuchAsAWrongPassword(t *testing.T) { // P1 of the performance goals: one evaluation for each login
	stored, err := HashPassword(NewPassword("fünf Störche"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hashes := map[string]string{"wrong password": stored}
	for name, other := range foreign {
		hashes[name] = other
	}
	for name, hash := range hashes {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		CheckPassword(NewPassword("password"), hash)
		runtime.ReadMemStats(&after)
		const evaluation = argonMemory * 1024
		if filled := after.TotalAlloc - before.TotalAlloc; filled < evaluation || filled >= 2*evaluation {
			t.Errorf("%s: %d bytes filled, want those of one evaluation (%d)", name, filled, evaluation)
		}
	}
}

func TestASaltThatCannotBeMadeIsAnError(t *testing.T) {
	if hash, err := HashPassword(NewPassword("a"), bytes.NewReader(make([]byte, saltBytes-1))); err == nil {
		t.Errorf("got %q without a salt", hash)
	}
}
