package words

import (
	"strings"

	"golang.org/x/text/language"
)

// Lang is one of the languages of the catalogue, as HTML and mail headers write it.
type Lang string

// The languages.
const (
	German    Lang = "de"
	Norwegian Lang = "nb"
	Danish    Lang = "da"
	English   Lang = "en"
)

// Fallback is for readers who ask for none of the four languages.
const Fallback = English

// Langs are all languages in the order in which a choice shows them.
func Langs() []Lang { return []Lang{German, Norwegian, Danish, English} }

// Name is what the language is called by those who read it.
func (l Lang) Name() string {
	switch l {
	case German:
		return "Deutsch"
	case Norwegian:
		return "Norsk"
	case Danish:
		return "Dansk"
	default:
		return "English"
	}
}

// Parse reads a language. Only the four names of the catalogue are read; what a browser wants is for Match.
func Parse(s string) (Lang, bool) {
	for _, l := range Langs() {
		if string(l) == s {
			return l, true
		}
	}
	return "", false
}

// Match decides what language a reader gets: the one in the cookie, which was chosen by hand, else the best for Accept-Language.
func Match(acceptLanguage, cookie string) Lang {
	if chosen, ok := Parse(cookie); ok {
		return chosen
	}
	// Nobody reads more languages than fit in this; the header comes from anyone.
	if len(acceptLanguage) > 200 {
		acceptLanguage = acceptLanguage[:200]
		acceptLanguage = acceptLanguage[:strings.LastIndexByte(acceptLanguage, ',')+1]
		acceptLanguage = strings.TrimSuffix(acceptLanguage, ",")
	}
	for _, wanted := range parseAccept(acceptLanguage) {
		base, _ := wanted.Base()
		switch base.String() {
		case "no", "nn":
			return Norwegian
		}
		if l, ok := Parse(base.String()); ok {
			return l
		}
	}
	return Fallback
}

func parseAccept(header string) []language.Tag {
	tags, weights, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return nil
	}
	wanted := tags[:0]
	for i, tag := range tags {
		if weights[i] > 0 {
			wanted = append(wanted, tag)
		}
	}
	return wanted
}
