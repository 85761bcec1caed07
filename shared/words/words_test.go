package words

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var placeholder = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

// texts are the texts of a language as they stand in the files: key to plural form to text.
func texts(t *testing.T, lang Lang) map[string]map[string]string {
	t.Helper()
	all := make(map[string]map[string]string)
	files, err := fs.Glob(locale, "locale/"+string(lang)+"/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files for %s: %v", lang, err)
	}
	for _, file := range files {
		content, err := locale.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		area := strings.TrimSuffix(path.Base(file), ".json")
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(content, &keys); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, raw := range keys {
			if _, twice := all[key]; twice {
				t.Errorf("%s stands in two files of %s", key, lang)
			}
			if !strings.HasPrefix(key, area+".") && !strings.HasPrefix(key, "fault.") {
				t.Errorf("%s does not belong into %s", key, file)
			}
			forms := make(map[string]string)
			var text string
			if json.Unmarshal(raw, &text) == nil {
				forms["other"] = text
			} else if err := json.Unmarshal(raw, &forms); err != nil {
				t.Errorf("%s: %s is neither a text nor plural forms", file, key)
			}
			all[key] = forms
		}
	}
	return all
}

func arguments(forms map[string]string) []string {
	var names []string
	for _, text := range forms {
		for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(names, found[1]) {
				names = append(names, found[1])
			}
		}
	}
	sort.Strings(names)
	return names
}

func TestEveryLanguageHasTheSameTextsWithTheSameArguments(t *testing.T) {
	shape := func(lang Lang) map[string]string {
		all := make(map[string]string)
		for key, forms := range texts(t, lang) {
			all[key] = strings.Join(arguments(forms), " ")
			if _, ok := forms["one"]; ok {
				all[key] += " (plural)"
			}
		}
		return all
	}
	want := shape(German)
	for _, lang := range Langs()[1:] {
		if diff := cmp.Diff(want, shape(lang)); diff != "" {
			t.Errorf("%s differs from %s:\n%s", lang, German, diff)
		}
	}
}

func TestEveryTextCanBeShown(t *testing.T) {
	for _, lang := range Langs() {
		for key, forms := range texts(t, lang) {
			for form, text := range forms {
				if strings.TrimSpace(text) != text || text == "" || strings.Contains(text, "  ") {
					t.Errorf("%s %s (%s) is empty or has stray blanks", lang, key, form)
				}
				if strings.ContainsAny(text, "<>") {
					t.Errorf("%s %s (%s) holds markup", lang, key, form)
				}
			}
			var args []any
			for _, name := range arguments(forms) {
				args = append(args, name, 2)
			}
			if len(forms) > 1 && !slices.Contains(args, any("Count")) {
				args = append(args, "Count", 2)
			}
			got, err := Text(lang, key, args...)
			if err != nil || strings.Contains(got, "{{") || strings.Contains(got, "no value") {
				t.Errorf("%s %s shows %q: %v", lang, key, got, err)
			}
			if len(args) > 0 && len(arguments(forms)) > 0 {
				if got, err := Text(lang, key); err == nil {
					t.Errorf("%s %s without its arguments shows %q", lang, key, got)
				}
			}
		}
	}
}

func TestWhatIsMissingShowsAsItsKeyAndNeverAsAPlaceholder(t *testing.T) {
	if strict.Load() {
		t.Fatal("another test has switched Strict on")
	}
	for _, args := range [][]any{nil, {"Name"}, {"Other", 1}, {7, "x"}} {
		if got := T(German, "no.such.key", args...); got != "no.such.key" {
			t.Errorf("a missing key shows %q", got)
		}
	}
	if got := T(Lang("sv"), "common.save"); got != "common.save" {
		t.Errorf("a missing language shows %q", got)
	}
	if got, want := Fault(Danish, "no.such.code"), T(Danish, "fault.internal"); got != want {
		t.Errorf("a refusal without a text shows %q, want %q", got, want)
	}
}

func TestStrictPanicsOnWhatIsMissing(t *testing.T) {
	Strict()
	defer strict.Store(false)
	defer func() {
		if recover() == nil {
			t.Error("a missing key went through")
		}
	}()
	T(German, "no.such.key")
}

func TestLanguageIsTheChosenOneElseTheBestTheBrowserAsksFor(t *testing.T) {
	for _, c := range []struct {
		accept, cookie string
		want           Lang
	}{
		{"", "", English},
		{"de-AT,de;q=0.9,en;q=0.8", "", German},
		{"nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7", "", Norwegian},
		{"no", "", Norwegian},
		{"nn-NO", "", Norwegian},
		{"da", "", Danish},
		{"en-GB", "", English},
		{"fr-FR,fr;q=0.9,da;q=0.3", "", Danish},
		{"tr,pl;q=0.8", "", English},
		{"en;q=0.2,de;q=0.9", "", German},
		{"de;q=0,da;q=0.1", "", Danish},
		{"de", "nb", Norwegian},
		{"de", "sv", German},
		{"de", "DE<script>", German},
		{"*", "", English},
		{"\x00\xff;;;,,,q=q", "", English},
		{strings.Repeat("fr,", 200) + "de", "", English},
		{"da," + strings.Repeat("x-y-z-", 500), "", Danish},
		{strings.Repeat("a", 500), "", English},
	} {
		if got := Match(c.accept, c.cookie); got != c.want {
			t.Errorf("Match(%.40q, %q) = %s, want %s", c.accept, c.cookie, got, c.want)
		}
	}
}

func FuzzMatchAnswersAnythingWithOneOfTheLanguages(f *testing.F) {
	f.Add("de-DE,de;q=0.9", "nb")
	f.Add("i-klingon, *;q=0.5", "")
	f.Fuzz(func(t *testing.T, accept, cookie string) {
		if got := Match(accept, cookie); !slices.Contains(Langs(), got) {
			t.Errorf("Match(%q, %q) = %q", accept, cookie, got)
		}
	})
}

func BenchmarkPlainText(b *testing.B) {
	for b.Loop() {
		T(German, "common.save")
	}
}

func BenchmarkReadALanguage(b *testing.B) {
	for b.Loop() {
		read(German)
	}
}
