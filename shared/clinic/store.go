package clinic

import (
	"context"

	"vestibule/shared/dynamo"
	"vestibule/shared/id"
)

// Store keeps clinics.
type Store struct {
	db    *dynamo.DB
	table string
}

// Open returns the store in a table. It makes no call.
func Open(db *dynamo.DB, table string) *Store { return &Store{db, table} }

// Want adds the reading of a clinic's profile. Names and settings may be a moment old: nothing is decided by them that could harm.
func (s *Store) Want(reads *dynamo.Reads, clinic id.ClinicID) {
	reads.Want(s.table, dynamo.Key("clinic_id", string(clinic)), false)
}

// Found returns the clinics that were read, or ErrUnknown when there is none.
func (s *Store) Found(reads *dynamo.Reads) ([]Clinic, error) {
	var clinics []Clinic
	for _, item := range reads.Found(s.table) {
		var c Clinic
		if err := dynamo.Unmarshal(item, &c); err != nil {
			return nil, err
		}
		clinics = append(clinics, c)
	}
	if len(clinics) == 0 {
		return nil, ErrUnknown
	}
	return clinics, nil
}

// Put adds a clinic as the operator opens it.
func (s *Store) Put(ctx context.Context, c Clinic) error {
	tx := s.db.Begin()
	tx.Put(s.table, dynamo.Marshal(c), "", nil)
	return tx.Commit(ctx)
}
