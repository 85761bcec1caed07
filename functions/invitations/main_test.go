package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vestibule/infra/demo"
	"vestibule/shared/audit"
	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/letter"
	"vestibule/shared/outbox"
	"vestibule/shared/seal"
	"vestibule/shared/session"
	"vestibule/shared/team"
	"vestibule/shared/vault"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewJSONHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug})))
	log.SetOutput(said)
	awstest.Main(m, "InvitationsFunction")
}

// said is everything that was logged while the tests ran.
var said = &notes{}

type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// house is the function with the demo clinics in its tables and a clock that the test turns. Beside the function, with calls that are not
// counted, the test looks at what is stored.
type house struct {
	t     testing.TB
	world *awstest.World
	desk  *desk
	door  http.Handler
	clock atomic.Int64 // in seconds, as everything is stored
	ticks atomic.Int64 // milliseconds on top, so that what happens later has the later id
	demo  demo.House

	invites *invite.Store
	outbox  *outbox.Store
	audit   *audit.Store
	codes   invite.Codes
}

func openHouse(t testing.TB) *house {
	t.Helper()
	w := awstest.New(t)
	env, err := boot.EnvFrom[environment](w.Env("InvitationsFunction"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, world: w, desk: open(env, w.Config()), demo: demo.Open(w.Seed(), w.Table)}
	h.clock.Store(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC).Unix())
	h.desk.now = func() time.Time { return h.now().Add(time.Duration(min(h.ticks.Add(1), 999)) * time.Millisecond) }
	h.desk.door.Now = h.desk.now
	h.door = h.desk.routes()
	h.invites = invite.Open(h.demo.DB, env.InviteTable)
	h.outbox = outbox.Open(h.demo.DB, env.OutboxTable, vault.OpenBox(w.Seed(), env.LetterKey))
	h.audit = audit.Open(h.demo.DB, env.AuditTable)
	h.codes = invite.Codes{Mac: vault.OpenMac(w.Seed(), env.CheckKey), Box: vault.OpenBox(w.Seed(), env.CodeKey)}
	h.must(h.demo.Fill(h.ctx(), h.now()))
	return h
}

func (h *house) ctx() context.Context              { return context.Background() }
func (h *house) now() time.Time                    { return time.Unix(h.clock.Load(), 0).UTC() }
func (h *house) wait(d time.Duration)              { h.clock.Add(int64(d / time.Second)); h.ticks.Store(0) }
func (h *house) random() io.Reader                 { return rand.Reader }
func (h *house) dump() map[string][]map[string]any { return h.world.Dump(h.ctx()) }

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// person is somebody of a demo clinic who is signed in.
type person struct {
	demo.Person
	house  *house
	cookie session.Cookie
}

func (h *house) as(who demo.Person) person {
	h.t.Helper()
	cookie, err := h.demo.SignIn(h.ctx(), who, h.now())
	h.must(err)
	return person{who, h, cookie}
}

// join lets one more person into a clinic, with a login.
func (h *house) join(clinic demo.Clinic, name string, roles ...team.Role) person {
	h.t.Helper()
	who := demo.Person{Member: team.Member{
		ClinicID: clinic.ID, ID: id.New[id.MemberID](h.now(), h.random()), Name: name, Roles: roles, Active: true,
		AccountID: id.New[id.AccountID](h.now(), h.random()),
	}}
	seat := session.Seat{AccountID: who.AccountID, ClinicID: who.ClinicID, MemberID: who.ID, Name: who.Name}
	for _, r := range roles {
		seat.Roles = append(seat.Roles, string(r))
	}
	tx := h.demo.DB.Begin()
	h.demo.Teams.Join(tx, who.Member)
	cookie, err := h.demo.Sessions.Seat(tx, seat, h.now(), h.random())
	h.must(err)
	h.must(tx.Commit(h.ctx()))
	return person{who, h, cookie}
}

// answer is what a request got, read to its end.
type answer struct {
	Status int
	Header http.Header
	Body   string
}

// send sends a request as this person and checks what every answer must have.
func (p person) send(r *http.Request) answer {
	p.house.t.Helper()
	r.AddCookie(&http.Cookie{Name: web.CookieName, Value: p.cookie.Value()})
	return p.house.send(r)
}

func (h *house) send(r *http.Request) answer {
	h.t.Helper()
	got := webtest.Answer(h.t, h.door, r)
	body, err := io.ReadAll(got.Body)
	h.must(err)
	return answer{got.StatusCode, got.Header, string(body)}
}

// code is the stable code of a refusal, with those of its fields.
func (a answer) code() string {
	var problem web.Problem
	if err := json.Unmarshal([]byte(a.Body), &problem); err != nil {
		return fmt.Sprintf("status %d is no problem", a.Status)
	}
	text := problem.Code
	for _, f := range problem.Fields {
		text += " " + f.Name + ":" + f.Code
	}
	return text
}

func (a answer) read(t testing.TB, into any) {
	t.Helper()
	if a.Status >= http.StatusBadRequest {
		t.Fatalf("answer %d: %s", a.Status, a.Body)
	}
	if err := json.Unmarshal([]byte(a.Body), into); err != nil {
		t.Fatalf("answer %d: %v", a.Status, err)
	}
}

