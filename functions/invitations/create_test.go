package main

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/seal"
	"vestibule/shared/web/webtest"
)

var sameToken = cmp.Comparer(func(a, b seal.Token) bool { return a.Reveal() == b.Reveal() })

func TestA11NewPersonGetsOneMailWithALink(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	inv := h.as(demo.Caro).invite()
	mails := h.mails(inv)
	if len(mails) != 1 {
		t.Fatalf("%d mails, want 1", len(mails))
	}
	got := mails[0].(letter.Invitation)
	got.Token = seal.Token{}
	want := letter.Invitation{
		To: letter.Person{Name: "Petra Schulz", Mail: "petra.schulz@post.example"}, Lang: "de", Inviter: demo.Caro.Name, Clinic: demo.Muster.Name,
		Role: "assistant", Until: h.now().Add(invite.Life), Zone: "Europe/Berlin",
	}
	if diff := cmp.Diff(want, got, sameToken); diff != "" {
		t.Error(diff)
	}
	if err := h.opens(h.link(inv)); err != nil {
		t.Errorf("the link opens nothing: %v", err)
	}
}

func TestA11MemberWithoutALoginIsInvitedAsThemselves(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	form := caro.send(webtest.Get("/invitations/new?member=" + string(demo.Mia.ID)))
	for _, want := range []string{`value="Mia Neumann"`, `value="MFA"`, `name="member_id" value="` + string(demo.Mia.ID) + `"`} {
		if !strings.Contains(form.Body, want) {
			t.Errorf("the form has not %s", want)
		}
	}
	inv := caro.invite(func(in *NewInvitation) { in.Name, in.MemberId = "Mia Neumann", text(string(demo.Mia.ID)) })
	if inv.MemberID != demo.Mia.ID || !inv.Listed || len(h.mails(inv)) != 1 {
		t.Errorf("member %s, listed %v, %d mails", inv.MemberID, inv.Listed, len(h.mails(inv)))
	}
}

