package words

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed locale
var locale embed.FS

var strict atomic.Bool

// Strict makes every missing text and argument panic from now on. For tests.
func Strict() { strict.Store(true) }

// T is the text of a key. Arguments are pairs of a name and a value.
func T(lang Lang, key string, args ...any) string {
	text, err := Text(lang, key, args...)
	if err != nil {
		if strict.Load() {
			panic(err)
		}
		slog.Error("text missing", "error", err)
		return key
	}
	return text
}

// Text is T for callers that would rather fail than show a key, such as a mail.
func Text(lang Lang, key string, args ...any) (string, error) {
	open, ok := catalogues[lang]
	if !ok {
		return "", fmt.Errorf("words: no language %q", string(lang))
	}
	c := open()
	if text, ok := c.plain[key]; ok {
		return text, nil
	}
	named, err := pairs(args)
	if err != nil {
		return "", fmt.Errorf("words: %s in %s: %w", key, lang, err)
	}
	wanted := i18n.LocalizeConfig{MessageID: key, TemplateData: named, TemplateParser: c.parser}
	if message, ok := c.more[key]; ok && message.One != "" {
		wanted.PluralCount = named["Count"]
	}
	text, err := c.localizer().Localize(&wanted)
	if err != nil {
		return "", fmt.Errorf("words: %s in %s: %w", key, lang, err)
	}
	return text, nil
}

// Has reports whether there is a text for a key.
func Has(key string) bool {
	c := catalogues[Fallback]()
	_, plain := c.plain[key]
	_, more := c.more[key]
	return plain || more
}

// Fault is the text of a refusal. A code without a text of its own reads as something that went wrong here.
func Fault(lang Lang, code string, args ...any) string {
	if !strict.Load() && !Has("fault."+code) {
		slog.Error("text missing", "fault", code)
		return T(lang, "fault.internal")
	}
	return T(lang, "fault."+code, args...)
}

type catalogue struct {
	plain     map[string]string        // texts without arguments and plural forms: most of them, and the library is slow to find one
	more      map[string]*i18n.Message // the others
	localizer func() *i18n.Localizer   // of the others, made when the first of them is wanted
	parser    *template.TextParser
}

var catalogues = func() map[Lang]func() *catalogue {
	all := make(map[Lang]func() *catalogue)
	for _, lang := range Langs() {
		all[lang] = sync.OnceValue(func() *catalogue { return read(lang) })
	}
	return all
}()

// read panics on a catalogue that cannot be read: it is part of the program, and a test reads all four. It does no more than it must:
// who waits for the first page waits for this too.
func read(lang Lang) *catalogue {
	c := &catalogue{
		plain: make(map[string]string),
		more:  make(map[string]*i18n.Message),
		// The parser is one for all calls: a text's template is parsed once and kept with the text.
		parser: &template.TextParser{Option: "missingkey=error"},
	}
	folder := "locale/" + string(lang)
	files, err := locale.ReadDir(folder)
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		content, err := locale.ReadFile(folder + "/" + file.Name())
		if err != nil {
			panic(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(content, &texts); err != nil {
			panic(fmt.Errorf("words: %s of %s: %w", file.Name(), lang, err))
		}
		for key, text := range texts {
			if err := c.add(key, text); err != nil {
				panic(fmt.Errorf("words: %s of %s: %w", key, lang, err))
			}
		}
	}
	c.localizer = sync.OnceValue(func() *i18n.Localizer { return c.localize(lang) })
	return c
}

// add takes in a text, or the forms of one: {"one": …, "other": …}.
func (c *catalogue) add(key string, text any) error {
	plain, is := text.(string)
	if is && !strings.Contains(plain, "{{") {
		c.plain[key] = plain
		return nil
	}
	forms, several := text.(map[string]any)
	if !several {
		forms = map[string]any{"other": text}
	}
	forms["id"] = key
	message, err := i18n.NewMessage(forms)
	c.more[key] = message
	return err
}

func (c *catalogue) localize(lang Lang) *i18n.Localizer {
	tag := language.MustParse(string(lang))
	bundle := i18n.NewBundle(tag)
	for key, message := range c.more {
		if err := bundle.AddMessages(tag, message); err != nil {
			panic(fmt.Errorf("words: %s of %s: %w", key, lang, err))
		}
	}
	return i18n.NewLocalizer(bundle, string(lang))
}

func pairs(args []any) (map[string]any, error) {
	if len(args)%2 != 0 {
		return nil, errors.New("arguments are pairs of a name and a value")
	}
	named := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, fmt.Errorf("argument %d has no name", i/2+1)
		}
		named[name] = args[i+1]
	}
	return named, nil
}
