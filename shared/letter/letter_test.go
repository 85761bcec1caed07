package letter_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/id"
	"vestibule/shared/letter"
	"vestibule/shared/letter/mime"
	"vestibule/shared/post/posttest"
	"vestibule/shared/seal"
	"vestibule/shared/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	message = id.MessageID("msg_01JD0000000000000000000001")
	origin  = "https://portal.example"
	token   = "AZNoQ0aJAAAAAAAAAAAAAAGTaENGiQAAAAAAAAAAAAAYk0vT2pB9Zl4WcQxR7mEh"
)

var now = time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC)

func sender(t *testing.T) letter.Sender {
	t.Helper()
	s, err := letter.NewSender("vestibule@mail.example", origin)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// every letter, with the names in it.
func every(lang words.Lang, person, inviter, clinic string) []letter.Letter {
	to := letter.Person{Name: person, Mail: "finn.oest@praxis.example"}
	return []letter.Letter{
		letter.Invitation{
			To: to, Lang: lang, Inviter: inviter, Clinic: clinic, Role: "assistant",
			Token: seal.NewToken(token), Until: now.Add(7 * 24 * time.Hour), Zone: "Europe/Berlin",
		},
		letter.InvitationMoved{To: to.Mail, Lang: lang, Clinic: clinic},
		letter.Welcome{To: to, Lang: lang, Clinic: clinic},
		letter.Linked{To: to, Lang: lang, Clinic: clinic},
	}
}

// The golden files are what the recipient's mail program shows, and the mail itself for one letter.
func TestEveryLetterInEveryLanguageReadsAsReviewed(t *testing.T) {
	for _, lang := range words.Langs() {
		for _, l := range every(lang, "Finn Øst", "Dr. med. Carla Muster", "Praxis Dr. Muster") {
			raw, err := mime.Raw(sender(t), l, message, now)
			if err != nil {
				t.Fatal(err)
			}
			m, err := posttest.Read(raw)
			if err != nil {
				t.Fatal(err)
			}
			var shown strings.Builder
			for _, f := range m.Header {
				fmt.Fprintf(&shown, "%s: %s\n", f.Name, f.Value)
			}
			fmt.Fprintf(&shown, "\n%s\n%s", unixLines(m.Text), unixLines(m.HTML))
			golden(t, fmt.Sprintf("%s.%s.golden", l.Kind(), lang), shown.String())
			if l.Kind() == letter.KindInvitation && lang == words.German {
				golden(t, "invitation.de.eml.golden", unixLines(string(raw)))
			}
		}
	}
}

func unixLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestTheSameLetterIsTheSameBytes(t *testing.T) {
	for _, l := range every(words.Norwegian, "Finn Øst", "Carla", "Klinikken") {
		first, err := mime.Raw(sender(t), l, message, now)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			if again, _ := mime.Raw(sender(t), l, message, now); string(again) != string(first) {
				t.Fatalf("%s differs from one time to the next", l.Kind())
			}
		}
	}
}

func TestALetterSurvivesTheOutbox(t *testing.T) {
	for _, l := range every(words.Danish, "Finn \"<Øst>\" & Co", "Carla\u2028Muster", "Praxis 🩺") {
		data, err := letter.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		back, err := letter.Unmarshal(data)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := mime.Raw(sender(t), l, message, now)
		got, err := mime.Raw(sender(t), back, message, now)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s changed on its way through the outbox: %v", l.Kind(), err)
		}
		if back.Kind() != l.Kind() || back.Recipient() != l.Recipient() {
			t.Errorf("got %v for %v, want %v", back.Kind(), back.Recipient(), l.Kind())
		}
	}
}

func TestTheLongestLetterIsShortEnoughToBeSealed(t *testing.T) {
	for _, name := range hostile {
		for _, l := range every(words.German, name, name, name) {
			if data, err := letter.Marshal(l); err != nil || len(data) > 4096 {
				t.Errorf("%s with %.20q: %d bytes, %v", l.Kind(), name, len(data), err)
			}
		}
	}
}

