package tools

import (
	"html/template"
	"regexp"
	"strings"
)

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// linked makes the addresses in a text links, as mail programs do.
func linked(text string) template.HTML {
	var out strings.Builder
	at := 0
	for _, found := range address.FindAllStringIndex(text, -1) {
		from, to := found[0], found[0]+len(strings.TrimRight(text[found[0]:found[1]], ".,;:!?)"))
		url := template.HTMLEscapeString(text[from:to])
		out.WriteString(template.HTMLEscapeString(text[at:from]) + `<a href="` + url + `">` + url + `</a>`)
		at = to
	}
	out.WriteString(template.HTMLEscapeString(text[at:]))
	return template.HTML(out.String())
}
