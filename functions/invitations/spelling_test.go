package main

import (
	"strings"
	"testing"

	"vestibule/shared/seal"
	"vestibule/shared/words"

	"vestibule/shared/invite"
)

func TestEverySignOfACodeHasAWordThatBeginsWithItInEveryLanguage(t *testing.T) {
	// What a code may hold is what can be typed as one.
	for _, sign := range spelled {
		if _, err := invite.ParseCode(strings.Repeat(string(sign), 8)); err != nil {
			t.Errorf("%c is in no code", sign)
		}
	}
	odd := map[string]string{"V": "Enkel-V", "W": "Dobbelt-W"} // as Norwegians say them
	for _, lang := range words.Langs() {
		seen := map[string]bool{}
		for _, group := range spelling(lang, []string{spelled[:16], spelled[16:]}) {
			for _, s := range group {
				if s.Sign >= "A" && !strings.HasPrefix(s.Word, s.Sign) && odd[s.Sign] != s.Word || seen[s.Word] {
					t.Errorf("%s: %s is told as %s", lang, s.Sign, s.Word)
				}
				seen[s.Word] = true
			}
		}
		if len(seen) != len(spelled) {
			t.Errorf("%s: %d words", lang, len(seen))
		}
	}
}

func TestEveryCodeCanBeSpelled(t *testing.T) {
	for _, form := range []invite.Form{invite.Letters, invite.Digits} {
		var code seal.Code
		for range 2000 {
			var err error
			if code, err = invite.NewCode(form, (&house{}).random()); err != nil {
				t.Fatal(err)
			}
			told := 0
			for _, group := range spelling("de", invite.Groups(code)) {
				told += len(group)
			}
			if told != len(code.Reveal()) {
				t.Fatal("a sign of a code is not told")
			}
		}
	}
}
