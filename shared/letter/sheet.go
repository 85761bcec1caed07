package letter

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	netmail "net/mail"
	"strings"
	"sync"

	"vestibule/shared/words"
)

// Sheet is a letter as its reader sees it, and between whom it goes.
type Sheet struct {
	From    netmail.Address
	To      netmail.Address
	Lang    words.Lang
	Subject string
	Text    string
	HTML    string
}

// sheet is a letter being written. The first thing that goes wrong is kept.
type sheet struct {
	Lang    words.Lang
	Subject string
	Clinic  string
	Blocks  []block
	Footer  string
	Copy    string

	name string
	args []any
	err  error
}

// block is one of: lines, steps below a line, a button.
type block struct {
	Lines []string
	Steps []string
	Label string
	URL   string
}

func (s *sheet) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// let gives a name to a value in the texts. Nothing that a letter says may be empty.
func (s *sheet) let(argument, value string) {
	if value == "" {
		s.fail(ErrIncomplete)
	}
	s.args = append(s.args, argument, value)
}

func (s *sheet) text(key string) string {
	text, err := words.Text(s.Lang, key, s.args...)
	if err != nil {
		s.fail(fmt.Errorf("text %s: %w", key, ErrIncomplete))
	}
	return text
}

func (s *sheet) subject(key string) { s.Subject = s.text(key) }

func (s *sheet) greet() {
	if s.name == "" {
		s.say("letter.hello.plain")
		return
	}
	s.let("Name", s.name)
	s.say("letter.hello")
}

func (s *sheet) say(keys ...string) {
	var b block
	for _, key := range keys {
		b.Lines = append(b.Lines, s.text(key))
	}
	s.Blocks = append(s.Blocks, b)
}

func (s *sheet) steps(lead string, keys ...string) {
	b := block{Lines: []string{s.text(lead)}}
	for _, key := range keys {
		b.Steps = append(b.Steps, s.text(key))
	}
	s.Blocks = append(s.Blocks, b)
}

func (s *sheet) button(key, url string) {
	s.Blocks = append(s.Blocks, block{Label: s.text(key), URL: url})
}

// Write is a letter as its reader sees it.
func (s Sender) Write(l Letter) (Sheet, error) {
	l = l.tidy()
	page := &sheet{Lang: l.lang(), Clinic: l.clinic(), name: l.person().Name}
	page.let("Clinic", page.Clinic)
	l.write(page, s.origin)
	page.Footer, page.Copy = page.text("letter.footer"), page.text("letter.copy")
	if page.err != nil {
		return Sheet{}, fmt.Errorf("write a letter of kind %s: %w", l.Kind(), page.err)
	}
	html, err := page.html()
	if err != nil {
		return Sheet{}, fmt.Errorf("write a letter of kind %s: %w", l.Kind(), err)
	}
	to, err := wire(l.Recipient())
	if err != nil {
		return Sheet{}, err
	}
	return Sheet{
		From: netmail.Address{Name: l.clinic(), Address: s.from}, To: netmail.Address{Name: l.person().Name, Address: to},
		Lang: l.lang(), Subject: page.Subject, Text: page.plain(), HTML: html,
	}, nil
}

func (s *sheet) plain() string {
	var text strings.Builder
	for _, b := range s.Blocks {
		for _, line := range b.Lines {
			text.WriteString(line + "\n")
		}
		for i, step := range b.Steps {
			fmt.Fprintf(&text, "%d. %s\n", i+1, step)
		}
		if b.URL != "" {
			text.WriteString(b.Label + ":\n" + b.URL + "\n")
		}
		text.WriteString("\n")
	}
	text.WriteString("-- \n" + s.Footer + "\n") // the mark after which mail programs expect a signature
	return text.String()
}

//go:embed sheet.html
var files embed.FS

// skin is parsed when the first letter is written, not when the function starts.
var skin = sync.OnceValues(func() (*template.Template, error) { return template.ParseFS(files, "sheet.html") })

func (s *sheet) html() (string, error) {
	t, err := skin()
	if err != nil {
		return "", err
	}
	var buffer bytes.Buffer
	err = t.Execute(&buffer, s)
	return buffer.String(), err
}
