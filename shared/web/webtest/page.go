package webtest

import (
	"net/http"
	"strings"

	"golang.org/x/net/html"

	ours "vestibule/shared/page"
	"vestibule/shared/words"
)

// page holds an answer against what every page must be.
func page(r *http.Request, answer *http.Response, body string) (wrong []string) {
	if got := answer.Header.Get("Content-Security-Policy"); got != ours.Policy {
		wrong = append(wrong, "its Content-Security-Policy is "+quote(got))
	}
	if answer.Header.Get("Cache-Control") != "no-store" {
		wrong = append(wrong, "it may be stored")
	}
	if r.Method == http.MethodHead {
		return wrong
	}
	for _, mark := range []string{"{{", "[secret]", "<no value>", "ZgotmplZ"} {
		if strings.Contains(body, mark) {
			wrong = append(wrong, "it shows "+quote(mark))
		}
	}
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return append(wrong, err.Error())
	}
	s := sheet{count: map[string]int{}, ids: map[string]bool{}, labelled: map[string]bool{}}
	s.read(root)
	if _, ok := words.Parse(s.lang); !ok || answer.Header.Get("Content-Language") != s.lang {
		s.blame("its language is " + quote(s.lang) + ", its Content-Language " + quote(answer.Header.Get("Content-Language")))
	}
	if s.count["h1"] != 1 || s.count["main"] != 1 || strings.TrimSpace(s.title) == "" {
		s.blame("it has not exactly one h1, one main and a title")
	}
	for _, id := range s.points {
		if !s.ids[id] {
			s.blame("something points at #" + id + ", which is not there")
		}
	}
	for _, id := range s.inputs {
		if !s.labelled[id] {
			s.blame("the input " + quote(id) + " has no label")
		}
	}
	return append(wrong, s.wrong...)
}

// sheet is what was found on a page.
type sheet struct {
	lang, title string
	count       map[string]int
	ids         map[string]bool
	labelled    map[string]bool
	points      []string // ids that something points at
	inputs      []string // ids of what a person fills in
	wrong       []string
}

func (s *sheet) blame(what string) { s.wrong = append(s.wrong, what) }

func (s *sheet) read(n *html.Node) {
	if n.Type == html.ElementNode {
		s.element(n, attributes(n))
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		s.read(child)
	}
}

func attributes(n *html.Node) map[string]string {
	all := map[string]string{}
	for _, a := range n.Attr {
		all[a.Key] = a.Val
	}
	return all
}

func (s *sheet) element(n *html.Node, has map[string]string) {
	s.count[n.Data]++
	s.attributes(n)
	switch n.Data {
	case "html":
		s.lang = has["lang"]
	case "title":
		if n.FirstChild != nil {
			s.title = n.FirstChild.Data
		}
	case "style", "iframe", "base", "object", "embed":
		s.blame("it has a <" + n.Data + ">")
	case "script":
		if !strings.HasPrefix(has["src"], "/assets/") {
			s.blame("it has a script of its own")
		}
	case "form":
		if m := strings.ToLower(has["method"]); m != "post" && m != "get" || !here(has["action"]) {
			s.blame("a form goes to " + quote(has["action"]) + " by " + quote(m))
		}
	case "img":
		if _, ok := has["alt"]; !ok {
			s.blame("a picture has no words (alt)")
		}
	case "label":
		s.labelled[has["for"]] = true
	case "select", "textarea":
		s.inputs = append(s.inputs, has["id"])
	case "input":
		if has["type"] != "hidden" {
			s.inputs = append(s.inputs, has["id"])
		}
	}
}

// attributes checks what any element may have.
func (s *sheet) attributes(n *html.Node) {
	for _, a := range n.Attr {
		switch name, value := a.Key, a.Val; {
		case name == "style" || strings.HasPrefix(name, "on"):
			s.blame("a <" + n.Data + "> has " + name + ", which the policy forbids")
		case name == "id":
			if s.ids[value] {
				s.blame("the id " + quote(value) + " is there twice")
			}
			s.ids[value] = true
		case name == "for":
			s.points = append(s.points, value)
		case name == "aria-describedby" || name == "aria-labelledby" || name == "aria-controls":
			s.points = append(s.points, strings.Fields(value)...)
		case name == "href" && strings.HasPrefix(value, "#"):
			s.points = append(s.points, value[1:])
		case name == "href" || name == "src":
			if !here(value) {
				s.blame("a <" + n.Data + "> leads to " + quote(value))
			}
		}
	}
}

// here reports whether an address is one of this site.
func here(address string) bool {
	return strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") || strings.HasPrefix(address, "#")
}
