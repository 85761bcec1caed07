// Package audit is the record of who did what to whom. Every act writes exactly one entry, in the transaction of the act itself, so
// there is no act without an entry and no entry without an act (T55, P58).
//
// Entries name people and things by id only. Secrets never stand in them, nor do addresses.
//
// Items of AuditTable:
//
//	key                    what        read by
//	clinic_id, audit_id    an entry    all of a clinic in the order of their making
package audit

import (
	"context"
	"time"

	"vestibule/shared/dynamo"
	"vestibule/shared/id"
)

// Link is the actor of what was done by whoever held a mailed link: nobody knows who that was.
const Link = "link"

// Entry is one act.
type Entry struct {
	ClinicID id.ClinicID       `dynamodbav:"clinic_id"`
	ID       id.AuditID        `dynamodbav:"audit_id"`
	At       time.Time         `dynamodbav:"at"`
	Actor    string            `dynamodbav:"actor"`             // who really did it: a member id, or Link
	Act      string            `dynamodbav:"act"`               // "invite.create", stable
	About    string            `dynamodbav:"about"`             // the id of the thing
	Details  map[string]string `dynamodbav:"details,omitempty"` // before and after, without secrets and addresses
}

// Store keeps the record.
type Store struct {
	db    *dynamo.DB
	table string
}

// Open returns the store in a table. It makes no call.
func Open(db *dynamo.DB, table string) *Store { return &Store{db, table} }

// Add writes an entry in the transaction of the act. An entry is never written over.
func (s *Store) Add(tx *dynamo.Tx, e Entry) {
	tx.Put(s.table, dynamo.Marshal(e), "attribute_not_exists(audit_id)", nil)
}

// All reads the record of a clinic, oldest first.
func (s *Store) All(ctx context.Context, clinic id.ClinicID) ([]Entry, error) {
	items, err := s.db.Query(ctx, s.table, "clinic_id", string(clinic), "audit_id", "", true)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(items))
	for i, item := range items {
		if err := dynamo.Unmarshal(item, &entries[i]); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
