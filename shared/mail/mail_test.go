package mail

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestParseTakesWhatCanBeAMailbox(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]Address{
		"finn@praxis.example": "finn@praxis.example", "  Finn.Muster+tag@Praxis.EXAMPLE ": "Finn.Muster+tag@praxis.example",
		"o'neill@praxis.example": "o'neill@praxis.example", "finn@müller.example": "finn@müller.example", "a@b.co": "a@b.co",
		"finn@xn--mller-kva.example": "finn@xn--mller-kva.example", "1_2-3@sub.praxis.example": "1_2-3@sub.praxis.example",
	} {
		if got, err := Parse(typed); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{
		"", "finn", "@praxis.example", "finn@", "finn@praxis", "finn@praxis..example", "finn@-praxis.example", "finn@praxis.example.", "finn@127.0.0.1",
		"finn@[127.0.0.1]", "finn@@praxis.example", "finn praxis@praxis.example", "Finn <finn@praxis.example>", "finn@praxis.example,mia@praxis.example",
		"finn@praxis.example\r\nBcc: x@y.example", "\"finn\"@praxis.example", ".finn@praxis.example", "finn.@praxis.example", "fi..nn@praxis.example",
		"jürgen@praxis.example", "finn@prax is.example", "finn@praxis.example\x00", "finn@pra_xis.example", strings.Repeat("a", 65) + "@praxis.example",
		"finn@" + strings.Repeat("a", 64) + ".example", "finn@" + strings.Repeat("abcdefgh.", 30) + "example", "finn@praxis.123",
	} {
		if got, err := Parse(typed); err == nil {
			t.Errorf("%q was taken as %q", typed, got)
		}
	}
}

func TestP47OneMailboxHasOneKeyHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	a, errA := Parse("Finn@Praxis.example")
	b, errB := Parse("finn@praxis.EXAMPLE")
	if errA != nil || errB != nil || a.Key() != b.Key() {
		t.Errorf("two ways of writing one mailbox have keys %s and %s", a.Key(), b.Key())
	}
	if strings.Contains(a.Key(), "finn") || a.Masked() != "F···@praxis.example" {
		t.Errorf("key %s, masked %s", a.Key(), a.Masked())
	}
}

func TestP77AddressStandsInNoLog(t *testing.T) {
	t.Parallel()
	var into bytes.Buffer
	slog.New(slog.NewJSONHandler(&into, nil)).Info("sent", "to", Address("finn@praxis.example"))
	if strings.Contains(into.String(), "finn") {
		t.Errorf("logged: %s", into.String())
	}
}

func FuzzParse(f *testing.F) {
	f.Add("finn@praxis.example")
	f.Fuzz(func(t *testing.T, typed string) {
		a, err := Parse(typed)
		if err != nil {
			return
		}
		if again, err := Parse(string(a)); err != nil || again != a || strings.ContainsAny(string(a), "\r\n<>, ") {
			t.Errorf("%q became %q, which becomes %q, %v", typed, a, again, err)
		}
	})
}
