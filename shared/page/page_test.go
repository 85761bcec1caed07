package page_test

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"vestibule/shared/fault"
	"vestibule/shared/page"
	"vestibule/shared/page/pagetest"
	"vestibule/shared/words"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) {
	words.Strict()
	os.Exit(m.Run())
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func get(lang words.Lang, target string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.AddCookie(&http.Cookie{Name: page.LangCookie, Value: string(lang)})
	return r
}

func TestEverythingOnOnePageLooksAsReviewed(t *testing.T) {
	for _, lang := range words.Langs() {
		got, err := sink.Render(get(lang, "/sink?page=2"), "sink", sinkFrame(berlin(t)), sinkOf("Petra Schulz"))
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range pagetest.Problems(got) {
			t.Errorf("%s: %s", lang, problem)
		}
		golden(t, filepath.Join("testdata", "sink."+string(lang)+".golden"), got)
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	// The addresses of assets change whenever a style changes; they have a test of their own.
	for _, name := range []string{"style.css", "mark.svg", "join.js"} {
		address, err := page.Asset(name)
		if err != nil {
			t.Fatal(err)
		}
		got = bytes.ReplaceAll(got, []byte(address), []byte("/assets/"+name))
	}
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (run with -update after a review):\n%s", file, diff)
	}
}

func TestOtherKindsOfPagesAreSoundInEveryLanguage(t *testing.T) {
	quiet := sinkFrame(berlin(t))
	quiet.Errors = nil
	letter := quiet
	letter.Plain = true
	public := page.Frame{Title: "portal.title"}
	for _, lang := range words.Langs() {
		for name, frame := range map[string]page.Frame{"done": quiet, "letter": letter, "join": public, "sink": quiet} {
			got, err := sink.Render(get(lang, "/x"), name, frame, map[bool]any{true: "x", false: sinkOf("x")}[name == "done"])
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range pagetest.Problems(got) {
				t.Errorf("%s %s: %s", name, lang, problem)
			}
		}
		for status, code := range map[int]string{401: "session.required", 403: "web.cross_origin", 404: "not_found", 409: "once.other_body", 500: "internal", 503: "busy"} {
			w := httptest.NewRecorder()
			page.Refuse(w, get(lang, "/x"), status, code, page.Frame{})
			if w.Code != status || !strings.Contains(w.Body.String(), html.EscapeString(words.Fault(lang, code))) {
				t.Errorf("%s %d %s: answered %d without the text", lang, status, code, w.Code)
			}
			for _, problem := range pagetest.Problems(w.Body.Bytes()) {
				t.Errorf("%s %d: %s", lang, status, problem)
			}
		}
	}
}

// What a person typed may stand anywhere on a page; it never becomes part of it.
func TestHostileTextStaysText(t *testing.T) {
	count := func(content []byte) map[string]int {
		doc, err := html.Parse(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]int{}
		for node := range doc.Descendants() {
			if node.Type == html.ElementNode {
				if node.Data == "span" && len(node.Attr) == 0 {
					continue // the groups of a code are as many as the code has
				}
				all[node.Data]++
				for _, a := range node.Attr {
					all[node.Data+" "+a.Key]++
				}
			}
		}
		return all
	}
	render := func(name, text, address string) []byte {
		frame := sinkFrame(berlin(t))
		if name == "letter" {
			frame.Errors = nil // it has no fields
		}
		frame.Clinic, frame.Person, frame.Self, frame.Back = text, text, address, address
		data := sinkOf(text)
		data.Code = text
		data.Roles[0] = page.Choice{Value: text, Text: text, Hint: text}
		for i := range data.Tasks {
			data.Tasks[i].Text, data.Tasks[i].Tag, data.Tasks[i].Href = text, text, address
		}
		for i := range data.Rows {
			data.Rows[i] = sinkRow{text, text, text, "good"}
		}
		content, err := sink.Render(get(words.German, "/sink"), name, frame, data)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	for _, name := range []string{"sink", "letter"} {
		tame := count(render(name, "tame", "/team"))
		for _, hostile := range []string{
			`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' autofocus onfocus='alert(1)`, `</textarea><script>1</script>`,
			`</title><script>1</script>`, `{{.Frame}}`, `<!--`, `]]><svg/onload=1>`, "\u202egnp.exe", `&lt;script&gt;`, "`${1}`",
		} {
			content := render(name, hostile, "/team")
			if diff := cmp.Diff(tame, count(content)); diff != "" {
				t.Errorf("%s: %q becomes part of the page:\n%s", name, hostile, diff)
			}
			for _, problem := range pagetest.Problems(content) {
				t.Errorf("%s: %q: %s", name, hostile, problem)
			}
		}
		for _, address := range []string{"javascript:alert(1)", "data:text/html,<script>1</script>", "JaVaScRiPt:alert(1)"} {
			content := string(render(name, "tame", address))
			if strings.Contains(content, `href="`+address) || strings.Contains(content, `action="`+address) {
				t.Errorf("%s: a link leads to %s", name, address)
			}
		}
	}
}

func TestHeadersShutThePageOff(t *testing.T) {
	w := httptest.NewRecorder()
	sink.Write(w, get(words.Danish, "/join"), http.StatusOK, "join", page.Frame{Title: "portal.title"}, nil)
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; " +
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
		"Cache-Control":                "no-store",
		"Content-Language":             "da",
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
		"Strict-Transport-Security":    "max-age=63072000",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestOrdinaryPagesHaveNoScript(t *testing.T) {
	content, err := sink.Render(get(words.English, "/sink"), "sink", sinkFrame(nil), sinkOf("x"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, []byte("<script")) {
		t.Error("there is a script")
	}
}

func TestBrokenPageIsAnsweredAsOurMistakeAndNeverByHalf(t *testing.T) {
	pages := page.New(fstest.MapFS{
		"pages/nofield.html": {Data: []byte(`<h1>begin</h1>{{.Data.Missing}}`)},
		"pages/option.html":  {Data: []byte(`<h1>begin</h1>{{.Field "a" "A" "" "hnit" "typo"}}`)},
		"pages/asset.html":   {Data: []byte(`<h1>begin</h1><script src="{{.Asset "none.js"}}"></script>`)},
		"pages/text.html":    {Data: []byte(`<h1>begin</h1>{{.T "no.such.key"}}`)},
	})
	for _, name := range []string{"nofield", "option", "asset", "text", "nowhere"} {
		w := httptest.NewRecorder()
		pages.Write(w, get(words.German, "/x"), http.StatusOK, name, page.Frame{Title: "portal.title"}, struct{}{})
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "begin") || strings.Contains(w.Body.String(), name) {
			t.Errorf("%s: answered %d %q", name, w.Code, w.Body)
		}
	}
}

func TestPagesOfOneFunctionShareBlocks(t *testing.T) {
	pages := page.New(fstest.MapFS{
		"pages/_row.html": {Data: []byte(`{{define "row"}}<p>row {{.}}</p>{{end}}`)},
		"pages/a.html":    {Data: []byte(`<h1>a</h1>{{template "row" .Data}}`)},
		"pages/b.html":    {Data: []byte(`<h1>b</h1>{{template "row" .Data}}`)},
	})
	var together sync.WaitGroup
	for i := range 16 {
		together.Go(func() {
			name := []string{"a", "b"}[i%2]
			content, err := pages.Render(get(words.German, "/x"), name, page.Frame{Title: "portal.title"}, i)
			if err != nil || !bytes.Contains(content, fmt.Appendf(nil, "<h1>%s</h1><p>row %d</p>", name, i)) {
				t.Errorf("%s %d: %v %s", name, i, err, content)
			}
		})
	}
	together.Wait()
}

func TestHeadGetsNoBody(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodHead, "/x", nil)
	sink.Write(w, r, http.StatusOK, "join", page.Frame{Title: "portal.title"}, nil)
	if w.Code != http.StatusOK || w.Body.Len() > 0 {
		t.Errorf("answered %d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestAnswerToAPostOffersLanguagesOnlyWhereThereIsAWayBack(t *testing.T) {
	for _, c := range []struct {
		method, self, want string
	}{
		{http.MethodGet, "", `name="back" value="/join?a=b&amp;c"`},
		{http.MethodPost, "", ""},
		{http.MethodPost, "/login", `name="back" value="/login"`},
	} {
		r := httptest.NewRequest(c.method, "/join?a=b&c", nil)
		content, err := sink.Render(r, "join", page.Frame{Title: "portal.title", Self: c.self}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if offered := bytes.Contains(content, []byte(`action="/language"`)); offered != (c.want != "") || !bytes.Contains(content, []byte(c.want)) {
			t.Errorf("%s with %q: want %q in\n%s", c.method, c.self, c.want, content)
		}
	}
}

func TestLanguageComesFromTheCookieThenFromTheBrowser(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Language", "da-DK")
	if got := page.Lang(r); got != words.Danish {
		t.Errorf("the browser's: %s", got)
	}
	r.AddCookie(&http.Cookie{Name: page.LangCookie, Value: "nb"})
	if got := page.Lang(r); got != words.Norwegian {
		t.Errorf("the chosen one: %s", got)
	}
}

func TestErrorSummaryLeadsToTheFields(t *testing.T) {
	content, err := sink.Render(get(words.English, "/sink"), "sink", page.Frame{Title: "portal.title", Errors: []fault.Field{
		{Name: "role", Code: "field.choice"}, {Name: "note", Code: "field.too_long"},
	}}, sinkOf("x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<title>Error: `, `<a href="#field-role">`, `<input type="radio" id="field-role"`, `<a href="#field-note">`,
		`<textarea id="field-note" name="note" rows="3" aria-describedby="field-note-error" aria-invalid="true">`,
	} {
		if !bytes.Contains(content, []byte(want)) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestCodeIsPartedIntoGroupsThatCanBeReadOut(t *testing.T) {
	pages := page.New(fstest.MapFS{"pages/a.html": {Data: []byte(`{{.Groups .Data}}`)}})
	for code, want := range map[string]string{
		"698182":      "<span>698</span> <span>182</span>",
		"KMR4X7P2W":   "<span>KMR</span> <span>4X7</span> <span>P2W</span>",
		"ABCD2345":    "<span>ABCD</span> <span>2345</span>",
		"KM4X-7P2W":   "<span>KM4X</span> <span>7P2W</span>",
		"KMR 4X7 P2W": "<span>KMR</span> <span>4X7</span> <span>P2W</span>",
		"AB":          "<span>AB</span>",
	} {
		content, err := pages.Render(get(words.German, "/"), "a", page.Frame{Title: "portal.title"}, code)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(content, []byte(`<span class="groups">`+want+`</span>`)) {
			t.Errorf("%s: want %s in\n%s", code, want, content)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	r := get(words.German, "/sink")
	for b.Loop() {
		if _, err := sink.Render(r, "sink", sinkFrame(time.UTC), sinkOf("x")); err != nil {
			b.Fatal(err)
		}
	}
}
