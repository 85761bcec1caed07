package page

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// opt are the options of all components; which one knows which is said where it is called.
type opt struct {
	Type, Hint, Autocomplete, Inputmode, Width, Rows, Empty, Look, About string
	Optional                                                             bool
}

// options reads the pairs of a component's call. A name the component does not know is an error: a misspelt hint would be lost in silence.
func options(component, known string, pairs []any) (opt, error) {
	var read opt
	if len(pairs)%2 != 0 {
		return opt{}, fmt.Errorf("page: %s: options are pairs of a name and a value", component)
	}
	into := map[string]*string{
		"type": &read.Type, "hint": &read.Hint, "autocomplete": &read.Autocomplete, "inputmode": &read.Inputmode,
		"width": &read.Width, "rows": &read.Rows, "empty": &read.Empty, "look": &read.Look, "about": &read.About,
	}
	for i := 0; i < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		if !slices.Contains(strings.Fields(known), name) {
			return opt{}, fmt.Errorf("page: %s has no option %q (it has: %s)", component, name, known)
		}
		if name == "optional" {
			read.Optional, _ = pairs[i+1].(bool)
			continue
		}
		*into[name] = fmt.Sprint(pairs[i+1])
	}
	return read, nil
}

func fieldID(name string) string { return "field-" + name }

// field is what the form components share.
type field struct {
	View    *View
	Name    string
	Label   string
	Value   string
	Choices []Choice
	Opt     opt
}

func (f field) ID() string     { return fieldID(f.Name) }
func (f field) Error() string  { return f.View.Error(f.Name) }
func (f field) HintID() string { return fieldID(f.Name) + "-hint" }
func (f field) ErrID() string  { return fieldID(f.Name) + "-error" }

// ChoiceID is the id of one choice; the first has the field's own, so that the error summary leads to it.
func (f field) ChoiceID(i int) string {
	if i == 0 {
		return f.ID()
	}
	return fmt.Sprintf("%s-%d", f.ID(), i+1)
}

// Described lists the ids of the texts that a screen reader adds to the field.
func (f field) Described() string {
	var ids []string
	if f.Opt.Hint != "" {
		ids = append(ids, f.HintID())
	}
	if f.Error() != "" {
		ids = append(ids, f.ErrID())
	}
	return strings.Join(ids, " ")
}

// Choice is one entry of a select, of radios or of checkboxes.
type Choice struct {
	Value string
	Text  string
	Hint  string
	On    bool // ticked, for checkboxes
}

// Choices makes a list of choices from pairs of a value and a text.
func (v *View) Choices(pairs ...string) ([]Choice, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("page: choices are pairs of a value and a text")
	}
	all := make([]Choice, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, Choice{Value: pairs[i], Text: pairs[i+1]})
	}
	return all, nil
}

// Field is a line of input. Options: type (text, email, tel, search; text where it is not given), hint, autocomplete, inputmode,
// width ("short" for about 10 characters, "code" for large spaced characters), optional (true).
func (v *View) Field(name, label string, value any, pairs ...any) (template.HTML, error) {
	return v.form("field", "type hint autocomplete inputmode width optional", name, label, value, nil, pairs)
}

// Password is an input for a password; what was typed is never written back. Options: hint, autocomplete ("current-password", where
// it is not given, or "new-password").
func (v *View) Password(name, label string, pairs ...any) (template.HTML, error) {
	return v.form("password", "hint autocomplete", name, label, "", nil, pairs)
}

// Area is an input of several lines. Options: hint, rows, optional (true).
func (v *View) Area(name, label string, value any, pairs ...any) (template.HTML, error) {
	return v.form("area", "hint rows optional", name, label, value, nil, pairs)
}

// Select is a list to choose one of. Options: hint, empty (text of a first entry with no value), optional (true).
func (v *View) Select(name, label string, value any, choices []Choice, pairs ...any) (template.HTML, error) {
	return v.form("select", "hint empty optional", name, label, value, choices, pairs)
}

// Radios are a question with one answer. Options: hint.
func (v *View) Radios(name, legend string, value any, choices []Choice, pairs ...any) (template.HTML, error) {
	return v.form("radios", "hint", name, legend, value, choices, pairs)
}

// Checkboxes are a question with any number of answers; what is ticked is in the choices. Options: hint.
func (v *View) Checkboxes(name, legend string, choices []Choice, pairs ...any) (template.HTML, error) {
	return v.form("checkboxes", "hint", name, legend, "", choices, pairs)
}

func (v *View) form(component, known, name, label string, value any, choices []Choice, pairs []any) (template.HTML, error) {
	read, err := options(component, known, pairs)
	if err != nil {
		return "", err
	}
	return v.part(component, field{View: v, Name: name, Label: label, Value: fmt.Sprint(value), Choices: choices, Opt: read})
}

// Action is a form of its own with one button, for an act that needs no more to be asked. Options: look ("quiet", "danger"), about
// (whom or what the act is about, for those who hear only the button), and any hidden field as "hidden:<name>".
func (v *View) Action(href, text string, pairs ...any) (template.HTML, error) {
	var plain []any
	hidden := make([]Choice, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok && strings.HasPrefix(name, "hidden:") {
			hidden = append(hidden, Choice{Value: strings.TrimPrefix(name, "hidden:"), Text: fmt.Sprint(pairs[i+1])})
			continue
		}
		plain = append(plain, pairs[i], pairs[i+1])
	}
	read, err := options("action", "look about", plain)
	if err != nil {
		return "", err
	}
	return v.part("action", field{View: v, Name: href, Label: text, Choices: hidden, Opt: read})
}

// Task is one line of a task list.
type Task struct {
	Text string
	Href string // empty: it cannot be begun yet
	Hint string
	Done bool
	Tag  string // what its state is called; empty: "done" or "to do" in the reader's language
}

// Tasks is a task list.
func (v *View) Tasks(tasks []Task) (template.HTML, error) {
	return v.part("tasks", struct {
		View  *View
		Tasks []Task
	}{v, tasks})
}

// Groups writes a code in groups that can be read out on the telephone. Blanks and hyphens part it; where it has none, it is parted
// in threes, or in fours where fours come out even.
func (v *View) Groups(code string) (template.HTML, error) {
	return v.part("groups", groups(code))
}

func groups(code string) []string {
	parted := strings.FieldsFunc(code, func(r rune) bool { return r == ' ' || r == '-' })
	if len(parted) != 1 {
		return parted
	}
	runes, size := []rune(parted[0]), 3
	if len(runes)%3 != 0 && len(runes)%4 == 0 {
		size = 4
	}
	var all []string
	for len(runes) > size {
		all = append(all, string(runes[:size]))
		runes = runes[size:]
	}
	return append(all, string(runes))
}
