package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"

	"vestibule/shared/fault"
)

// What an input can be refused for before a use case sees it.
var (
	ErrMalformed    = fault.New(fault.Invalid, "input.malformed")
	ErrUnknownField = fault.New(fault.Invalid, "input.unknown_field")
	ErrDuplicateKey = fault.New(fault.Invalid, "input.duplicate_key")
	ErrTooLarge     = fault.New(fault.TooLarge, "input.too_large")
	ErrContentType  = fault.New(fault.Invalid, "input.content_type")
)

// maxBody is the size of the largest body that a form or JSON input may have, in bytes.
const maxBody = 64 << 10

// IdempotencyKey is the header with the sender's key for an act that must happen once.
const IdempotencyKey = "Idempotency-Key"

// Checked is an input that says what is wrong with its own shape.
type Checked interface{ Problems() []fault.Field }

// Decode reads a JSON body into an input and checks it. Unknown fields, double keys, broken UTF-8 and large bodies are refused; texts
// come out trimmed and composed (NFC). Errors never repeat what was sent.
func Decode(r *http.Request, into Checked) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return ErrContentType
	}
	body, err := read(r)
	if err != nil {
		return err
	}
	return decode(body, into)
}

// Form reads a form's body into the same inputs; each field at most once. The form's field "once" becomes the Idempotency-Key.
func Form(r *http.Request, into Checked) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return ErrContentType
	}
	body, err := read(r)
	if err != nil {
		return err
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return ErrMalformed
	}
	fields := map[string]string{}
	for name, sent := range values {
		switch {
		case len(sent) > 1:
			return ErrDuplicateKey
		case name == "once":
			r.Header.Set(IdempotencyKey, sent[0])
		default:
			fields[name] = sent[0]
		}
	}
	if body, err = json.Marshal(fields); err != nil {
		return ErrMalformed
	}
	return decode(body, into)
}

// Misread answers a path or header that the generated server cannot read. Its error repeats what was sent, so it is dropped.
func Misread(w http.ResponseWriter, r *http.Request, _ error) { Fail(w, r, ErrMalformed) }

func read(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, ErrMalformed
	case len(body) > maxBody:
		return nil, ErrTooLarge
	default:
		return body, nil
	}
}

func decode(body []byte, into Checked) error {
	err := json.Unmarshal(body, into, json.RejectUnknownMembers(true))
	switch {
	case err == nil:
	case errors.Is(err, json.ErrUnknownName):
		return ErrUnknownField
	case errors.Is(err, jsontext.ErrDuplicateName):
		return ErrDuplicateKey
	default:
		return ErrMalformed
	}
	if wrong := clean(reflect.ValueOf(into).Elem()); len(wrong) > 0 {
		return fault.Fields(wrong)
	}
	return fault.Fields(into.Problems())
}

// clean trims and composes the texts of an input, and finds those with characters that no keyboard sends: control characters, and marks
// that turn the direction of text so that it looks like another.
func clean(input reflect.Value) []fault.Field {
	var wrong []fault.Field
	for i := range input.NumField() {
		field := input.Field(i)
		if field.Kind() == reflect.Pointer && !field.IsNil() {
			field = field.Elem()
		}
		if field.Kind() != reflect.String {
			continue
		}
		text := strings.TrimSpace(norm.NFC.String(field.String()))
		if strings.ContainsFunc(text, invisible) {
			name, _, _ := strings.Cut(input.Type().Field(i).Tag.Get("json"), ",")
			wrong = append(wrong, fault.Field{Name: name, Code: "input.control"})
		}
		field.SetString(text)
	}
	return wrong
}

// invisible knows what has no look of its own. The joiners stay: they hold letters of some scripts, and some emoji, together or apart.
func invisible(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
}
