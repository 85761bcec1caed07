package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vestibule/shared/account"
	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/mail"
	"vestibule/shared/seal"
	"vestibule/shared/session"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewJSONHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug})))
	awstest.Main(m, "SessionsFunction")
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

// house is a function that is open for people, with its own clock and its own tables.
type house struct {
	t     testing.TB
	world *awstest.World
	env   environment
	desk  *desk
	door  http.Handler
	db    *dynamo.DB // for what the test does by itself
	clock atomic.Int64

	compared atomic.Int64 // passwords, with whatever
	against  atomic.Int64 // passwords, with a stored one
}

// atOnce bounds the comparisons at one moment: each takes 19 MiB, and a real function makes one at a time.
var atOnce = make(chan struct{}, 8)

func (h *house) compare(typed seal.Password, stored string) bool {
	h.compared.Add(1)
	if stored != "" {
		h.against.Add(1)
	}
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	return seal.CheckPassword(typed, stored)
}

func openHouse(t testing.TB) *house {
	t.Helper()
	w := awstest.New(t)
	env, err := boot.EnvFrom[environment](w.Env("SessionsFunction"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, world: w, env: env, desk: open(env, w.Config()), db: dynamo.Open(w.Seed())}
	h.desk.now = func() time.Time { return time.Unix(h.clock.Load(), 0) }
	h.desk.compare = h.compare
	h.clock.Store(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC).Unix())
	h.door = h.desk.routes()
	return h
}

func (h *house) wait(d time.Duration) { h.clock.Add(int64(d / time.Second)) }

func (h *house) clinic(name string) id.ClinicID {
	h.t.Helper()
	c := clinic.Clinic{ID: id.New[id.ClinicID](time.Now(), rand.Reader), Name: name, Zone: "Europe/Berlin", Lang: "de"}
	if err := clinic.Open(h.db, h.env.ClinicTable).Put(h.t.Context(), c); err != nil {
		h.t.Fatal(err)
	}
	return c.ID
}

// password is what everybody's is here unless a test says otherwise.
const password = "vier lila Störche im Regen"

var passwordHash = sync.OnceValue(func() string {
	hash, err := seal.HashPassword(seal.NewPassword(password), rand.Reader)
	if err != nil {
		panic(err)
	}
	return hash
})

// person makes an account with places in clinics; a login leads to the first.
func (h *house) person(address, name string, clinics ...id.ClinicID) id.AccountID {
	h.t.Helper()
	parsed, err := mail.Parse(address)
	if err != nil {
		h.t.Fatal(err)
	}
	a := account.Account{ID: id.New[id.AccountID](time.Now(), rand.Reader), Mail: parsed, Name: name, Lang: "de", CreatedAt: h.desk.now()}
	tx := h.db.Begin()
	account.Open(h.db, h.env.AccountTable).Create(tx, a, passwordHash(), clinics[0])
	sessions := session.Open(h.db, h.env.SessionTable)
	var first []session.Cookie
	for _, c := range clinics {
		seat := session.Seat{AccountID: a.ID, ClinicID: c, MemberID: id.New[id.MemberID](time.Now(), rand.Reader), Name: name, Roles: []string{"assistant"}}
		cookie, err := sessions.Seat(tx, seat, h.desk.now(), rand.Reader)
		if err != nil {
			h.t.Fatal(err)
		}
		first = append(first, cookie)
	}
	if err := tx.Commit(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	for _, cookie := range first {
		if err := sessions.End(h.t.Context(), cookie); err != nil {
			h.t.Fatal(err)
		}
	}
	return a.ID
}

// unseat is what removing somebody from a team does to their place.
func (h *house) unseat(account id.AccountID, clinic id.ClinicID) {
	h.t.Helper()
	if err := h.db.Delete(h.t.Context(), h.env.SessionTable, dynamo.Key("account_id", string(account), "clinic_id", string(clinic))); err != nil {
		h.t.Fatal(err)
	}
}

// failures sets how often a login has failed in a row, the last time now.
func (h *house) failures(address string, n int) {
	h.t.Helper()
	parsed, err := mail.Parse(address)
	if err != nil {
		h.t.Fatal(err)
	}
	_, err = h.db.Update(h.t.Context(), dynamo.Update{
		Table: h.env.AccountTable, Key: dynamo.Key("account_id", "mail#"+parsed.Key()), Set: "SET failures = :n, tried_at = :now",
		With: dynamo.Values(":n", n, ":now", h.desk.now().Unix()),
	}, &dynamo.Item{})
	if err != nil {
		h.t.Fatal(err)
	}
}

// dump is everything that is stored, as text.
func (h *house) dump() string {
	h.t.Helper()
	text, err := json.Marshal(h.world.Dump(h.t.Context()))
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

// browser keeps the session cookie between requests.
type browser struct {
	house  *house
	cookie *http.Cookie
}

func (h *house) browser() *browser { return &browser{house: h} }

func (b *browser) send(r *http.Request) *http.Response {
	b.house.t.Helper()
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	answer := webtest.Answer(b.house.t, b.house.door, r)
	for _, c := range answer.Cookies() {
		if c.Name != web.CookieName {
			continue
		}
		if b.cookie = c; c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return answer
}

// signedInAt is a browser with a session that is there already.
func (h *house) signedInAt(account id.AccountID, clinic id.ClinicID) *browser {
	h.t.Helper()
	cookie, err := session.Open(h.db, h.env.SessionTable).Begin(h.t.Context(), account, clinic, h.desk.now(), rand.Reader)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h, &http.Cookie{Name: web.CookieName, Value: cookie.Value()}}
}

// login signs in with the right password.
func (b *browser) login(address string) *browser {
	b.house.t.Helper()
	b.send(webtest.Form("/login", "mail", address, "password", password))
	if b.cookie == nil {
		b.house.t.Fatal("not signed in")
	}
	return b
}

// signedIn asks for a page that only the signed-in see.
func (b *browser) signedIn() bool {
	b.house.t.Helper()
	answer := b.send(webtest.Get("/clinics"))
	if answer.StatusCode != http.StatusOK && answer.Header.Get("Location") != "/login?next=%2Fclinics" {
		b.house.t.Fatalf("answer %d, to %q", answer.StatusCode, answer.Header.Get("Location"))
	}
	return answer.StatusCode == http.StatusOK
}

func body(t testing.TB, answer *http.Response) string {
	t.Helper()
	var into bytes.Buffer
	if _, err := into.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	return into.String()
}

// TestFurnishedFunctionAnswers goes the way that main goes.
func TestFurnishedFunctionAnswers(t *testing.T) {
	w := awstest.New(t)
	for name, value := range w.Env("SessionsFunction") {
		t.Setenv(name, value)
	}
	env, err := boot.Env[environment]()
	if err != nil {
		t.Fatal(err)
	}
	h, err := furnish(env, w.Config())
	if err != nil {
		t.Fatal(err)
	}
	if answer := webtest.Answer(t, h, webtest.Get("/login")); answer.StatusCode != http.StatusOK {
		t.Errorf("answer %d", answer.StatusCode)
	}
	if len(w.Calls()) != 0 {
		t.Error("the login page asks AWS for something")
	}
}
