package letter_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"vestibule/shared/letter"
	"vestibule/shared/letter/mime"
	"vestibule/shared/mail"
	"vestibule/shared/post/posttest"
	"vestibule/shared/words"
)

func mailAddress(s string) mail.Address { return mail.Address(s) }

// hostile are names that somebody could type who wants a mail of ours to be something else.
var hostile = []string{
	"Finn\r\nBcc: victim@evil.example",
	"Finn\nSubject: You have won",
	"Finn\r\n\r\n<html>another body",
	"Finn\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<b>part</b>",
	"Finn\x00\x01\x1b[31m\x7f",
	"Finn\u0085Bcc: victim@evil.example\u2028X: y\u2029Z: w",
	`<script>alert(1)</script>`,
	`</td></table><a href="http://evil.example">Open the invitation</a>`,
	`"><img src=x onerror=alert(1)>`,
	`&lt;b&gt; &amp; &#x3c;`,
	"http://evil.example/login",
	"https://evil.example",
	"www.evil.example",
	"evil.example/join",
	"evil。example",
	"evil．example",
	"evil\u200b.example",
	"evil.\u2060example",
	"mailto:victim@evil.example",
	"victim@evil.example",
	"javascript:alert(1)",
	"//evil.example",
	`\\evil.example\share`,
	"=?utf-8?q?=0D=0ABcc:_victim@evil.example?=",
	"=?utf-8?b?PHNjcmlwdD4=?=",
	`Finn" <victim@evil.example>, "`,
	"Finn <victim@evil.example>",
	"(comment) Finn; , :",
	"{{.Token}} {{.Clinic}} {{template \"x\"}}",
	"[PATIENT_VALUE_TAG] %s %d $1",
	"\u202eelpmaxe.live//:sptth",
	"\u2067עברית\u2069 مرحبا بكم",
	"👩‍⚕️🏳️‍🌈 Praxis 🩺",
	"Zalgo Z̸̢̗̈́a̶̼͝ľ̵̙g̶̩̈o̷̰͝",
	"\xff\xfe broken utf-8 \xc3",
	strings.Repeat("A", 1_000_000),
	strings.Repeat("ü", 10_000),
	strings.Repeat("🩺", 10_000),
	strings.Repeat("a b ", 10_000),
	strings.Repeat("\r\n", 1000) + "x",
	".", ". .", ".\r\n.\r\n", "-- \n", "From nobody\nFrom nobody",
}

// shape is all of a mail that people who type names must not be able to change.
func shape(t errorer, raw []byte) (string, posttest.Mail) {
	m, err := posttest.Read(raw)
	if err != nil {
		t.Fatalf("the mail cannot be read: %v", err)
	}
	var names []string
	for _, f := range m.Header {
		names = append(names, f.Name)
	}
	tags := regexp.MustCompile(`</?[a-zA-Z!][a-zA-Z0-9]*`).FindAllString(m.HTML, -1)
	return fmt.Sprintf("header %v\nfrom %v to %v\nparts %v\n%d lines of text\nmarkup %v",
		names, m.From, m.To, m.Parts, strings.Count(m.Text, "\n"), tags), m
}

type errorer interface {
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// T53
func TestHostileNamesAddNoHeaderNoPartNoMarkupAndNoLink(t *testing.T) {
	for _, lang := range words.Langs() {
		for i, plain := range every(lang, "Finn", "Carla", "Praxis") {
			raw, err := mime.Raw(sender(t), plain, message, now)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := shape(t, raw)
			for _, bad := range hostile {
				places := map[string]letter.Letter{"all": every(lang, bad, bad, bad)[i]}
				if lang == words.German { // the languages differ in words only
					places["person"] = every(lang, bad, "Carla", "Praxis")[i]
					places["inviter"] = every(lang, "Finn", bad, "Praxis")[i]
					places["clinic"] = every(lang, "Finn", "Carla", bad)[i]
				}
				for where, l := range places {
					judge(t, fmt.Sprintf("%s in %s with %.40q as %s", l.Kind(), lang, bad, where), l, want)
				}
			}
		}
	}
}

// T53, for names nobody thought of.
func TestNoNameAtAllChangesTheShapeOfAMail(t *testing.T) {
	raw, err := mime.Raw(sender(t), every(words.German, "Finn", "Carla", "Praxis")[0], message, now)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := shape(t, raw)
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("ab.:/@<>\"'\\\r\n\t =?-_&;,(){}\u202e\u200bæ🩺"))))
		l := every(words.German, name.Draw(r, "person"), name.Draw(r, "inviter"), name.Draw(r, "clinic"))[0]
		judge(r, "drawn names", l, want)
	})
}

func judge(t errorer, what string, l letter.Letter, want string) {
	s, err := letter.NewSender("vestibule@mail.example", origin)
	if err != nil {
		t.Fatalf("%v", err)
	}
	raw, err := mime.Raw(s, l, message, now)
	if err != nil {
		return // a name of which nothing is left: the letter is not sent
	}
	got, m := shape(t, raw)
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
	for _, line := range strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n") {
		if len(line) > 998 {
			t.Errorf("%s: a line of %d characters", what, len(line))
		}
	}
	if strings.Contains(strings.ReplaceAll(string(raw), "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(string(raw), "\r\n", ""), "\r") {
		t.Errorf("%s: a bare line feed or carriage return", what)
	}
	if slices.ContainsFunc(raw, func(b byte) bool { return b >= 0x80 }) {
		t.Errorf("%s: the mail is not ASCII", what)
	}
	if len(raw) > 25_000 || utf8.RuneCountInString(m.Subject) > 160 {
		t.Errorf("%s: %d bytes, subject of %d characters", what, len(raw), utf8.RuneCountInString(m.Subject))
	}
	for _, part := range []string{m.Text, m.HTML, m.Subject} {
		for _, r := range part {
			if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200b' || r < ' ' && r != '\n' && r != '\r' {
				t.Errorf("%s: the character %U is in the mail", what, r)
			}
		}
	}
	for _, found := range links.FindAllString(m.Text+"\n"+m.Subject+"\n"+m.HTML, -1) {
		if found != origin+"/join#"+token && found != origin+"/login" {
			t.Errorf("%s: %q looks like a link", what, found)
		}
	}
}

// links is what mail programs make links of: an address with a scheme, a mail address, words with a dot in between.
var links = regexp.MustCompile(`[a-zA-Z]+://[^\s<>"]+|//[^\s<>"]+|[^\s<>"]+@[^\s<>"]+|[\pL\d-]+[.。．｡][\pL]{2,}[^\s<>"]*`)
