package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/session"
	"vestibule/shared/team"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewJSONHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug})))
	awstest.Main(m, "TeamFunction")
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

// practice is a function that is open, with tables of its own.
type practice struct {
	t     testing.TB
	world *awstest.World
	env   environment
	door  http.Handler
	db    *dynamo.DB // for what the test does by itself
}

func openPractice(t testing.TB) *practice {
	t.Helper()
	w := awstest.New(t)
	env, err := boot.EnvFrom[environment](w.Env("TeamFunction"))
	if err != nil {
		t.Fatal(err)
	}
	door, err := furnish(env, w.Config())
	if err != nil {
		t.Fatal(err)
	}
	return &practice{t, w, env, door, dynamo.Open(w.Seed())}
}

func (p *practice) clinic(name string) id.ClinicID {
	p.t.Helper()
	c := clinic.Clinic{ID: id.New[id.ClinicID](time.Now(), rand.Reader), Name: name, Zone: "Europe/Berlin", Lang: "de"}
	if err := clinic.Open(p.db, p.env.ClinicTable).Put(p.t.Context(), c); err != nil {
		p.t.Fatal(err)
	}
	return c.ID
}

// member adds a person to a team as they are; who has a login is signed in, and the cookie is returned.
func (p *practice) member(m team.Member) (id.MemberID, *http.Cookie) {
	p.t.Helper()
	m.ID = id.New[id.MemberID](time.Now(), rand.Reader)
	tx := p.db.Begin()
	team.Open(p.db, p.env.TeamTable).Join(tx, m)
	var cookie session.Cookie
	if m.HasAccess() {
		seat := session.Seat{AccountID: m.AccountID, ClinicID: m.ClinicID, MemberID: m.ID, Name: m.Name}
		for _, role := range m.Roles {
			seat.Roles = append(seat.Roles, string(role))
		}
		var err error
		if cookie, err = session.Open(p.db, p.env.SessionTable).Seat(tx, seat, time.Now(), rand.Reader); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := tx.Commit(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	return m.ID, &http.Cookie{Name: web.CookieName, Value: cookie.Value()}
}

func newAccount() id.AccountID { return id.New[id.AccountID](time.Now(), rand.Reader) }

func (p *practice) ask(r *http.Request, cookie *http.Cookie) (int, string) {
	p.t.Helper()
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer := webtest.Answer(p.t, p.door, r)
	var into bytes.Buffer
	if _, err := into.ReadFrom(answer.Body); err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, into.String()
}

// members asks for the team as a practice system does.
func (p *practice) members(cookie *http.Cookie) []Member {
	p.t.Helper()
	status, text := p.ask(webtest.Get("/api/team"), cookie)
	if status != http.StatusOK {
		p.t.Fatalf("answer %d: %s", status, text)
	}
	var out struct{ Members []Member }
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		p.t.Fatal(err)
	}
	return out.Members
}
