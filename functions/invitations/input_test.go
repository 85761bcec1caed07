package main

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
	"vestibule/shared/words"
)

// raw sends a body as it is.
func (p person) raw(path, kind, body string, keys ...string) answer {
	p.house.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, k := range keys {
		r.Header.Add(web.IdempotencyKey, k)
	}
	return p.send(r)
}

func TestBadInputIsRefusedClearlyAndWritesNothing(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	before := h.dump()
	good := body(guest)
	grow := func(more string) string { return good[:len(good)-1] + more + "}" }
	set := func(name, value string) string {
		in := map[string]any{"name": guest.Name, "mail": guest.Mail, "role": guest.Role, "function": *guest.Function}
		in[name] = value
		return body(in)
	}
	const kind = "application/json"
	for name, c := range map[string]struct {
		kind, body string
		status     int
		code       string
	}{
		"empty":                     {kind, "", 400, "input.malformed"},
		"no JSON":                   {kind, "name=Petra", 400, "input.malformed"},
		"cut off":                   {kind, good[:len(good)-1], 400, "input.malformed"},
		"two values":                {kind, good + good, 400, "input.malformed"},
		"a list":                    {kind, "[" + good + "]", 400, "input.malformed"},
		"a text":                    {kind, `"Petra"`, 400, "input.malformed"},
		"null":                      {kind, "null", 422, "input.fields name:name.missing mail:mail.missing role:role.missing"},
		"nothing in it":             {kind, "{}", 422, "input.fields name:name.missing mail:mail.missing role:role.missing"},
		"a number as name":          {kind, grow(`,"member_id":7`), 400, "input.malformed"},
		"unknown field":             {kind, grow(`,"clinic_id":"` + string(demo.Fjordgata.ID) + `"`), 400, "input.unknown_field"},
		"field of the answer":       {kind, grow(`,"inviter":"Jonas"`), 400, "input.unknown_field"},
		"another spelling of a one": {kind, grow(`,"Name":"Petra"`), 400, "input.unknown_field"},
		"twice":                     {kind, grow(`,"role":"administrator"`), 400, "input.duplicate_key"},
		"a megabyte":                {kind, set("name", strings.Repeat("a", 1<<20)), 413, "input.too_large"},
		"a megabyte of blanks":      {kind, strings.Repeat(" ", 1<<20) + good, 413, "input.too_large"},
		"deep":                      {kind, strings.Repeat("[", 60000), 400, "input.malformed"},
		"broken UTF-8":              {kind, strings.Replace(good, "Petra", "Pet\xffra", 1), 400, "input.malformed"},
		"half a surrogate":          {kind, strings.Replace(good, "Petra", `Pet\ud800ra`, 1), 400, "input.malformed"},
		"a form":                    {"application/x-www-form-urlencoded", "name=Petra", 400, "input.content_type"},
		"no type":                   {"", good, 400, "input.content_type"},
		"text":                      {"text/plain", good, 400, "input.content_type"},
		"broken type":               {"application/json; charset", good, 400, "input.content_type"},
		"no name":                   {kind, set("name", "  "), 422, "input.fields name:name.missing"},
		"name without a letter":     {kind, set("name", "-. 7"), 422, "input.fields name:name.missing"},
		"name of 101":               {kind, set("name", strings.Repeat("ä", 101)), 422, "input.fields name:name.too_long"},
		"name with a line":          {kind, set("name", "Petra\r\nBcc: x@y.example"), 422, "input.fields name:input.control"},
		"name with a null":          {kind, set("name", "Petra\x00"), 422, "input.fields name:input.control"},
		"name turned around":        {kind, set("name", "Petra \u202ezluhcS"), 422, "input.fields name:input.control"},
		"name with a mark":          {kind, set("name", "Petra\u200f Schulz"), 422, "input.fields name:input.control"},
		"name with nothing":         {kind, set("name", "Petra\u200bSchulz"), 422, "input.fields name:input.control"},
		"name with a soft hyphen":   {kind, set("name", "Pe\u00adtra"), 422, "input.fields name:input.control"},
		"name with a separator":     {kind, set("name", "Petra\u2028Schulz"), 422, "input.fields name:input.control"},
		"function of 61":            {kind, set("function", strings.Repeat("ø", 61)), 422, "input.fields function:function.too_long"},
		"function with a tab":       {kind, set("function", "M\tFA"), 422, "input.fields function:input.control"},
		"unknown role":              {kind, set("role", "king"), 422, "input.fields role:field.choice"},
		"role in capitals":          {kind, set("role", "Assistant"), 422, "input.fields role:field.choice"},
		"unknown language":          {kind, set("language", "sv"), 422, "input.fields language:field.choice"},
		"several":                   {kind, body(NewInvitation{Name: "x", Mail: "x", Role: "x"}), 422, "input.fields mail:mail.malformed role:field.choice"},
	} {
		got := caro.raw("/api/invitations", c.kind, c.body)
		if got.Status != c.status || got.code() != c.code {
			t.Errorf("%s: got %d %s, want %d %s", name, got.Status, got.code(), c.status, c.code)
		}
		if strings.Contains(c.body, "Bcc") && strings.Contains(got.Body, "Bcc") {
			t.Errorf("%s: the answer repeats what was sent", name)
		}
	}
	for name, c := range map[string]struct {
		path, kind, body string
		status           int
		shown            string
	}{
		"JSON to a form":       {"/invitations", "application/json", good, 400, ""},
		"no type":              {"/invitations", "", "name=Petra", 400, ""},
		"several parts":        {"/invitations", "multipart/form-data; boundary=x", "--x--", 400, ""},
		"broken form":          {"/invitations", "application/x-www-form-urlencoded", "name=%zz", 400, ""},
		"semicolon":            {"/invitations", "application/x-www-form-urlencoded", "name=a;b=c", 400, ""},
		"unknown field":        {"/invitations", "application/x-www-form-urlencoded", "name=Petra&admin=1", 400, ""},
		"twice":                {"/invitations", "application/x-www-form-urlencoded", "name=Petra&name=Petra", 400, ""},
		"two keys":             {"/invitations", "application/x-www-form-urlencoded", "once=a&once=b", 400, ""},
		"a megabyte":           {"/invitations", "application/x-www-form-urlencoded", "name=" + strings.Repeat("a", 1<<20), 413, ""},
		"broken UTF-8":         {"/invitations", "application/x-www-form-urlencoded", "name=%ff", 400, ""},
		"unknown field of act": {"/invitations/" + string(inv.ID) + "/withdraw", "application/x-www-form-urlencoded", "x=1", 400, ""},
		"act as JSON":          {"/invitations/" + string(inv.ID) + "/withdraw", "application/json", "{}", 400, ""},
		"unknown in code":      {"/invitations/" + string(inv.ID) + "/code", "application/x-www-form-urlencoded", "x=1", 400, ""},
		"letter as JSON":       {"/invitations/" + string(inv.ID) + "/letter", "application/json", "{}", 400, ""},
		"control in a hidden":  {"/invitations", "application/x-www-form-urlencoded", "name=Petra&mail=p%40post.example&role=assistant&member_id=%01", 422, `class="summary"`},
		"control in a choice":  {"/invitations", "application/x-www-form-urlencoded", "name=Petra&mail=p%40post.example&role=%01&language=%01", 422, `id="field-language-error"`},
		"control in the list":  {"/invitations/" + string(inv.ID) + "/code", "application/x-www-form-urlencoded", "list=%01", 422, ""},
		"empty":                {"/invitations", "application/x-www-form-urlencoded", "", 422, `id="field-name-error"`},
		"no address":           {"/invitations/" + string(inv.ID) + "/mail", "application/x-www-form-urlencoded", "mail=", 422, `id="field-mail-error"`},
		"broken address":       {"/invitations/" + string(inv.ID) + "/mail", "application/x-www-form-urlencoded", "mail=petra", 422, `value="petra"`},
	} {
		got := caro.raw(c.path, c.kind, c.body)
		if got.Status != c.status || !strings.Contains(got.Body, c.shown) || c.shown != "" && !strings.Contains(got.Body, `class="summary"`) {
			t.Errorf("form, %s: got %d, want %d and %s", name, got.Status, c.status, c.shown)
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

func TestAddressesThatCanReceiveMailAreTakenAndOthersRefused(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	before := h.dump()
	for _, mail := range []string{
		"petra", "petra@", "@post.example", "petra@post", "petra@localhost", "petra@@post.example", "pe@tra@post.example", "petra post.example",
		"petra@post..example", "petra@.post.example", "petra@post.example.", "petra@-post.example", "petra@post_office.example",
		".petra@post.example", "petra.@post.example", "pe..tra@post.example", "pe tra@post.example", `"petra"@post.example`, `"pe tra"@post.example`, `pe\tra@post.example`,
		"Petra <petra@post.example>", "<petra@post.example>", "petra(x)@post.example", "petra@post.example,klaus@post.example", "petra@post.example;klaus@post.example",
		"petra@127.0.0.1", "petra@[127.0.0.1]", "petra@[IPv6:::1]", "petra@post.42", "mailto:petra@post.example", "pétra@post.example", "петра@post.example",
		"petra@post\uff0eexample", "petra@\uff50ost.example", "petra@" + strings.Repeat("a", 64) + ".example", strings.Repeat("a", 65) + "@post.example",
		"petra@" + strings.Repeat("abc.", 70) + "example", strings.Repeat("petra", 100000/5),
		"petra@post.example\r\nBcc: klaus@post.example", "petra\n@post.example", "petra@post.example\x00", "pe\ttra@post.example", "petra@post.exam\u00adple",
		"pe\u200btra@post.example", "petra@po\u200bst.example", "petra\u200e@post.example", "petra\u200f@post.example", "petra@\u202eelpmaxe.tsop", "\u2066petra@post.example\u2069",
	} {
		given := guest
		given.Mail = mail
		for where, got := range map[string]answer{
			"new": caro.api("POST", "/api/invitations", body(given), ""), "change": caro.api("POST", "/api/invitations/"+string(inv.ID)+"/mail", body(NewMail{Mail: mail}), ""),
		} {
			if got.Status < 400 || got.Status >= 500 || got.Status == 422 && got.code() != "input.fields mail:mail.malformed" && got.code() != "input.fields mail:input.control" {
				t.Errorf("%s %.60q: got %d %s", where, mail, got.Status, got.code())
			}
		}
		got := caro.send(webtest.Form("/invitations", "name", guest.Name, "mail", mail, "role", "assistant"))
		if got.Status != http.StatusRequestEntityTooLarge && (got.Status != 422 || !strings.Contains(got.Body, `id="field-mail-error"`)) {
			t.Errorf("form %.60q: got %d", mail, got.Status)
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
	for typed, kept := range map[string]string{
		"petra.schulz@post.example": "petra.schulz@post.example", "  petra@post.example \n": "petra@post.example", "Petra@POST.example": "Petra@post.example",
		"petra+praxis@post.example": "petra+praxis@post.example", "petra_schulz-2@post.example": "petra_schulz-2@post.example", "o'neil@post.example": "o'neil@post.example",
		"petra@praxis-müller.example": "petra@praxis-müller.example", "petra@praxis-mu\u0308ller.example": "petra@praxis-müller.example",
		"petra@xn--praxis-mller-jlb.example": "petra@xn--praxis-mller-jlb.example", "petra@å.example": "petra@å.example", "p@a.bc": "p@a.bc",
		strings.Repeat("a", 64) + "@post.example": strings.Repeat("a", 64) + "@post.example",
	} {
		stored := caro.invite(func(in *NewInvitation) { in.Mail = typed })
		if string(stored.Mail) != kept {
			t.Errorf("%q is kept as %q, want %q", typed, stored.Mail, kept)
		}
		if _, err := letterAddress(h, stored); err != nil {
			t.Errorf("%q: no mail can be sent there: %v", typed, err)
		}
	}
}

func TestKeysThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	before := h.dump()
	for name, keys := range map[string][]string{
		"two": {"a", "b"}, "two that are the same": {"a", "a"}, "two as the gateway joins them": {"a,b"}, "too long": {strings.Repeat("k", 129)},
		"blank in it": {"a b"}, "not ASCII": {"schlüssel"}, "control": {"a\x01"},
	} {
		for _, path := range []string{"/api/invitations", "/api/invitations/" + string(inv.ID) + "/mail"} {
			in := body(guest)
			if strings.HasSuffix(path, "mail") {
				in = body(NewMail{Mail: "new@post.example"})
			}
			if got := caro.raw(path, "application/json", in, keys...); got.Status != 400 || got.code() != "once.malformed" && got.code() != "input.malformed" {
				t.Errorf("%s: got %d %s", name, got.Status, got.code())
			}
		}
		for _, path := range []string{"/invitations", "/invitations/" + string(inv.ID) + "/resend"} {
			in := ""
			if path == "/invitations" {
				in = url.Values{"name": {"Petra"}, "mail": {guest.Mail}, "role": {"assistant"}}.Encode()
			}
			if got := caro.raw(path, "application/x-www-form-urlencoded", in, keys...); got.Status != 400 {
				t.Errorf("form, %s: got %d", name, got.Status)
			}
			if len(keys) == 1 {
				if got := caro.raw(path, "application/x-www-form-urlencoded", strings.TrimPrefix(in+"&once="+url.QueryEscape(keys[0]), "&")); got.Status != 400 {
					t.Errorf("hidden field, %s: got %d", name, got.Status)
				}
			}
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
	if got := caro.api("POST", "/api/invitations", body(guest), strings.Repeat("~", 128)); got.Status != http.StatusCreated {
		t.Errorf("a key of 128: got %d", got.Status)
	}
}

func TestWhatWasTypedSurvivesAnError(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	typed := map[string]string{
		"name": `Petra "die Gute" O'Schulz <b>`, "function": "MFA & mehr", "mail": "petra@post", "language": "da", "role": "practitioner",
		"member_id": string(demo.Mia.ID), "once": "key-of-the-form",
	}
	var pairs []string
	for name, value := range typed {
		pairs = append(pairs, name, value)
	}
	got := caro.send(webtest.Form("/invitations", pairs...))
	if got.Status != http.StatusUnprocessableEntity {
		t.Fatalf("got %d", got.Status)
	}
	for _, want := range []string{
		`name="name" type="text" value="` + strings.ReplaceAll(html.EscapeString(typed["name"]), "&#39;", "&#39;") + `"`, `value="MFA &amp; mehr"`, `value="petra@post"`,
		`<option value="da" selected>`, `value="practitioner" aria-describedby="field-role-2-about" checked`, `name="member_id" value="` + string(demo.Mia.ID) + `"`,
		`name="once" value="key-of-the-form"`, `href="#field-mail"`, `aria-invalid="true"`,
	} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("the page has not %s", want)
		}
	}
}

func TestP76LimitsAreTheSameInFormAndAPI(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	contract, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	h.must(err)
	said := contract.Components.Schemas["NewInvitation"].Value.Properties
	if *said["name"].Value.MaxLength != longestName || *said["function"].Value.MaxLength != longestFunction {
		t.Error("openapi.yaml says something else")
	}
	for _, lang := range words.Langs() {
		for code, limit := range map[string]int{"name.too_long": longestName, "function.too_long": longestFunction} {
			if text := words.Fault(lang, code); !strings.Contains(text, strconv.Itoa(limit)) {
				t.Errorf("%s says %q", lang, text)
			}
		}
	}
	for _, sign := range []string{"a", "ø", "字", "😀", "a\u0308"} { // the last is one character that may be typed as two
		for n, fits := range map[int]bool{longestName: true, longestName + 1: false} {
			given := guest
			given.Name = "P" + strings.Repeat(sign, n-1)
			api := caro.api("POST", "/api/invitations", body(given), "")
			form := caro.send(webtest.Form("/invitations", "name", given.Name, "mail", given.Mail, "role", given.Role))
			if (api.Status == http.StatusCreated) != fits || (form.Status == http.StatusSeeOther) != fits {
				t.Errorf("%d of %q: API %d, form %d", n, sign, api.Status, form.Status)
			}
		}
		for n, fits := range map[int]bool{longestFunction: true, longestFunction + 1: false} {
			given := guest
			given.Function = text(strings.Repeat(sign, n))
			if got := caro.api("POST", "/api/invitations", body(given), ""); (got.Status == http.StatusCreated) != fits {
				t.Errorf("function: %d of %q: got %d", n, sign, got.Status)
			}
		}
	}
}

func TestT53HostileNamesAreShownAsTextAndCarryNoLinkIntoAMail(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	for _, name := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `Petra http://evil.example/login`, `Petra www.evil.example`,
		`Petra <petra@evil.example>`, `javascript:alert(1)`, `' OR 1=1 --x`, `=cmd|' /C calc'!A0`, `Petra %0d%0aBcc: x`, `../../etc/passwd x`,
	} {
		inv := caro.invite(func(in *NewInvitation) { in.Name, in.Function = name, text(name) })
		for _, r := range []*http.Request{
			webtest.Get("/invitations"), webtest.Get("/invitations/" + string(inv.ID)), webtest.Get("/invitations/" + string(inv.ID) + "?done=created"),
			webtest.Get("/invitations/new?like=" + string(inv.ID)), webtest.Form("/invitations/" + string(inv.ID) + "/code"), webtest.Form("/invitations/" + string(inv.ID) + "/letter"),
		} {
			got := caro.send(r) // which finds scripts, handlers and strange links by itself
			if got.Status != http.StatusOK || strings.Contains(got.Body, "<script") || strings.Contains(got.Body, "<img") {
				t.Errorf("%s at %s: got %d", name, r.URL.Path, got.Status)
			}
		}
		for _, mail := range h.mailed(inv) {
			if strings.Contains(mail, "evil.example") && !strings.Contains(mail, "evil. example") || strings.Contains(mail, "<script>alert") || strings.Contains(mail, "\r\nBcc") {
				t.Errorf("%s goes into the mail as it is", name)
			}
		}
	}
}

// letterAddress is where the latest mail about an invitation goes, as mail servers are told.
func letterAddress(h *house, inv invite.Invite) (string, error) {
	mails := h.mails(inv)
	return letter.Envelope(mails[len(mails)-1])
}
