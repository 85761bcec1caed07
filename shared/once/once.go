// Package once makes a request that is sent twice find the same end: a double click, a browser's "send again", a script's retry.
//
// The sender gives each act a key (header Idempotency-Key, or the hidden field of a form). The key is claimed in the transaction of the
// act itself together with a hash of what was asked and what was answered, so either both are there or neither. Keys are kept for two
// days, and are one actor's own: nobody can hit upon somebody else's.
//
// Items of OnceTable:
//
//	key        what                          read by
//	once_id    a claimed key and its answer  found in the way of a second claim; one by key where an act is refused before its transaction
package once

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"vestibule/shared/dynamo"
	"vestibule/shared/fault"
)

// What a second claim can meet.
var (
	ErrOtherBody = fault.New(fault.Conflict, "once.other_body") // the key was used for something else
	ErrMalformed = fault.New(fault.Invalid, "once.malformed")   // the key cannot be one
)

const keep = 48 * time.Hour

// Again is the refusal of a transaction whose act was already done: it carries the first answer.
type Again struct{ Answer string }

func (Again) Error() string { return "already done" }

// Key is a claim to be made. The zero Key claims nothing: such a request stands alone each time.
type Key struct{ id, body string }

// NewKey makes a claim from who asks (an id), what for (a route), the sender's key and what was asked in all its parts.
// An empty sender's key gives the zero Key. A comma is no part of a key: the gateway joins two headers by one.
func NewKey(actor, act, key string, asked ...string) (Key, error) {
	if key == "" {
		return Key{}, nil
	}
	if len(key) > 128 || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' || r == ',' }) {
		return Key{}, ErrMalformed
	}
	return Key{id: hash(actor, act, key), body: hash(asked...)}, nil
}

// hash joins parts so that no two lists give the same text.
func hash(parts ...string) string {
	sum := sha256.New()
	for _, p := range parts {
		inner := sha256.Sum256([]byte(p))
		sum.Write(inner[:])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

type item struct {
	ID     string `dynamodbav:"once_id"`
	Body   string `dynamodbav:"body"`
	Answer string `dynamodbav:"answer"`
	TTL    int64  `dynamodbav:"ttl"`
}

// Store keeps claimed keys.
type Store struct {
	db    *dynamo.DB
	table string
}

// Open returns the store in a table. It makes no call.
func Open(db *dynamo.DB, table string) *Store { return &Store{db, table} }

// Claim adds the claim of a key to the transaction of the act; the answer must hold all that the sender needs, and nothing secret.
// Refused means Again with the first answer, or ErrOtherBody. Claim must be the first write of its transaction, so that its refusal is
// the one that Commit returns.
func (s *Store) Claim(tx *dynamo.Tx, k Key, answer string, now time.Time) {
	if k.id == "" {
		return
	}
	tx.Put(s.table, dynamo.Marshal(item{k.id, k.body, answer, now.Add(keep).Unix()}), "attribute_not_exists(once_id)", func(old dynamo.Item) error {
		var first item
		if err := dynamo.Unmarshal(old, &first); err != nil {
			return err
		}
		return first.met(k)
	})
}

// Met tells what a claim of a key would meet: Again, ErrOtherBody, or nil where nothing was claimed. It is for an act that is refused
// before its transaction, perhaps because it was done before: the tenth mail is sent, and an eleventh would be too many.
func (s *Store) Met(ctx context.Context, k Key) error {
	if k.id == "" {
		return nil
	}
	var first item
	found, err := s.db.Get(ctx, s.table, dynamo.Key("once_id", k.id), true, &first)
	if err != nil || !found {
		return err
	}
	return first.met(k)
}

func (first item) met(k Key) error {
	if first.Body != k.body {
		return ErrOtherBody
	}
	return Again{first.Answer}
}
