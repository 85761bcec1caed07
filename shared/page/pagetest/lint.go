// Package pagetest reads a page as a browser does and finds what keeps people out of it. It is for tests only.
package pagetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Problems are what is wrong with a page, each a sentence; none for a good one.
func Problems(content []byte) []string {
	doc, err := html.Parse(bytes.NewReader(content))
	if err != nil {
		return []string{err.Error()}
	}
	l := &lint{ids: map[string]int{}, labels: map[string]bool{}}
	if !bytes.HasPrefix(content, []byte("<!doctype html>")) {
		l.say("it does not begin with a doctype")
	}
	for node := range doc.Descendants() {
		if node.Type == html.ElementNode {
			l.gather(node)
		}
	}
	for node := range doc.Descendants() {
		if node.Type == html.ElementNode {
			l.check(node)
		}
	}
	l.whole()
	return l.problems
}

type lint struct {
	problems []string
	ids      map[string]int
	labels   map[string]bool // ids that a label is for
	title    string
	h1       int
	level    int // of the last heading
	mains    int
}

func (l *lint) say(format string, args ...any) {
	l.problems = append(l.problems, fmt.Sprintf(format, args...))
}

func (l *lint) gather(node *html.Node) {
	if id, ok := attr(node, "id"); ok {
		l.ids[id]++
	}
	if to, ok := attr(node, "for"); ok && node.Data == "label" {
		l.labels[to] = true
	}
}

func (l *lint) check(node *html.Node) {
	for _, a := range node.Attr {
		if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
			l.say("<%s> has %s: nothing is inline", node.Data, a.Key)
		}
		if strings.Contains(a.Val, "ZgotmplZ") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
			l.say("<%s %s> holds an address that is none", node.Data, a.Key)
		}
		switch a.Key {
		case "aria-describedby", "aria-labelledby", "aria-controls", "for":
			for _, id := range strings.Fields(a.Val) {
				if l.ids[id] == 0 {
					l.say("<%s %s> points at %q, which is not there", node.Data, a.Key, id)
				}
			}
		}
	}
	switch node.Data {
	case "html":
		if lang, _ := attr(node, "lang"); lang == "" {
			l.say("<html> has no lang")
		}
	case "title":
		l.title = text(node)
	case "main":
		l.mains++
	case "h1", "h2", "h3", "h4":
		l.heading(node)
	case "input", "select", "textarea":
		l.control(node)
	case "button", "a":
		if text(node) == "" && !has(node, "aria-label") {
			l.say("<%s> has no text", node.Data)
		}
		if href, ok := attr(node, "href"); ok && strings.HasPrefix(href, "#") && l.ids[href[1:]] == 0 {
			l.say("a link leads to %s, which is not there", href)
		}
	case "img":
		if !has(node, "alt") {
			l.say("<img> has no alt")
		}
	case "svg":
		if hidden, _ := attr(node, "aria-hidden"); hidden != "true" && !has(node, "aria-label") {
			l.say("<svg> has neither aria-hidden nor a label")
		}
	case "form":
		if action, _ := attr(node, "action"); !strings.HasPrefix(action, "/") || strings.HasPrefix(action, "//") {
			l.say("a form is sent to %q", action)
		}
	case "fieldset":
		if !slices.ContainsFunc(children(node), func(n *html.Node) bool { return n.Data == "legend" }) {
			l.say("<fieldset> has no legend")
		}
	case "script":
		if src, _ := attr(node, "src"); !strings.HasPrefix(src, "/assets/") {
			l.say("a script is not one of the assets")
		}
	case "style":
		l.say("a style sheet is inline")
	case "table":
		l.table(node)
	}
}

func (l *lint) heading(node *html.Node) {
	level := int(node.Data[1] - '0')
	if level == 1 {
		l.h1++
	}
	// The error summary stands above the h1 with a heading of its own.
	if level > l.level+1 && l.level > 0 {
		l.say("<%s> %q follows an <h%d>", node.Data, text(node), l.level)
	}
	if text(node) == "" {
		l.say("<%s> is empty", node.Data)
	}
	l.level = level
}

func (l *lint) control(node *html.Node) {
	kind, _ := attr(node, "type")
	if kind == "hidden" {
		return
	}
	name, _ := attr(node, "name")
	id, _ := attr(node, "id")
	if !l.labels[id] && !has(node, "aria-label") && !has(node, "aria-labelledby") {
		l.say("<%s name=%q> has no label", node.Data, name)
	}
	if value, _ := attr(node, "value"); kind == "password" && value != "" {
		l.say("a password is written back")
	}
}

func (l *lint) table(node *html.Node) {
	headed := false
	for below := range node.Descendants() {
		if below.Data == "th" {
			headed = headed || has(below, "scope")
			if !has(below, "scope") {
				l.say("<th> %q has no scope", text(below))
			}
		}
	}
	if !headed {
		l.say("a table has no headings")
	}
	if !slices.ContainsFunc(children(node), func(n *html.Node) bool { return n.Data == "caption" }) {
		l.say("a table has no caption")
	}
}

func (l *lint) whole() {
	if l.h1 != 1 {
		l.say("it has %d h1", l.h1)
	}
	if l.mains != 1 {
		l.say("it has %d main", l.mains)
	}
	if strings.TrimSpace(l.title) == "" {
		l.say("it has no title")
	}
	for id, times := range l.ids {
		if times > 1 || id == "" {
			l.say("the id %q stands on %d elements", id, times)
		}
	}
}

func attr(node *html.Node, key string) (string, bool) {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func has(node *html.Node, key string) bool {
	_, ok := attr(node, key)
	return ok
}

func children(node *html.Node) []*html.Node {
	var all []*html.Node
	for child := range node.ChildNodes() {
		all = append(all, child)
	}
	return all
}

func text(node *html.Node) string {
	var all strings.Builder
	for below := range node.Descendants() {
		if below.Type == html.TextNode {
			all.WriteString(below.Data)
		}
	}
	return strings.TrimSpace(all.String())
}
