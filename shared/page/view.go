package page

import (
	"html/template"
	"slices"
	"strings"
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/words"
)

// View is the dot of a page.
type View struct {
	Frame
	Data any

	page *template.Template
}

// T is the text of a key.
func (v *View) T(key string, args ...any) string { return words.T(v.Lang, key, args...) }

// Fault is the text of a refusal's code.
func (v *View) Fault(code string, args ...any) string { return words.Fault(v.Lang, code, args...) }

// Title is the text of the frame's title.
func (v *View) Title() string { return words.T(v.Lang, v.Frame.Title, v.TitleArgs...) }

// Date writes a day in the reader's language and the clinic's time zone.
func (v *View) Date(t time.Time) string { return words.Date(v.Lang, t, v.Zone) }

// DateTime writes a day and a time of day.
func (v *View) DateTime(t time.Time) string { return words.DateTime(v.Lang, t, v.Zone) }

// Asset is the address of an asset.
func (v *View) Asset(name string) (string, error) { return Asset(name) }

// Error is what is wrong with a field; empty when nothing is.
func (v *View) Error(field string) string {
	for _, wrong := range v.Errors {
		if wrong.Name == field {
			return v.errorText(wrong.Code)
		}
	}
	return ""
}

func (v *View) errorText(code string) string {
	return words.Fault(v.Lang, code, v.ErrorArgs...)
}

// Problem is one line of the error summary.
type Problem struct {
	Target string // id of the field; empty when it is about the whole form
	Text   string
}

// Problems are the lines of the error summary, which the layout shows above the content.
func (v *View) Problems() []Problem {
	var all []Problem
	for _, wrong := range v.Errors {
		problem := Problem{Text: v.errorText(wrong.Code)}
		if wrong.Name != "" {
			problem.Target = fieldID(wrong.Name)
		}
		all = append(all, problem)
	}
	return all
}

// Mendable tells whether something is wrong with a field, and not only with the whole.
func (v *View) Mendable() bool {
	return slices.ContainsFunc(v.Errors, func(wrong fault.Field) bool { return wrong.Name != "" })
}

// Langs are the languages to choose from.
func (v *View) Langs() []words.Lang { return words.Langs() }

// House is what the header calls the place: the clinic, or the product while no clinic is known.
func (v *View) House() string {
	if v.Clinic != "" {
		return v.Clinic
	}
	return "Vestibule"
}

// part renders a component of parts/ with arguments of its own.
func (v *View) part(name string, args any) (template.HTML, error) {
	var into strings.Builder
	if err := v.page.ExecuteTemplate(&into, name, args); err != nil {
		return "", err
	}
	return template.HTML(into.String()), nil //nolint:gosec // made by html/template from a component of this package
}
