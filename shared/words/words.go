package words

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
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
	if c.plural[key] {
		wanted.PluralCount = named["Count"]
	}
	text, err := c.localizer.Localize(&wanted)
	if err != nil {
		return "", fmt.Errorf("words: %s in %s: %w", key, lang, err)
	}
	return text, nil
}

// Has reports whether there is a text for a key.
func Has(key string) bool {
	c := catalogues[Fallback]()
	_, ok := c.plain[key]
	return ok || c.more[key]
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
	plain     map[string]string // texts without arguments and plural forms: most of them, and the library is slow to find one
	more      map[string]bool   // the others
	plural    map[string]bool   // those of them with plural forms
	localizer *i18n.Localizer
	parser    *template.TextParser
}

var catalogues = func() map[Lang]func() *catalogue {
	all := make(map[Lang]func() *catalogue)
	for _, lang := range Langs() {
		all[lang] = sync.OnceValue(func() *catalogue { return read(lang) })
	}
	return all
}()

// read panics on a catalogue that cannot be read: it is part of the program, and a test reads all four.
func read(lang Lang) *catalogue {
	bundle := i18n.NewBundle(language.MustParse(string(lang)))
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	c := &catalogue{
		plain:  make(map[string]string),
		more:   make(map[string]bool),
		plural: make(map[string]bool),
		// The parser is one for all calls: a text's template is parsed once and kept with the text.
		parser: &template.TextParser{Option: "missingkey=error"},
	}
	files, err := fs.Glob(locale, "locale/"+string(lang)+"/*.json")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		content, err := locale.ReadFile(file)
		if err != nil {
			panic(err)
		}
		// The library takes the language from the last part of a file's name.
		parsed, err := bundle.ParseMessageFileBytes(content, string(lang)+".json")
		if err != nil {
			panic(fmt.Errorf("words: %s: %w", file, err))
		}
		for _, message := range parsed.Messages {
			if message.One == "" && !strings.Contains(message.Other, "{{") {
				c.plain[message.ID] = message.Other
				continue
			}
			c.more[message.ID], c.plural[message.ID] = true, message.One != ""
		}
	}
	c.localizer = i18n.NewLocalizer(bundle, string(lang))
	return c
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
