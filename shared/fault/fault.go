// Package fault is the vocabulary of refusals: what a sender may be told, with a code that never changes.
//
// A refusal is a package variable of the noun that refuses:
//
//	var ErrExpired = fault.New(fault.Gone, "invite.expired")
//
// Its code is stable: texts in four languages and clients hang on it. Every other error is internal and is answered as such.
package fault

import "errors"

// Kind says what sort of refusal it is. Only shared/web knows what status that is in HTTP.
type Kind int

// The kinds of refusal.
const (
	Invalid         Kind = iota + 1 // the request cannot be read
	Unprocessable                   // it can be read, but some field is wrong
	Unauthenticated                 // nobody is signed in
	Forbidden                       // this person may not
	NotFound                        // there is no such thing, or not for this person
	Conflict                        // it does not go with the state things are in
	Gone                            // it was there and is no more
	TooLarge                        // the body is too big
	TooMany                         // too often
	Unavailable                     // not now
)

// Fault is a refusal.
type Fault struct {
	kind   Kind
	code   string
	fields []Field
}

// Field is what is wrong with one field of an input.
type Field struct {
	Name string `json:"name"` // as the sender wrote it
	Code string `json:"code"` // stable, such as "mail.malformed"
}

// New makes a refusal. The code is "<noun>.<what>".
func New(kind Kind, code string) *Fault { return &Fault{kind: kind, code: code} }

// Fields makes the refusal of an input whose fields are wrong; nil when none is.
func Fields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Fault{kind: Unprocessable, code: "input.fields", fields: fields}
}

// Error is for logs and tests; people read the text that the catalogue has for the code.
func (f *Fault) Error() string {
	text := f.code
	for _, field := range f.fields {
		text += " " + field.Name + ":" + field.Code
	}
	return text
}

// Kind returns what sort of refusal it is.
func (f *Fault) Kind() Kind { return f.kind }

// Code returns the stable code.
func (f *Fault) Code() string { return f.code }

// Fields returns what is wrong with which field; empty when the refusal is not about fields.
func (f *Fault) Fields() []Field { return f.fields }

// Of finds the refusal in a chain of errors; nil when the error is internal.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}