func TestA11MemberWithALoginIsNotInvited(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	before := h.dump()
	in := guest
	in.MemberId = text(string(demo.Lena.ID))
	if got := caro.api("POST", "/api/invitations", body(in), "k"); got.Status != http.StatusConflict || got.code() != "team.has_access" {
		t.Errorf("got %d %s", got.Status, got.code())
	}
	got := caro.send(webtest.Form("/invitations", "name", in.Name, "mail", in.Mail, "role", in.Role, "member_id", *in.MemberId, "once", "k"))
	if got.Status != http.StatusConflict || !strings.Contains(got.Body, `class="summary"`) || !strings.Contains(got.Body, in.Mail) {
		t.Errorf("form: got %d, or no summary, or what was typed is lost", got.Status)
	}
	if got := caro.send(webtest.Get("/invitations/new?member=" + string(demo.Lena.ID))); got.Status != http.StatusConflict {
		t.Errorf("page: got %d", got.Status)
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

func TestMemberWhoHasLeftOrIsOfAnotherClinicIsNotThere(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	left := demo.Mia.Member
	left.ID, left.Active = id.New[id.MemberID](h.now(), h.random()), false
	tx := h.demo.DB.Begin()
	h.demo.Teams.Join(tx, left)
	h.must(tx.Commit(h.ctx()))
	before := h.dump()
	var answers []string
	for _, which := range []string{
		string(left.ID), string(demo.Ola.ID), string(id.New[id.MemberID](h.now(), h.random())), "mem_", "x", string(demo.Muster.ID), strings.Repeat("mem_", 500),
	} {
		in := guest
		in.MemberId = &which
		got := caro.api("POST", "/api/invitations", body(in), "")
		if got.Status != http.StatusNotFound || got.code() != "team.unknown" {
			t.Errorf("%.40s: got %d %s", which, got.Status, got.code())
		}
		answers = append(answers, got.Body)
		if got := caro.send(webtest.Get("/invitations/new?member=" + which)); got.Status != http.StatusNotFound {
			t.Errorf("page for %.40s: got %d", which, got.Status)
		}
	}
	if len(slices.Compact(answers)) != 1 {
		t.Error("the answers differ")
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

func TestP42InvitationIsOneTransactionOfFourWritesAndEightUnits(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	for key, in := range map[string]NewInvitation{"usual": guest, "long": {
		Name: "Dr. med. univ. Maria-Magdalena Freifrau von Oberhausen-Untermeyer", Function: text("Fachärztin für Innere Medizin und Kardiologie"),
		Mail: "maria-magdalena.von.oberhausen-untermeyer@medizinisches-versorgungszentrum.example", Role: "practitioner", Language: text("de"),
	}} {
		before := h.dump()
		h.world.ResetCalls()
		if got := caro.api("POST", "/api/invitations", body(in), key); got.Status != http.StatusCreated {
			t.Fatalf("got %d", got.Status)
		}
		want := []string{"BatchGetItem ClinicTable+SessionTable", "TransactWriteItems AuditTable+InviteTable+OnceTable+OutboxTable"}
		trips, units := h.trips()
		if diff := cmp.Diff(want, trips); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
		if units > 8 {
			t.Errorf("%s: %v write units, want at most 8", key, units)
		}
		if diff := cmp.Diff(map[string]int{"AuditTable": 1, "InviteTable": 1, "OnceTable": 1, "OutboxTable": 1}, more(before, h.dump())); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
}

// trips are the calls of DynamoDB since they were forgotten, and what the writes among them cost.
func (h *house) trips() (trips []string, units float64) {
	for _, c := range h.world.Calls() {
		if c.Service == "dynamodb" {
			trips = append(trips, c.Action+" "+strings.Join(c.Tables, "+"))
			units += c.Capacity.Write
		}
	}
	return trips, units
}

// more counts the items that came on top, by table.
func more(before, after map[string][]map[string]any) map[string]int {
	grown := map[string]int{}
	for table := range after {
		if n := len(after[table]) - len(before[table]); n != 0 {
			grown[table] = n
		}
	}
	return grown
}

func TestWhatEachRequestCostsAtDynamoDB(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	const signedIn = "BatchGetItem ClinicTable+SessionTable"
	path := "/api/invitations/" + string(inv.ID)
	for _, c := range []struct {
		what  string
		r     *http.Request
		trips []string
		units float64
	}{
		{"list", webtest.Get("/invitations"), []string{signedIn, "Query InviteTable", "BatchGetItem OutboxTable"}, 0},
		{"form", webtest.Get("/invitations/new"), []string{signedIn}, 0},
		{"one", webtest.Get("/invitations/" + string(inv.ID)), []string{signedIn, "GetItem InviteTable", "BatchGetItem OutboxTable"}, 0},
		{"code", webtest.JSON("POST", path+"/code", ""), []string{signedIn, "GetItem InviteTable", "TransactWriteItems AuditTable"}, 2},
		{
			"resend", webtest.JSON("POST", path+"/resend", ""),
			[]string{signedIn, "GetItem InviteTable", "TransactWriteItems AuditTable+InviteTable+OutboxTable", "BatchGetItem OutboxTable"}, 6,
		},
		{
			"withdraw", webtest.JSON("POST", path+"/withdraw", ""),
			[]string{signedIn, "GetItem InviteTable", "TransactWriteItems AuditTable+InviteTable", "BatchGetItem OutboxTable"}, 4,
		},
	} {
		h.world.ResetCalls()
		caro.send(c.r)
		trips, units := h.trips()
		if diff := cmp.Diff(c.trips, trips); diff != "" || units != c.units {
			t.Errorf("%s: %v units, want %v; %s", c.what, units, c.units, diff)
		}
	}
	for range 11 { // a list of twelve costs the same trips as a list of one
		caro.invite()
	}
	h.world.ResetCalls()
	caro.send(webtest.Get("/invitations"))
	if trips, _ := h.trips(); len(trips) != 3 {
		t.Errorf("twelve invitations are read in %d trips: %v", len(trips), trips)
	}
}

func TestP42OneKeyIsOneInvitationHoweverManyAtOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	before := h.dump()
	statuses, ids := make([]int, 32), make([]string, 32)
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			if i%2 == 0 {
				got := caro.send(webtest.Form("/invitations", "name", guest.Name, "function", *guest.Function, "mail", guest.Mail, "role", guest.Role, "once", "a-click"))
				statuses[i], ids[i] = got.Status, strings.TrimSuffix(strings.TrimPrefix(got.Header.Get("Location"), "/invitations/"), "?done=created")
				return
			}
			got := caro.api("POST", "/api/invitations", body(guest), "a-click")
			var made Invitation
			got.read(t, &made)
			statuses[i], ids[i] = got.Status, made.InviteId
		})
	}
	all.Wait()
	for i := range statuses {
		if want := []int{http.StatusSeeOther, http.StatusCreated}[i%2]; statuses[i] != want || ids[i] != ids[0] {
			t.Errorf("%d: got %d for %s, want %d for %s", i, statuses[i], ids[i], want, ids[0])
		}
	}
	if diff := cmp.Diff(map[string]int{"AuditTable": 1, "InviteTable": 1, "OnceTable": 1, "OutboxTable": 1}, more(before, h.dump())); diff != "" {
		t.Error(diff)
	}
}

func TestP42KeyOfAnotherRequestIsRefused(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro, jonas := h.as(demo.Caro), h.as(demo.Jonas)
	first := caro.api("POST", "/api/invitations", body(guest), "a-key")
	before := h.dump()
	for what, change := range map[string]func(*NewInvitation){
		"name":     func(in *NewInvitation) { in.Name = "Petra Schultz" },
		"function": func(in *NewInvitation) { in.Function = nil },
		"mail":     func(in *NewInvitation) { in.Mail = "petra.schultz@post.example" },
		"language": func(in *NewInvitation) { in.Language = text("nb") },
		"role":     func(in *NewInvitation) { in.Role = "practitioner" },
		"member":   func(in *NewInvitation) { in.MemberId = text(string(demo.Mia.ID)) },
	} {
		in := guest
		change(&in)
		if got := caro.api("POST", "/api/invitations", body(in), "a-key"); got.Status != http.StatusConflict || got.code() != "once.other_body" {
			t.Errorf("%s: got %d %s", what, got.Status, got.code())
		}
	}
	if again := caro.api("POST", "/api/invitations", body(guest), "a-key"); again.Status != first.Status || again.Body != first.Body {
		t.Errorf("the same again: got %d %s, want %d %s", again.Status, again.Body, first.Status, first.Body)
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
	if got := jonas.api("POST", "/api/invitations", body(guest), "a-key"); got.Status != http.StatusCreated || got.Body == first.Body {
		t.Errorf("somebody else's key of the same name: got %d", got.Status)
	}
}

func TestP42FormThatWasSentAndChangedIsANewInvitation(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	caro.send(webtest.Form("/invitations", "name", "Petra Schulz", "mail", guest.Mail, "role", "assistant", "once", "first"))
	before := h.dump()
	got := caro.send(webtest.Form("/invitations", "name", "Klaus Meyer", "mail", guest.Mail, "role", "assistant", "once", "first"))
	if got.Status != http.StatusConflict || !strings.Contains(got.Body, `value="Klaus Meyer"`) || strings.Contains(got.Body, `name="once" value="first"`) {
		t.Fatalf("got %d, or what was typed is lost, or the key is the old one", got.Status)
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
	if got := caro.send(webtest.Form("/invitations", "name", "Klaus Meyer", "mail", guest.Mail, "role", "assistant", "once", hidden(got.Body, "once"))); got.Status != http.StatusSeeOther {
		t.Errorf("sent again: got %d", got.Status)
	}
}

// hidden is the value of a hidden field of a page.
func hidden(page, name string) string {
	_, rest, _ := strings.Cut(page, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

func TestEveryFormHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	seen := map[string]bool{}
	for range 10 {
		key := hidden(caro.send(webtest.Get("/invitations/new")).Body, "once")
		if len(key) != 32 || seen[key] {
			t.Fatalf("the key is %q", key)
		}
		seen[key] = true
	}
}

func TestNewInvitationLikeAnOldOneIsFilledIn(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite(func(in *NewInvitation) {
		in.Name, in.MemberId, in.Language = "Mia Neumann", text(string(demo.Mia.ID)), text("da")
	})
	caro.act(inv, "withdraw", "")
	page := caro.send(webtest.Get("/invitations/new?like=" + string(inv.ID))).Body
	for _, want := range []string{`value="Mia Neumann"`, guest.Mail, `value="MFA"`, `name="member_id" value="` + string(demo.Mia.ID) + `"`, `value="da" selected`, `value="assistant" aria-describedby="field-role-about" checked`} {
		if !strings.Contains(page, want) {
			t.Errorf("the form has not %s", want)
		}
	}
	for _, like := range []string{string(id.New[id.InviteID](h.now(), h.random())), "inv_x"} {
		if got := h.as(demo.Jonas).send(webtest.Get("/invitations/new?like=" + like)); got.Status != http.StatusNotFound {
			t.Errorf("like %s: got %d", like, got.Status)
		}
	}
	if got := h.as(demo.Ingrid).send(webtest.Get("/invitations/new?like=" + string(inv.ID))); got.Status != http.StatusNotFound {
		t.Errorf("for another clinic: got %d", got.Status)
	}
}
