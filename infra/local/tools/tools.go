// Package tools is the page beside the house on one machine: where everything is, who can sign in, and the mails that would have been
// sent. It is for the developer alone and answers on loopback only.
package tools

import (
	"embed"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vestibule/shared/post/posttest"
)

// Row is a line of the access table: a page, or somebody who can sign in.
type Row struct {
	Group    string // under which heading
	What     string
	Link     string
	Login    string
	Password string
}

// Source is what the pages show.
type Source struct {
	Access []Row
	Mails  func() []posttest.Mail // oldest first
	Post   *posttest.SES
}

//go:embed page.html style.css
var files embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{"linked": linked}).ParseFS(files, "page.html"))

// Handler serves the pages.
func Handler(s Source) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.access)
	mux.HandleFunc("GET /mails", s.inbox)
	mux.HandleFunc("GET /mails/{number}", s.mail)
	mux.HandleFunc("GET /mails/{number}/html", s.letter)
	mux.HandleFunc("GET /mails/{number}/raw", s.raw)
	mux.HandleFunc("GET /provider", s.provider)
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "style.css") })
	return guard(mux)
}

// guard lets only this machine in: the mails hold links that open accounts, and a page elsewhere could point a name of its own here.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if host != "localhost" && host != "127.0.0.1" {
			http.Error(w, "only for localhost", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

type group struct {
	Name string
	Rows []Row
}

func (s Source) access(w http.ResponseWriter, _ *http.Request) {
	var groups []group
	for _, row := range s.Access {
		if len(groups) == 0 || groups[len(groups)-1].Name != row.Group {
			groups = append(groups, group{Name: row.Group})
		}
		last := &groups[len(groups)-1]
		last.Rows = append(last.Rows, row)
	}
	show(w, "access", "Vestibule on this machine", groups)
}

// numbered is a mail with its place in the ledger, which is its address here.
type numbered struct {
	Number int
	posttest.Mail
}

func (s Source) inbox(w http.ResponseWriter, _ *http.Request) {
	var newest []numbered
	for i, mail := range s.Mails() {
		newest = append(newest, numbered{i + 1, mail})
	}
	slices.Reverse(newest)
	show(w, "inbox", "Sent mails", newest)
}

func (s Source) mail(w http.ResponseWriter, r *http.Request) {
	if mail, ok := s.find(w, r); ok {
		show(w, "mail", mail.Subject, mail)
	}
}

func (s Source) find(w http.ResponseWriter, r *http.Request) (numbered, bool) {
	mails := s.Mails()
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || number < 1 || number > len(mails) {
		http.NotFound(w, r)
		return numbered{}, false
	}
	return numbered{number, mails[number-1]}, true
}

// letter is the HTML of a mail, shut in: no script runs, nothing is fetched, links open beside it.
func (s Source) letter(w http.ResponseWriter, r *http.Request) {
	mail, ok := s.find(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Security-Policy", "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, strings.Replace(mail.HTML, "<head>", `<head><base target="_blank">`, 1))
}

func (s Source) raw(w http.ResponseWriter, r *http.Request) {
	if mail, ok := s.find(w, r); ok {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write(mail.Raw)
	}
}

// ledger is what the mail provider has to say of itself.
type ledger struct {
	Asked, Accepted, Unheard int
	Twice                    []string // message ids that were accepted more than once
	Mails                    []numbered
}

func (s Source) provider(w http.ResponseWriter, _ *http.Request) {
	l := ledger{Asked: s.Post.Asked(), Unheard: s.Post.Unheard(), Accepted: len(s.Post.Mails())}
	counts := map[string]int{}
	for i, mail := range s.Mails() {
		l.Mails = append(l.Mails, numbered{i + 1, mail})
		if counts[string(mail.Message)]++; counts[string(mail.Message)] == 2 {
			l.Twice = append(l.Twice, string(mail.Message))
		}
	}
	slices.Reverse(l.Mails)
	show(w, "provider", "Mail provider", l)
}

func show(w http.ResponseWriter, name, title string, content any) {
	var text strings.Builder
	if err := pages.ExecuteTemplate(&text, name, map[string]any{"Title": title, "Content": content}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, text.String())
}
