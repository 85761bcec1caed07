package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"
	text "text/template"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
)

const canary = "kanarienvogel-7GX2"

// kinds of secrets, each by itself and wherever a struct may carry it.
func kinds() map[string]any {
	type exported struct {
		Code     Code
		Token    *Token
		Password []Password
	}
	type hidden struct {
		code     Code
		token    *Token
		password map[string]Password
	}
	code, token, password := NewCode(canary), NewToken(canary), NewPassword(canary)
	return map[string]any{
		"code": code, "token": token, "password": password,
		"pointer to a code": &code, "pointer to a token": &token, "pointer to a password": &password,
		"slice":                []Token{token},
		"map":                  map[string]Code{"a": code},
		"error's argument":     fmt.Errorf("redeem with %v: %w", code, errors.ErrUnsupported),
		"struct":               exported{code, &token, []Password{password}},
		"struct that hides it": hidden{code, &token, map[string]Password{"a": password}},
		"pointer to a struct":  &hidden{code, &token, nil},
	}
}

// What a printed secret could look like: itself, or its bytes as %x and %d write them.
var traces = []string{canary, canary[:8], hex.EncodeToString([]byte(canary))[:16], strings.ToUpper(hex.EncodeToString([]byte(canary)))[:16], "107 97 110 97"}

func mustHide(t *testing.T, how, printed string) {
	t.Helper()
	for _, trace := range traces {
		if strings.Contains(printed, trace) {
			t.Errorf("%s shows %q", how, printed)
			return
		}
	}
}

func TestASecretIsNotPrintedByAnyVerb(t *testing.T) { // T58
	for name, value := range kinds() {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%#x", "%d", "%t", "%c", "%U", "%e", "%p", "%10.3s", "%!", "%w", "%T", "no verb"} {
			mustHide(t, name+" by "+verb, fmt.Sprintf(verb, value))
		}
		mustHide(t, name+" by Sprint", fmt.Sprint(value)+fmt.Sprintln(value))
	}
	code := NewCode(canary)
	mustHide(t, "its own text", code.String()+code.GoString()+code.LogValue().String())
	for name, value := range map[string]any{"code": code, "token": NewToken(canary), "password": NewPassword(canary)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, value); got != placeholder {
				t.Errorf("%s by %s: got %q, want %q", name, verb, got, placeholder)
			}
		}
	}
}

func TestASecretIsNotLogged(t *testing.T) { // T58
	for name, value := range kinds() {
		var log bytes.Buffer
		for _, handler := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
			slog.New(handler).Info("redeem", "in", value, slog.Group("more", "in", value), "list", []any{value})
		}
		if log.Len() == 0 {
			t.Fatal("nothing was logged")
		}
		mustHide(t, name+" in the log", log.String())
	}
}

func TestASecretIsNotMarshalled(t *testing.T) {
	for name, value := range kinds() {
		if marshalled, err := json.Marshal(value); err == nil {
			mustHide(t, name+" as JSON", string(marshalled))
		}
		if marshalled, err := xml.Marshal(value); err == nil {
			mustHide(t, name+" as XML", string(marshalled))
		}
		if item, err := attributevalue.Marshal(value); err == nil {
			mustHide(t, name+" as an item", fmt.Sprintf("%#v", item)+dump(item))
		}
	}
	if got, err := json.Marshal(struct{ Code Code }{NewCode(canary)}); err != nil || string(got) != `{"Code":"[secret]"}` {
		t.Errorf("got %s, %v", got, err)
	}
}

// dump follows pointers, which %#v does not.
func dump(value any) string {
	out, _ := json.Marshal(value)
	return string(out)
}

func TestASecretIsNotOnAPage(t *testing.T) {
	for name, value := range kinds() {
		var page bytes.Buffer
		const body = `<p title="{{.}}">{{.}}</p>`
		if err := template.Must(template.New("").Parse(body)).Execute(&page, value); err != nil {
			t.Fatal(err)
		}
		if err := text.Must(text.New("").Parse(body)).Execute(&page, value); err != nil {
			t.Fatal(err)
		}
		mustHide(t, name+" on a page", page.String())
	}
}

func TestASecretComesInAndGoesOutByRevealOnly(t *testing.T) {
	var in struct {
		Code     Code
		Token    *Token
		Password Password
	}
	if err := json.Unmarshal([]byte(`{"Code":"a","Token":"b","Password":"c"}`), &in); err != nil {
		t.Fatal(err)
	}
	if got := in.Code.Reveal() + in.Token.Reveal() + in.Password.Reveal(); got != "abc" {
		t.Errorf("got %q, want abc", got)
	}
	if !(Code{}).Empty() || NewCode("a").Empty() || (Token{}).Reveal() != "" {
		t.Error("an empty secret is not empty, or one with something inside is")
	}
}

func TestATokenIsLongAndComesFromTheReader(t *testing.T) {
	token, err := RandomToken(bytes.NewReader(bytes.Repeat([]byte{0xfb}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("-_v7", 10) + "-_s"; token.Reveal() != want {
		t.Errorf("got %q, want %q", token.Reveal(), want)
	}
	sum := sha256.Sum256([]byte(token.Reveal()))
	if token.Hash() != hex.EncodeToString(sum[:]) {
		t.Errorf("the hash is %q", token.Hash())
	}
	if _, err := RandomToken(bytes.NewReader(make([]byte, 31))); err == nil {
		t.Error("a reader that ends too soon makes a token")
	}
}

func TestEqual(t *testing.T) {
	if !Equal("same", "same") || Equal("same", "sama") || Equal("same", "sam") || Equal("", "s") {
		t.Error("Equal is not equality")
	}
}
