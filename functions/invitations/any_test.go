package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vestibule/infra/demo"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/session"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

// TestWhateverIsSentGetsAClearAnswer sends a few thousand requests that mean well, or nearly, or not at all, by all kinds of people to all
// routes. None is our mistake, each answer is what the contract says, nobody gets at another clinic, and in the end the record tells of
// exactly the changes that there were.
func TestWhateverIsSentGetsAClearAnswer(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro, ingrid := h.as(demo.Caro), h.as(demo.Ingrid)
	mine := []invite.Invite{caro.invite(), caro.invite(), h.as(demo.Jonas).invite(), caro.invite()}
	caro.act(mine[3], "withdraw", "")
	foreign := ingrid.invite(func(in *NewInvitation) { in.Name, in.Mail = "Kari Fremmed", "kari.fremmed@post.example" })
	fjordgata := withoutMuster(h.dump())

	people := map[string]session.Cookie{"caro": caro.cookie, "jonas": h.as(demo.Jonas).cookie, "lena": h.as(demo.Lena).cookie}
	ways := append([]string{"GET /invitations", "GET /invitations/new", "POST /invitations", "GET /api/invitations", "POST /api/invitations",
		"PUT /invitations/X", "GET /x", "DELETE /api/invitations/X"}, every...)
	hostile := rapid.SampledFrom([]string{
		"", " ", "Petra", "Petra Schulz", "petra@post.example", "neu@post.example", "assistant", "practitioner", "administrator", "de", "nb", "king", "\x00", "a\r\nb",
		"\u202e", "<b>", `"`, "'", "%", "%zz", "&", "=", ";", "😀", strings.Repeat("a", 101), strings.Repeat("ä", 5000), "null", "{}", "[]", "0", "-1", "1e999", "true",
		string(demo.Mia.ID), string(demo.Lena.ID), string(demo.Ola.ID), string(mine[0].ID), string(foreign.ID), "inv_", "mem_", "../..", "yes", "\xff\xfe",
	})
	anything := rapid.OneOf(hostile, rapid.String())
	fields := rapid.SampledFrom([]string{"name", "function", "mail", "role", "language", "member_id", "once", "list", "clinic_id", "x", ""})
	sent, seen := 0, map[int]int{}
	rapid.Check(t, func(rt *rapid.T) {
		for range 30 {
			way := rapid.SampledFrom(ways).Draw(rt, "way")
			which := rapid.OneOf(
				rapid.Custom(func(rt *rapid.T) string { return string(rapid.SampledFrom(mine).Draw(rt, "mine").ID) }),
				rapid.SampledFrom([]string{string(foreign.ID), string(id.New[id.InviteID](h.now(), h.random())), "day#2026-11-23", "x"}), anything,
			).Draw(rt, "id")
			r := request(way, url.PathEscape(which))
			if !rapid.Bool().Draw(rt, "as it should be") {
				r = odd(rt, r, fields, anything)
			} else if strings.HasSuffix(r.URL.Path, "/invitations") && r.Method == "POST" {
				r = wellMeant(rt, r.URL.Path)
			}
			if rapid.Bool().Draw(rt, "keyed") {
				r.Header.Set(web.IdempotencyKey, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key"))
			}
			if who := rapid.SampledFrom([]string{"caro", "caro", "jonas", "lena", "nobody"}).Draw(rt, "who"); who != "nobody" {
				cookie := people[who]
				r.AddCookie(&http.Cookie{Name: web.CookieName, Value: cookie.Value()})
			}
			got := webtest.Answer(t, h.door, r)
			sent++
			seen[got.StatusCode]++
			if got.StatusCode >= http.StatusInternalServerError {
				rt.Fatalf("%s %s: got %d", r.Method, r.URL.Path, got.StatusCode)
			}
		}
	})
	t.Logf("%d requests: %v", sent, seen)
	if seen[http.StatusCreated]+seen[http.StatusSeeOther] < 20 {
		t.Error("hardly anything was ever done")
	}
	if now := withoutMuster(h.dump()); !same(fjordgata, now) {
		t.Error("something of the other clinic has changed")
	}
	h.checkRecord()
}

// odd makes a request that is wrong in some way.
func odd(rt *rapid.T, r *http.Request, fields, anything *rapid.Generator[string]) *http.Request {
	kind := rapid.SampledFrom([]string{"application/json", "application/x-www-form-urlencoded", "text/plain", "", "application/json; charset=utf-8", "x"}).Draw(rt, "type")
	var sent string
	switch rapid.IntRange(0, 3).Draw(rt, "body") {
	case 0:
		sent = anything.Draw(rt, "raw")
	case 1:
		values := url.Values{}
		for range rapid.IntRange(0, 6).Draw(rt, "fields") {
			values.Add(fields.Draw(rt, "field"), anything.Draw(rt, "value"))
		}
		sent = values.Encode()
	case 2:
		in := map[string]any{}
		for range rapid.IntRange(0, 6).Draw(rt, "fields") {
			in[fields.Draw(rt, "field")] = rapid.OneOf(anything.AsAny(), rapid.Int().AsAny(), rapid.Just[any](nil), rapid.Just[any](map[string]any{})).Draw(rt, "value")
		}
		sent = body(in)
	default:
		in := guest
		in.Role, in.Mail, in.Name = anything.Draw(rt, "role"), anything.Draw(rt, "mail"), anything.Draw(rt, "name")
		sent = body(in)
	}
	method := r.Method
	if method == "GET" && rapid.Bool().Draw(rt, "method") {
		method = "POST"
	}
	bent := httptest.NewRequest(method, "/", strings.NewReader(sent))
	bent.URL = r.URL
	if kind != "" {
		bent.Header.Set("Content-Type", kind)
	}
	bent.Header.Set("Sec-Fetch-Site", rapid.SampledFrom([]string{"same-origin", "same-origin", "none", "cross-site", "x"}).Draw(rt, "site"))
	bent.Header.Set("Accept-Language", anything.Draw(rt, "languages"))
	return bent
}

// wellMeant makes an invitation that may be all right.
func wellMeant(rt *rapid.T, path string) *http.Request {
	in := guest
	in.Role = rapid.SampledFrom([]string{"assistant", "practitioner", "administrator"}).Draw(rt, "role")
	in.Name = rapid.SampledFrom([]string{"Petra", "Klaus"}).Draw(rt, "name")
	if strings.HasPrefix(path, "/api/") {
		return webtest.JSON("POST", path, body(in))
	}
	return webtest.Form(path, "name", in.Name, "mail", in.Mail, "role", in.Role)
}

// withoutMuster is what is stored of the second clinic.
func withoutMuster(dump map[string][]map[string]any) (items []map[string]any) {
	for _, table := range []string{"AuditTable", "InviteTable", "OutboxTable", "TeamTable"} {
		for _, item := range dump[table] {
			if item["clinic_id"] == string(demo.Fjordgata.ID) {
				items = append(items, item)
			}
		}
	}
	return items
}

func same(a, b []map[string]any) bool { return body(a) == body(b) }

// checkRecord holds every invitation against the record: one entry for its making, one for each version that came after, and a letter
// for each mail that counts.
func (h *house) checkRecord() {
	h.t.Helper()
	dump := h.dump()
	entries, letters := map[any]int{}, map[any]int{}
	for _, item := range dump["AuditTable"] {
		if item["act"] != "invite.reveal" && item["act"] != "invite.redeem" {
			entries[item["about"]]++
		}
	}
	for _, item := range dump["OutboxTable"] {
		if item["kind"] == "invitation" {
			letters[item["about"]]++
		}
	}
	for _, item := range dump["InviteTable"] {
		which := item["invite_id"]
		if !strings.HasPrefix(which.(string), "inv_") {
			continue
		}
		version := int(item["version"].(int64))
		if item["status"] == "redeemed" {
			version--
		}
		if entries[which] != version+1 || letters[which] != int(item["mails"].(int64)) {
			h.t.Errorf("%s, version %d, %v mails: %d entries and %d letters", which, version, item["mails"], entries[which], letters[which])
		}
		delete(entries, which)
		delete(letters, which)
	}
	if len(entries)+len(letters) > 0 {
		h.t.Errorf("entries or letters about what is not there: %v %v", entries, letters)
	}
}