// A release must read what the one before it wrote. These lines are never changed, only added to.
func TestLettersWrittenByEarlierReleasesAreRead(t *testing.T) {
	for _, c := range []struct {
		wrote string
		want  letter.Kind
	}{
		{`{"kind":"invitation","token":"abc","letter":{"to":{"name":"Finn","mail":"finn@praxis.example"},"lang":"de","inviter":"Carla","clinic":"Praxis","role":"assistant","until":"2026-11-28T08:30:00Z","zone":"Europe/Berlin"}}`, letter.KindInvitation},
		{`{"kind":"invitation_moved","letter":{"to":"finn@praxis.example","lang":"nb","clinic":"Praxis"}}`, letter.KindInvitationMoved},
		{`{"kind":"welcome","letter":{"to":{"mail":"finn@praxis.example"},"lang":"da","clinic":"Praxis","added_later":1}}`, letter.KindWelcome},
		{`{"kind":"linked","letter":{"to":{"name":"Finn","mail":"finn@praxis.example"},"lang":"en","clinic":"Praxis"}}`, letter.KindLinked},
	} {
		l, err := letter.Unmarshal([]byte(c.wrote))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := mime.Raw(sender(t), l, message, now); err != nil || l.Kind() != c.want {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}

func TestWhatIsNoLetterIsRefusedWithoutQuotingIt(t *testing.T) {
	for _, data := range []string{
		"", "null", "{}", "[]", `"finn@praxis.example"`, `{"kind":"code","letter":{"to":"finn@praxis.example"}}`,
		`{"kind":"welcome"}`, `{"kind":"welcome","letter":{"to":"finn@praxis.example"}}`, `{"kind":"invitation","letter":[]}`,
	} {
		l, err := letter.Unmarshal([]byte(data))
		if err == nil {
			t.Errorf("%s was read as %s", data, l.Kind())
			continue
		}
		if strings.Contains(err.Error(), "praxis") {
			t.Errorf("the error for %s quotes it: %v", data, err)
		}
	}
}

// A14: what has no place in a letter cannot get into a mail.
func TestNoLetterHasAPlaceForTheActivationCode(t *testing.T) {
	for _, l := range every(words.German, "Finn", "Carla", "Praxis") {
		kind := reflect.TypeOf(l)
		for i := range kind.NumField() {
			f := kind.Field(i)
			if f.Type == reflect.TypeOf(seal.Code{}) || f.Type == reflect.TypeOf(seal.Password{}) || strings.Contains(strings.ToLower(f.Name), "code") {
				t.Errorf("%s has the field %s %v", kind, f.Name, f.Type)
			}
			if f.Type == reflect.TypeOf(seal.Token{}) && l.Kind() != letter.KindInvitation {
				t.Errorf("%s has a token, %s", kind, f.Name)
			}
		}
	}
}

func TestATokenIsNotPrintedWithItsLetter(t *testing.T) {
	l := every(words.German, "Finn", "Carla", "Praxis")[0]
	asJSON, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{fmt.Sprint(l), fmt.Sprintf("%+v", l), fmt.Sprintf("%#v", l), string(asJSON)} {
		if strings.Contains(printed, token) {
			t.Errorf("the token stands in %q", printed)
		}
	}
}

// A17: the old mailbox learns nothing of the new one, nor of the person.
func TestTheNoticeToTheOldMailboxNamesNobody(t *testing.T) {
	for _, lang := range words.Langs() {
		s, err := sender(t).Write(letter.InvitationMoved{To: "old@praxis.example", Lang: lang, Clinic: "Praxis Dr. Muster"})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(s.Text+s.Subject, "@") || strings.Contains(s.Text, "http") {
			t.Errorf("%s: the notice holds an address:\n%s", lang, s.Text)
		}
	}
}

// P28: a letter that lacks something is not sent at all.
func TestALetterThatLacksSomethingIsNotWritten(t *testing.T) {
	whole := every(words.German, "Finn", "Carla", "Praxis")[0].(letter.Invitation)
	without := func(change func(*letter.Invitation)) letter.Letter {
		l := whole
		change(&l)
		return l
	}
	for what, l := range map[string]letter.Letter{
		"inviter":           without(func(l *letter.Invitation) { l.Inviter = "" }),
		"inviter but space": without(func(l *letter.Invitation) { l.Inviter = " \t\u200b " }),
		"clinic":            without(func(l *letter.Invitation) { l.Clinic = "" }),
		"role":              without(func(l *letter.Invitation) { l.Role = "" }),
		"known role":        without(func(l *letter.Invitation) { l.Role = "owner" }),
		"token":             without(func(l *letter.Invitation) { l.Token = seal.Token{} }),
		"end":               without(func(l *letter.Invitation) { l.Until = time.Time{} }),
		"time zone":         without(func(l *letter.Invitation) { l.Zone = "" }),
		"known time zone":   without(func(l *letter.Invitation) { l.Zone = "Europe/Atlantis" }),
		"known language":    without(func(l *letter.Invitation) { l.Lang = "fr" }),
		"clinic of moved":   letter.InvitationMoved{To: whole.To.Mail, Lang: words.German},
		"clinic of welcome": letter.Welcome{To: whole.To, Lang: words.German},
		"clinic of linked":  letter.Linked{To: whole.To, Lang: words.German},
	} {
		if raw, err := mime.Raw(sender(t), l, message, now); !errors.Is(err, letter.ErrIncomplete) {
			t.Errorf("without its %s: got %d bytes and %v, want ErrIncomplete", what, len(raw), err)
		}
	}
	for _, address := range []string{"", "finn", "finn@praxis", "jürgen@praxis.example", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"} {
		l := without(func(l *letter.Invitation) { l.To.Mail = mailAddress(address) })
		if raw, err := mime.Raw(sender(t), l, message, now); !errors.Is(err, letter.ErrAddress) {
			t.Errorf("to %q: got %d bytes and %v, want ErrAddress", address, len(raw), err)
		}
	}
	for _, secret := range []string{"abc def", "abc\r\nBcc: x@y.example", "<script>", "a/b?c=d", "ü", strings.Repeat("a", 513)} {
		l := without(func(l *letter.Invitation) { l.Token = seal.NewToken(secret) })
		if raw, err := mime.Raw(sender(t), l, message, now); !errors.Is(err, letter.ErrLink) {
			t.Errorf("with the token %q: got %d bytes and %v, want ErrLink", secret, len(raw), err)
		}
	}
}

func TestAnAddressWithAForeignDomainIsWrittenInASCII(t *testing.T) {
	l := letter.Welcome{To: letter.Person{Mail: "finn@praxis-møller.example"}, Lang: words.Danish, Clinic: "Praxis"}
	raw, err := mime.Raw(sender(t), l, message, now)
	if err != nil {
		t.Fatal(err)
	}
	m, err := posttest.Read(raw)
	if err != nil || !cmp.Equal(m.To, []string{"finn@xn--praxis-mller-2jb.example"}) {
		t.Errorf("got %v, %v", m.To, err)
	}
	envelope, err := letter.Envelope(l)
	if err != nil || envelope != "finn@xn--praxis-mller-2jb.example" {
		t.Errorf("the envelope says %q, %v", envelope, err)
	}
}

func TestAnOriginIsAnOrigin(t *testing.T) {
	for _, bad := range []string{"", "portal.example", "ftp://portal.example", "https://", "https://portal.example/", "https://portal.example/x", "https://user@portal.example", "https://portal.example?x", "javascript://x"} {
		if _, err := letter.NewSender("a@b.example", bad); err == nil {
			t.Errorf("%q passes as an origin", bad)
		}
	}
	if _, err := letter.NewSender("nobody", origin); err == nil {
		t.Error("a sender without an address passes")
	}
}
