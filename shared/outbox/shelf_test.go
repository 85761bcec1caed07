package outbox_test

import (
	"crypto/rand"
	"testing"
	"time"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/letter"
	"vestibule/shared/outbox"
	"vestibule/shared/vault"
)

const clinic = id.ClinicID("cli_01JD0000000000000000000001")

var welcome = letter.Welcome{To: letter.Person{Name: "Finn", Mail: "finn@praxis.example"}, Lang: "de", Clinic: "Praxis Dr. Muster"}

func open(t *testing.T, w *awstest.World) *shelf {
	t.Helper()
	db := dynamo.Open(w.Config())
	table := w.Table("OutboxTable")
	return &shelf{t, w, db, outbox.Open(db, table, vault.OpenBox(w.Config(), w.Key("LetterKey"))), table}
}

func (s *shelf) put(m outbox.Message) {
	s.t.Helper()
	tx := s.db.Begin()
	s.store.Add(tx, m)
	if err := tx.Commit(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) get(m id.MessageID) outbox.Message {
	s.t.Helper()
	var got outbox.Message
	if _, err := s.db.Get(s.t.Context(), s.table, dynamo.Key("message_id", string(m)), true, &got); err != nil {
		s.t.Fatal(err)
	}
	return got
}

func newID() id.MessageID { return id.New[id.MessageID](time.Now(), rand.Reader) }
