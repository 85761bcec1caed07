// Package once makes a request that is sent twice find the same end: a double click, a browser's "send again", a script's retry.
//
// The sender gives each act a key (header Idempotency-Key, or the hidden field of a form). The key is claimed in the transaction of the
// act itself together with a hash of what was asked and what was answered, so either both are there or neither. Keys are kept for two
// days, and are one actor's own: nobody can hit upon somebody else's.
//
// Items of OnceTable:
//
//	key        what                          read by
//	once_id    a claimed key and its answer  only found in the way of a second claim
package once

import (
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
// An empty sender's key gives the zero Key.
func NewKey(actor, act, key string, asked ...string) (Key, error) {
	if key == "" {
		return Key{}, nil
	}
	if len(key) > 128 || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
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
type Store struct{ table string }

// Open returns the store in a table. It makes no call.
func Open(table string) *Store { return &Store{table} }

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
		if first.Body != k.body {
			return ErrOtherBody
		}
		return Again{first.Answer}
	})
}
