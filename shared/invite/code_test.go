package invite

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vestibule/shared/seal"
)

func TestT10EveryCharacterOfACodeIsEquallyLikely(t *testing.T) {
	t.Parallel()
	for form, symbols := range map[Form]string{Letters: alphabet, Digits: alphabet[:10]} {
		counts := map[rune]int{}
		const codes = 200_000
		length := 0
		for range codes {
			code, err := NewCode(form, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			length = len(code.Reveal())
			for _, r := range code.Reveal() {
				counts[r]++
			}
		}
		expected := float64(codes*length) / float64(len(symbols))
		var chi float64
		for _, r := range symbols {
			chi += (float64(counts[r]) - expected) * (float64(counts[r]) - expected) / expected
		}
		// The 99.999 % points of chi² with 31 and 9 degrees of freedom, so that chance fails one run in a hundred thousand.
		if limit := map[Form]float64{Letters: 79, Digits: 41}[form]; chi > limit {
			t.Errorf("codes of %s: chi² %.1f over %d characters is above %.0f", form, chi, codes*length, limit)
		}
		if len(counts) != len(symbols) {
			t.Errorf("codes of %s use %d different characters, want %d", form, len(counts), len(symbols))
		}
	}
}

func TestT10WhatTiltsTheOddsIsThrownAway(t *testing.T) {
	t.Parallel()
	code, err := NewCode(Digits, strings.NewReader(string([]byte{255, 250, 0, 251, 9, 19, 249, 0, 0})))
	if err != nil || code.Reveal() != "099900" {
		t.Errorf("got %q, %v, want 099900: bytes from 250 on would make small digits likelier, and a leading zero stays", code.Reveal(), err)
	}
	if _, err := NewCode(Letters, strings.NewReader("abc")); err == nil {
		t.Error("a code was made without enough randomness")
	}
}

func TestCodeIsForgivingInForm(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"K7MP2X9Q": "K7MP2X9Q", "k7mp-2x9q": "K7MP2X9Q", " K7MP 2X9Q\n": "K7MP2X9Q", "k7 mp 2x 9q": "K7MP2X9Q", "K7MP–2X9Q": "K7MP2X9Q",
		"ooiiLLuu": "001111VV", "Ｋ７ＭＰ２Ｘ９Ｑ": "K7MP2X9Q", "698 182": "698182", "0O0O0O": "000000", "69.81.82": "698182",
	} {
		code, err := ParseCode(typed)
		if err != nil || code.Reveal() != want {
			t.Errorf("typed %q: got %q, %v, want %q", typed, code.Reveal(), err, want)
		}
	}
	for _, typed := range []string{"", "K7MP2X9", "K7MP2X9QQ", "K7MP2X9!", "69818", "6981822", "ABCDEF", "ÄÖÜÄÖÜÄÖ", strings.Repeat("A", 100_000)} {
		if _, err := ParseCode(typed); !errors.Is(err, ErrCodeShape) {
			t.Errorf("typed %.20q: got %v, want a refusal of its shape", typed, err)
		}
	}
}

func TestEveryCodeSurvivesBeingReadOutInGroups(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom([]Form{Letters, Digits}).Draw(t, "form")
		code, err := NewCode(form, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		typed := strings.Join(Groups(code), rapid.SampledFrom([]string{" ", "-", "  ", ""}).Draw(t, "between"))
		if rapid.Bool().Draw(t, "lower") {
			typed = strings.ToLower(typed)
		}
		back, err := ParseCode(typed)
		if err != nil || !seal.Equal(back.Reveal(), code.Reveal()) {
			t.Fatalf("a code of %s did not come back from being typed", form)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add("K7MP-2X9Q")
	f.Fuzz(func(t *testing.T, typed string) {
		if code, err := ParseCode(typed); err == nil && len(code.Reveal()) != 8 && len(code.Reveal()) != 6 {
			t.Errorf("%q became a code of %d characters", typed, len(code.Reveal()))
		}
	})
}

func TestP48CodeCannotBePrinted(t *testing.T) {
	t.Parallel()
	code := seal.NewCode("K7MP2X9Q")
	inside := struct{ code seal.Code }{code}
	if text := fmt.Sprintf("%v %+v %#v %s %q %x %v %#v", code, code, code, code, code, code, inside, inside); strings.Contains(text, "K7MP") ||
		strings.Contains(text, "4b374d50") {
		t.Errorf("a code was printed: %s", text)
	}
}
