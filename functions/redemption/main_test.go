package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"vestibule/infra/demo"
	"vestibule/shared/audit"
	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/mail"
	"vestibule/shared/session"
	"vestibule/shared/vault"
	"vestibule/shared/web"
)

func TestMain(m *testing.M) { awstest.Main(m, "RedemptionFunction") }

const password = "sieben Äpfel am Fluss"

// place is a world with the demo clinics and the desk in it.
type place struct {
	t     testing.TB
	w     *awstest.World
	house demo.House
	desk  *desk
	http  http.Handler
	codes invite.Codes
	clock *clock
}

// clock is a time that tests turn.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *clock) turn(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

func newPlace(t testing.TB) *place {
	t.Helper()
	w := awstest.New(t)
	e, err := boot.EnvFrom[environment](w.Env("RedemptionFunction"))
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, w: w, house: demo.Open(w.Seed(), w.Table), desk: open(e, w.Config()), clock: &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	p.desk.now, p.desk.door.Now = p.clock.Now, p.clock.Now
	p.http = p.desk.routes()
	p.codes = invite.Codes{Mac: vault.OpenMac(w.Seed(), w.Key("CheckKey")), Box: vault.OpenBox(w.Seed(), w.Key("CodeKey"))}
	if err := p.house.Fill(context.Background(), p.clock.Now()); err != nil {
		t.Fatal(err)
	}
	return p
}

// ticket is an invitation with both its halves.
type ticket struct {
	invite.Invite
	link string
	code string
}

// invite makes an invitation of a new person by Dr. Muster.
func (p *place) invite(changes ...func(*invite.Invite)) ticket {
	p.t.Helper()
	ctx, now := context.Background(), p.clock.Now()
	inv := invite.Invite{
		ClinicID: demo.Muster.ID, ID: id.New[id.InviteID](now, rand.Reader), Status: invite.Pending, MemberID: id.New[id.MemberID](now, rand.Reader),
		Name: "Mia Neumann", Function: "MFA", Mail: mail.Address(strings.ToLower(rand.Text()[:8]) + "@praxis-muster.example"), Lang: "de", Role: "assistant",
		InviterID: demo.Caro.ID, InviterName: demo.Caro.Name, ClinicName: demo.Muster.Name, Zone: demo.Muster.Zone, CodeForm: invite.Letters, CreatedAt: now,
	}
	for _, change := range changes {
		change(&inv)
	}
	link, err := invite.NewLink(inv.ClinicID, inv.ID, rand.Reader)
	p.must(err)
	inv, err = inv.Send(link, id.New[id.MessageID](now, rand.Reader), now)
	p.must(err)
	code, err := invite.NewCode(inv.CodeForm, rand.Reader)
	p.must(err)
	inv.CodeMac, inv.CodeSealed, err = p.codes.Keep(ctx, inv, code)
	p.must(err)
	tx := p.house.DB.Begin()
	invite.Open(p.house.DB, p.w.Table("InviteTable")).Add(tx, inv)
	p.must(tx.Commit(ctx))
	return ticket{inv, link.Token().Reveal(), code.Reveal()}
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// stored is an invitation as it stands.
func (p *place) stored(t ticket) invite.Invite {
	p.t.Helper()
	inv, err := invite.Open(p.house.DB, p.w.Table("InviteTable")).Get(context.Background(), t.ClinicID, t.ID)
	p.must(err)
	return inv
}

// body is a redemption as JSON.
func (t ticket) body(code, password string) string {
	in := map[string]string{"link": t.link, "code": code}
	if password != "" {
		in["password"] = password
	}
	out, _ := json.Marshal(in)
	return string(out)
}

// send sends JSON to the API, as whoever the cookie is.
func (p *place) send(path, body string, as *session.Cookie) *http.Response {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if as != nil {
		r.AddCookie(&http.Cookie{Name: web.CookieName, Value: as.Value()})
	}
	w := httptest.NewRecorder()
	p.http.ServeHTTP(w, r)
	return w.Result()
}

func (p *place) signIn(who demo.Person) *session.Cookie {
	p.t.Helper()
	cookie, err := p.house.SignIn(context.Background(), who, p.clock.Now())
	p.must(err)
	return &cookie
}

// code is the stable code of a refusal, and those of its fields.
func code(t testing.TB, answer *http.Response) string {
	t.Helper()
	var problem web.Problem
	if err := json.NewDecoder(answer.Body).Decode(&problem); err != nil {
		t.Fatalf("status %d is no problem: %v", answer.StatusCode, err)
	}
	text := problem.Code
	for _, f := range problem.Fields {
		text += " " + f.Name + ":" + f.Code
	}
	return text
}

// made counts what a redemption makes, by table.
type made struct{ accounts, members, letters, entries int }

func (p *place) made(t ticket) made {
	p.t.Helper()
	var m made
	ctx := context.Background()
	team, err := p.house.Teams.All(ctx, t.ClinicID)
	p.must(err)
	for _, member := range team {
		if member.ID == t.MemberID && member.HasAccess() {
			m.members++
		}
	}
	entries, err := audit.Open(p.house.DB, p.w.Table("AuditTable")).All(ctx, t.ClinicID)
	p.must(err)
	for _, e := range entries {
		if e.About == string(t.ID) && e.Act == "invite.redeem" {
			m.entries++
		}
	}
	dump := p.w.Dump(ctx)
	for _, item := range dump["AccountTable"] {
		if item["mail"] == string(t.Mail) {
			m.accounts++
		}
	}
	for _, item := range dump["OutboxTable"] {
		if item["about"] == string(t.ID) {
			m.letters++
		}
	}
	return m
}

// logs gathers everything that is logged while a test runs. Tests that use it do not run beside others.
func logs(t *testing.T) *bytes.Buffer {
	t.Helper()
	var into bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&into, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &into
}
