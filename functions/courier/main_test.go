package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/letter"
	"vestibule/shared/outbox"
	"vestibule/shared/post/posttest"
	"vestibule/shared/seal"
	"vestibule/shared/vault"
)

// said is all that the courier logs and measures while the tests run.
var said lockedBuffer

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewJSONHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug})))
	awstest.Main(m, "CourierFunction")
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

const (
	clinic = id.ClinicID("cli_01JD0000000000000000000001")
	token  = "AZNoQ0aJAAAAAAAAAAAAAAGTaENGiQAAAAAAAAAAAAAYk0vT2pB9Zl4WcQxR7mEh"
)

// town is a courier with all that is around it: the outbox, the queue of notes, the provider and its events, and a clock that only the
// test turns.
type town struct {
	t       *testing.T
	world   *awstest.World
	ses     *posttest.SES
	courier *courier
	handler lambda.Handler
	store   *outbox.Store // the use cases' side: never fails, and is not in the book
	db      *dynamo.DB
	sqs     *sqs.Client
	metrics *lockedBuffer

	mu     sync.Mutex
	now    time.Time
	broken string   // the AWS service that is away
	events [][]byte // that the provider has published and nobody has taken
	untold [][]byte // that were taken and not done
	notes  []types.Message
	// brokenAfterSending takes DynamoDB away as soon as the provider was asked.
	brokenAfterSending bool
}

func visit(t *testing.T) *town {
	t.Helper()
	w := awstest.New(t)
	v := &town{t: t, world: w, now: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), metrics: new(lockedBuffer)}
	env, err := boot.EnvFrom[environment](w.Env("CourierFunction"))
	if err != nil {
		t.Fatal(err)
	}
	v.ses = posttest.NewSES(posttest.Options{Set: env.MailSet, Now: v.clock, Publish: func(_ context.Context, body []byte) error {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.events = append(v.events, body)
		return nil
	}})
	t.Cleanup(v.ses.Close)
	w.Endpoint("ses", v.ses.URL())
	cfg := w.Config()
	cfg.APIOptions = append(cfg.APIOptions, v.withoutDelay, v.outages)
	if v.courier, err = open(env, cfg); err != nil {
		t.Fatal(err)
	}
	v.courier.now, v.courier.metrics = v.clock, v.metrics
	v.courier.pause = func(int, io.Reader) time.Duration { return 0 }
	v.handler = lambda.NewHandler(v.courier.handle)
	v.db = dynamo.Open(w.Seed())
	v.store = outbox.Open(v.db, env.OutboxTable, vault.OpenBox(w.Seed(), env.LetterKey))
	v.sqs = sqs.NewFromConfig(w.Seed())
	t.Cleanup(v.nothingSaid)
	return v
}

// nothingSaid looks for people in what was logged and measured (P77).
func (v *town) nothingSaid() {
	for _, text := range []string{said.String(), v.metrics.String()} {
		for _, canary := range []string{"@", token, token[:20], "Kanari", "://", "/join"} {
			if at := strings.Index(text, canary); at >= 0 {
				v.t.Errorf("the log holds %q: …%s…", canary, text[max(0, at-200):min(len(text), at+100)])
			}
		}
	}
}

func (v *town) clock() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

func (v *town) pass(d time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now = v.now.Add(d)
}

// invitation is a letter with a canary in every field.
func invitation(to string) letter.Invitation {
	return letter.Invitation{
		To: letter.Person{Name: "Finn Kanari", Mail: mailAddress(to)}, Lang: "de", Inviter: "Dr. Carla Kanari", Clinic: "Praxis Kanari",
		Role: "assistant", Token: seal.NewToken(token), Until: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), Zone: "Europe/Berlin",
	}
}

// commit is the act of a use case that has something to say.
func (v *town) commit(l letter.Letter) id.MessageID {
	v.t.Helper()
	m, err := v.store.Seal(v.t.Context(), l, id.New[id.MessageID](v.clock(), rand.Reader), clinic, "inv_01JD0000000000000000000001", v.clock())
	if err != nil {
		v.t.Fatal(err)
	}
	v.add(m)
	return m.ID
}

func (v *town) add(m outbox.Message) {
	v.t.Helper()
	tx := v.db.Begin()
	v.store.Add(tx, m)
	if err := tx.Commit(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
}

func (v *town) get(m id.MessageID) outbox.Message {
	v.t.Helper()
	var got outbox.Message
	table := v.world.Table("OutboxTable")
	if _, err := v.db.Get(v.t.Context(), table, dynamo.Key("message_id", string(m)), true, &got); err != nil {
		v.t.Fatal(err)
	}
	return got
}

func (v *town) status(m id.MessageID) outbox.Status { return v.get(m).Status }

// invoke calls the function as Lambda does, and returns which records must come again.
func (v *town) invoke(records []map[string]any) (again []string) {
	v.t.Helper()
	payload, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		v.t.Fatal(err)
	}
	out, err := v.handler.Invoke(v.t.Context(), payload)
	if err != nil {
		v.t.Fatalf("the function failed as a whole: %v", err)
	}
	var said struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(out, &said); err != nil {
		v.t.Fatalf("%s: %v", out, err)
	}
	if !bytes.Contains(out, []byte(`"batchItemFailures":[`)) {
		v.t.Fatalf("Lambda takes %s for a failure of the whole batch", out)
	}
	for _, f := range said.BatchItemFailures {
		again = append(again, f.ItemIdentifier)
	}
	return again
}

// replace writes another sealed letter into an item.
func (v *town) replace(m id.MessageID, sealed []byte) {
	v.t.Helper()
	var after outbox.Message
	applied, err := v.db.Update(v.t.Context(), dynamo.Update{
		Table: v.world.Table("OutboxTable"), Key: dynamo.Key("message_id", string(m)), Set: "SET sealed = :sealed", With: dynamo.Values(":sealed", sealed),
	}, &after)
	if err != nil || !applied {
		v.t.Fatal(err)
	}
}

// measured adds up what the courier has measured.
func (v *town) measured(name string) (sum int) {
	v.t.Helper()
	for line := range strings.Lines(v.metrics.String()) {
		var counts map[string]any
		if err := json.Unmarshal([]byte(line), &counts); err != nil {
			v.t.Fatalf("%q is not a line of metrics: %v", line, err)
		}
		if n, ok := counts[name].(float64); ok {
			sum += int(n)
		}
	}
	return sum
}

// once demands that letters were sent once each, arrived and are erased.
func (v *town) once(messages ...id.MessageID) {
	v.t.Helper()
	counts := v.ses.Count()
	for _, m := range messages {
		got := v.get(m)
		if counts[m] != 1 || got.State != outbox.Delivered || got.Sealed != nil || got.ProviderID == "" || got.SentAt == nil {
			v.t.Errorf("letter %s: the provider has it %d times; it is %v, erased: %v, provider's id %q", m, counts[m], got.Status, got.Sealed == nil, got.ProviderID)
		}
	}
	if len(counts) > len(messages) {
		v.t.Errorf("the provider has %d letters, want %d", len(counts), len(messages))
	}
}
