package story

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// sheet is a page as it lies before a person.
type sheet struct {
	at     *url.URL
	status int
	header http.Header
	root   *html.Node
}

// says is all text of a node that a person can read or have read out, with single spaces.
func says(n *html.Node) string {
	var words strings.Builder
	read(n, &words)
	return strings.Join(strings.Fields(words.String()), " ")
}

// inline elements do not part words: "Zurückziehen<span>: Mia</span>".
var inline = []string{"a", "b", "code", "em", "span", "strong", "time"}

func read(n *html.Node, into *strings.Builder) {
	switch {
	case n.Type == html.TextNode:
		into.WriteString(n.Data)
	case n.Data == "script", n.Data == "style":
		return
	case !slices.Contains(inline, n.Data):
		into.WriteByte(' ')
		defer into.WriteByte(' ')
	}
	for child := range n.ChildNodes() {
		read(child, into)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// all finds elements by their name, in order.
func all(n *html.Node, names ...string) []*html.Node {
	var found []*html.Node
	for below := range n.Descendants() {
		if below.Type == html.ElementNode && slices.Contains(names, below.Data) {
			found = append(found, below)
		}
	}
	return found
}

// named finds the one element with these words on it, as a screen reader reads them out.
func (s *sheet) named(words string, names ...string) (*html.Node, error) {
	var found []*html.Node
	var seen []string
	for _, n := range all(s.root, names...) {
		if text := says(n); text == words {
			found = append(found, n)
		} else {
			seen = append(seen, text)
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%d of %v say %q; there is %q", len(found), names, words, seen)
	}
	return found[0], nil
}

// row finds the row of a table by the beginning of its heading.
func (s *sheet) row(about string) (*html.Node, error) {
	for _, tr := range all(s.root, "tr") {
		for _, th := range all(tr, "th") {
			if attribute(th, "scope") == "row" && strings.HasPrefix(says(th), about) {
				return tr, nil
			}
		}
	}
	return nil, fmt.Errorf("no row is about %q", about)
}

// formTo finds the one form below a node whose address ends with a text.
func formTo(n *html.Node, end string) (*html.Node, error) {
	var found []*html.Node
	var seen []string
	for _, form := range all(n, "form") {
		action, _, _ := strings.Cut(attribute(form, "action"), "#")
		seen = append(seen, action)
		if strings.HasSuffix(action, end) {
			found = append(found, form)
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%d forms go to %q; there is %q", len(found), end, seen)
	}
	return found[0], nil
}

// filled is what a form sends when a person has typed into it and pressed a button. Only what the form offers can be typed or chosen.
func filled(form, button *html.Node, typed map[string]string) (url.Values, error) {
	values, rest := url.Values{}, map[string]string{}
	for name, value := range typed {
		rest[name] = value
	}
	for _, n := range all(form, "input", "select", "textarea") {
		name, kind := attribute(n, "name"), attribute(n, "type")
		value, given := typed[name]
		if given && kind == "hidden" {
			return nil, fmt.Errorf("nobody can type into the hidden field %q", name)
		}
		switch {
		case kind == "radio" || kind == "checkbox":
			chosen := has(n, "checked") && !given || given && attribute(n, "value") == value
			if chosen {
				values.Set(name, attribute(n, "value"))
				delete(rest, name)
			}
		case n.Data == "select":
			chosen, err := choice(n, value, given)
			if err != nil {
				return nil, err
			}
			values.Set(name, chosen)
			delete(rest, name)
		case given:
			values.Set(name, value)
			delete(rest, name)
		case n.Data == "textarea":
			values.Set(name, says(n))
		default:
			values.Set(name, attribute(n, "value"))
		}
	}
	for name, value := range rest {
		return nil, fmt.Errorf("the form to %s takes no %s=%q", attribute(form, "action"), name, value)
	}
	if button != nil && has(button, "name") {
		values.Set(attribute(button, "name"), attribute(button, "value"))
	}
	return values, nil
}

func choice(list *html.Node, wanted string, given bool) (string, error) {
	options := all(list, "option")
	for i, option := range options {
		if given && attribute(option, "value") == wanted || !given && has(option, "selected") {
			return attribute(options[i], "value"), nil
		}
	}
	if given || len(options) == 0 {
		return "", fmt.Errorf("%q cannot be chosen as %s", wanted, attribute(list, "name"))
	}
	return attribute(options[0], "value"), nil
}

// formOf is the form that an element stands in.
func formOf(n *html.Node) (*html.Node, error) {
	for above := range n.Ancestors() {
		if above.Data == "form" {
			return above, nil
		}
	}
	return nil, fmt.Errorf("%q stands in no form", says(n))
}