// api calls the JSON door; key may be empty.
func (p person) api(method, path, body, key string) answer {
	p.house.t.Helper()
	r := webtest.JSON(method, path, body)
	if key != "" {
		r.Header.Set(web.IdempotencyKey, key)
	}
	return p.send(r)
}

// guest is who is invited where the test does not care.
var guest = NewInvitation{Name: "Petra Schulz", Function: text("MFA"), Mail: "petra.schulz@post.example", Role: "assistant"}

func text(s string) *string { return &s }

func body(in any) string {
	out, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// invite invites somebody and returns the invitation as it is stored.
func (p person) invite(changes ...func(*NewInvitation)) invite.Invite {
	p.house.t.Helper()
	in := guest
	for _, change := range changes {
		change(&in)
	}
	var made Invitation
	p.api("POST", "/api/invitations", body(in), "").read(p.house.t, &made)
	return p.house.stored(p.ClinicID, made.InviteId)
}

func (h *house) stored(clinic id.ClinicID, which string) invite.Invite {
	h.t.Helper()
	inv, err := h.invites.Get(h.ctx(), clinic, id.InviteID(which))
	h.must(err)
	return inv
}

func (h *house) again(inv invite.Invite) invite.Invite { return h.stored(inv.ClinicID, string(inv.ID)) }

// act does something with an invitation and wants it done.
func (p person) act(inv invite.Invite, what, in string) invite.Invite {
	p.house.t.Helper()
	var out Invitation
	p.api("POST", "/api/invitations/"+string(inv.ID)+"/"+what, in, "").read(p.house.t, &out)
	return p.house.again(inv)
}

// reveal looks at the code.
func (p person) reveal(inv invite.Invite) string {
	p.house.t.Helper()
	var out RevealedCode
	p.api("POST", "/api/invitations/"+string(inv.ID)+"/code", "", "").read(p.house.t, &out)
	return strings.Join(out.Groups, "")
}

// right tells whether a code is the one that an invitation would be redeemed with.
func (h *house) right(inv invite.Invite, code string) bool {
	h.t.Helper()
	right, err := invite.Check(h.ctx(), h.codes.Mac, inv, seal.NewCode(code))
	h.must(err)
	return right
}

// mails are the letters in the outbox about an invitation, opened, oldest first.
func (h *house) mails(inv invite.Invite) []letter.Letter {
	h.t.Helper()
	var letters []letter.Letter
	for _, item := range h.dump()["OutboxTable"] {
		if item["about"] != string(inv.ID) {
			continue
		}
		l, err := h.outbox.Letter(h.ctx(), outbox.Message{ID: id.MessageID(item["message_id"].(string)), Sealed: item["sealed"].([]byte)})
		h.must(err)
		letters = append(letters, l)
	}
	return letters
}

// link is what stands in the latest mail with a link.
func (h *house) link(inv invite.Invite) invite.Link {
	h.t.Helper()
	for _, item := range h.dump()["OutboxTable"] {
		if item["message_id"] == string(inv.MessageID) {
			l, err := h.outbox.Letter(h.ctx(), outbox.Message{ID: inv.MessageID, Sealed: item["sealed"].([]byte)})
			h.must(err)
			link, err := invite.ParseLink(l.(letter.Invitation).Token.Reveal())
			h.must(err)
			return link
		}
	}
	h.t.Fatal("there is no mail with a link")
	return invite.Link{}
}

// opens tells what a link does for who holds it.
func (h *house) opens(link invite.Link) error {
	_, err := h.invites.Open(h.ctx(), link, h.now())
	return err
}

// record is what the audit trail says about an invitation, oldest first.
func (h *house) record(inv invite.Invite) []audit.Entry {
	h.t.Helper()
	all, err := h.audit.All(h.ctx(), inv.ClinicID)
	h.must(err)
	var about []audit.Entry
	for _, e := range all {
		if e.About == string(inv.ID) {
			about = append(about, e)
		}
	}
	return about
}

func acts(entries []audit.Entry) (names []string) {
	for _, e := range entries {
		names = append(names, strings.TrimPrefix(e.Act, "invite."))
	}
	return names
}

// settle says what became of an invitation's latest mail.
func (h *house) settle(inv invite.Invite, became outbox.Status) {
	h.t.Helper()
	_, _, err := h.outbox.Settle(h.ctx(), inv.MessageID, became, "provider", h.now())
	h.must(err)
}

// TestFurnishedFunctionAnswers goes the way that main goes.
func TestFurnishedFunctionAnswers(t *testing.T) {
	w := awstest.New(t)
	for name, value := range w.Env("InvitationsFunction") {
		t.Setenv(name, value)
	}
	env, err := boot.Env[environment]()
	if err != nil {
		t.Fatal(err)
	}
	door, err := furnish(env, w.Config())
	if err != nil {
		t.Fatal(err)
	}
	got := webtest.Answer(t, door, webtest.Get("/invitations"))
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/login?next=%2Finvitations" {
		t.Errorf("answer %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
	if len(w.Calls()) != 0 {
		t.Error("a stranger's request asks AWS for something")
	}
}
