package invite

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"vestibule/shared/id"
)

func newLink(t testing.TB) Link {
	t.Helper()
	link, err := NewLink(id.New[id.ClinicID](time.Now(), rand.Reader), id.New[id.InviteID](time.Now(), rand.Reader), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func TestLinkComesBackHoweverItWasPasted(t *testing.T) {
	t.Parallel()
	link := newLink(t)
	text := link.Token().Reveal()
	if len(text) != 64 {
		t.Errorf("a link has %d characters, want 64", len(text))
	}
	for name, pasted := range map[string]string{
		"bare": text, "whole": "https://portal.example/join#" + text, "spaced": "  " + text + "\n", "in brackets": "<https://portal.example/join#" + text + ">",
		"broken over lines": "https://portal.example/join#" + text[:30] + "\r\n" + text[30:],
	} {
		back, err := ParseLink(pasted)
		if err != nil || back.Clinic != link.Clinic || back.Invite != link.Invite || back.Token().Hash() != link.Token().Hash() {
			t.Errorf("%s: got %v, %v, want the link back", name, back, err)
		}
	}
}

func TestA12WhatIsNoLinkGetsTheNeutralAnswer(t *testing.T) {
	t.Parallel()
	text := newLink(t).Token().Reveal()
	for name, pasted := range map[string]string{
		"nothing": "", "cut off": text[:63], "one too many": text + "A", "other characters": text[:63] + "!", "another page": "https://portal.example/join",
		"padding": text[:60] + "====", "huge": string(make([]byte, 1<<20)),
	} {
		if _, err := ParseLink(pasted); !errors.Is(err, ErrLink) {
			t.Errorf("%s: got %v, want the neutral refusal", name, err)
		}
	}
}

func FuzzParseLink(f *testing.F) {
	f.Add(newLink(f).Token().Reveal())
	f.Fuzz(func(t *testing.T, pasted string) {
		link, err := ParseLink(pasted)
		if err != nil {
			return
		}
		if _, err := id.Parse[id.ClinicID](string(link.Clinic)); err != nil {
			t.Errorf("a link was read whose clinic is no id: %v", err)
		}
	})
}
