package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/words"
)

//go:embed parts pages
var own embed.FS

// Set is the pages of one function.
type Set struct {
	files fs.FS
	pages sync.Map // by name, a function that parses it once
}

// New makes a set of the files under pages/: pages/pending.html is the page "pending". A file whose name begins with an underline
// is no page but holds templates for the others. A page is parsed when it is first written, and no other with it: a person waits for it.
func New(files fs.FS) *Set { return &Set{files: files} }

func (s *Set) page(name string) (*template.Template, error) {
	parsed, ok := s.pages.Load(name)
	if !ok {
		parsed, _ = s.pages.LoadOrStore(name, sync.OnceValues(func() (*template.Template, error) { return parse(s.files, name) }))
	}
	return parsed.(func() (*template.Template, error))()
}

func parse(files fs.FS, name string) (*template.Template, error) {
	content, err := fs.ReadFile(files, "pages/"+name+".html")
	if err != nil {
		return nil, fmt.Errorf("page: no page %q: %w", name, err)
	}
	page, err := template.New("").Option("missingkey=error").ParseFS(own, "parts/*.html")
	if err != nil {
		return nil, err
	}
	if shared, err := fs.Glob(files, "pages/_*.html"); err != nil {
		return nil, err
	} else if len(shared) > 0 {
		if page, err = page.ParseFS(files, shared...); err != nil {
			return nil, err
		}
	}
	if _, err := page.New("main").Parse(string(content)); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return page, nil
}

// Frame is what stands around the content of a page.
type Frame struct {
	Title     string // key of the page's title; the page shows it as its h1 with {{.Title}}
	TitleArgs []any  // pairs of a name and a value

	Clinic  string // its name; empty where no clinic is known yet
	Person  string // who is signed in; empty: no navigation and no log-out
	Invites bool   // the person may let people in, and is shown the way there
	Place   string // the entry of the navigation that is marked: "team", "invitations"

	Back  string         // address the back link leads to; empty: none
	Self  string         // address that shows this page again, for the choice of language; needed only for answers to a POST
	Zone  *time.Location // the clinic's time zone; UTC where it is nil
	Lang  words.Lang     // empty: the reader's
	Plain bool           // nothing around the content at all: a letter that is printed

	Errors    []fault.Field // what is wrong: with a field of this page, or with an empty name with the whole
	ErrorArgs []any         // arguments of their texts
}

// Write renders a page and sends it. A page that cannot be rendered is answered with 500: a reader never gets half of one.
func (s *Set) Write(w http.ResponseWriter, r *http.Request, status int, name string, frame Frame, data any) {
	content, err := s.Render(r, name, frame, data)
	if err != nil {
		slog.ErrorContext(r.Context(), "page not rendered", "page", name, "error", err)
		Shield(w)
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, words.T(Lang(r), "fault.internal"), http.StatusInternalServerError)
		return
	}
	Headers(w)
	w.Header().Set("Content-Language", string(frame.lang(r)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// Render is the HTML of a page.
func (s *Set) Render(r *http.Request, name string, frame Frame, data any) ([]byte, error) {
	page, err := s.page(name)
	if err != nil {
		return nil, err
	}
	frame.Lang = frame.lang(r)
	view := &View{Frame: frame, Data: data, page: page}
	if view.Self == "" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		view.Self = r.URL.RequestURI()
	}
	var into bytes.Buffer
	if err := page.ExecuteTemplate(&into, "layout", view); err != nil {
		return nil, err
	}
	return into.Bytes(), nil
}

func (f Frame) lang(r *http.Request) words.Lang {
	if f.Lang != "" {
		return f.Lang
	}
	return Lang(r)
}

var ownPages = New(own)

// Refuse writes the page of a refusal that belongs to no form: what happened, in plain words, and where to go on.
// Where the frame has no title, the status gives one.
func Refuse(w http.ResponseWriter, r *http.Request, status int, code string, frame Frame) {
	if frame.Title == "" {
		frame.Title = refusedTitle(status)
	}
	ownPages.Write(w, r, status, "refused", frame, struct {
		Code   string
		SignIn bool
	}{code, status == http.StatusUnauthorized})
}

func refusedTitle(status int) string {
	switch {
	case status == http.StatusNotFound:
		return "common.refused.not_found"
	case status == http.StatusUnauthorized:
		return "common.refused.signed_out"
	case status == http.StatusForbidden:
		return "common.refused.forbidden"
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return "common.refused.later"
	case status >= http.StatusInternalServerError:
		return "common.refused.broken"
	default:
		return "common.refused.refused"
	}
}
