package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"vestibule/shared/fault"
	"vestibule/shared/page"
	"vestibule/shared/session"
	"vestibule/shared/words"
)

var (
	errPanic       = errors.New("panic")
	errCrossOrigin = fault.New(fault.Forbidden, "web.cross_origin")
	// ErrNoRoute is the answer to an address that does not exist.
	ErrNoRoute = fault.New(fault.NotFound, "not_found")
)

// statuses is the one place that knows what a kind of refusal is in HTTP.
var statuses = map[fault.Kind]int{
	fault.Invalid:         http.StatusBadRequest,
	fault.Unprocessable:   http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Gone:            http.StatusGone,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// Status is the HTTP status of an error; 500 for what is no refusal.
func Status(err error) int {
	if f := fault.Of(err); f != nil {
		return statuses[f.Kind()]
	}
	return http.StatusInternalServerError
}

// Problem is an answer by RFC 9457. Code is stable; Title is for people, in the reader's language.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Code   string         `json:"code"`
	Fields []ProblemField `json:"fields,omitempty"`
}

// ProblemField is what is wrong with one field.
type ProblemField struct {
	Name  string `json:"name"`
	Code  string `json:"code"`
	Title string `json:"title"`
}

// Fail is the only exit for errors: a refusal is told in the reader's language, anything else is logged and told as our mistake. Under
// /api/ the answer is problem+json, elsewhere a page. A form that can show the refusal beside its fields does so instead (see Fields).
func Fail(w http.ResponseWriter, r *http.Request, err error) { FailIn(w, r, err, page.Frame{}) }

// FailIn is Fail with a frame for the page: whoever is signed in keeps the navigation, and sees that they still are.
func FailIn(w http.ResponseWriter, r *http.Request, err error, frame page.Frame) {
	status, code := Status(err), "internal"
	if f := fault.Of(err); f != nil {
		code = f.Code()
	} else {
		slog.ErrorContext(r.Context(), "internal error", "error", err)
	}
	if status == http.StatusServiceUnavailable { // what is too often does not become right in seconds
		w.Header().Set("Retry-After", "5")
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		problem(w, r, status, code, fault.Of(err))
		return
	}
	if errors.Is(err, session.ErrRequired) && r.Method == http.MethodGet {
		page.Shield(w)
		SeeOther(w, r, "/login?next="+url.QueryEscape(r.URL.Path))
		return
	}
	page.Refuse(w, r, status, code, frame)
}

func problem(w http.ResponseWriter, r *http.Request, status int, code string, f *fault.Fault) {
	lang := page.Lang(r)
	p := Problem{Type: "about:blank", Title: words.Fault(lang, code), Status: status, Code: code}
	if f != nil {
		for _, field := range f.Fields() {
			p.Fields = append(p.Fields, ProblemField{field.Name, field.Code, words.Fault(lang, field.Code)})
		}
	}
	page.Shield(w)
	w.Header().Set("Content-Language", string(lang))
	write(w, "application/problem+json", status, p)
}

// JSON answers with a value.
func JSON(w http.ResponseWriter, status int, value any) {
	page.Shield(w)
	write(w, "application/json", status, value)
}

func write(w http.ResponseWriter, kind string, status int, value any) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

// Fields returns what a form shall show beside its fields: the wrong fields of an input, or a refusal that belongs to one field or to the
// whole form (field ""). ok is false when the error is no refusal.
func Fields(err error, field string) (fields []fault.Field, ok bool) {
	f := fault.Of(err)
	if f == nil {
		return nil, false
	}
	if len(f.Fields()) > 0 {
		return f.Fields(), true
	}
	return []fault.Field{{Name: field, Code: f.Code()}}, true
}
