package team

import (
	"context"
	"strings"

	"vestibule/shared/dynamo"
	"vestibule/shared/id"
)

// Store keeps teams.
type Store struct {
	db    *dynamo.DB
	table string
}

// Open returns the store in a table. It makes no call.
func Open(db *dynamo.DB, table string) *Store { return &Store{db, table} }

// Get reads one member of a clinic's team, or ErrUnknown.
func (s *Store) Get(ctx context.Context, clinic id.ClinicID, member id.MemberID) (Member, error) {
	var m Member
	found, err := s.db.Get(ctx, s.table, key(clinic, member), true, &m)
	if err == nil && !found {
		err = ErrUnknown
	}
	return m, err
}

// All reads a clinic's team in the order in which people joined it.
func (s *Store) All(ctx context.Context, clinic id.ClinicID) ([]Member, error) {
	items, err := s.db.Query(ctx, s.table, "clinic_id", string(clinic), "member_id", "", true)
	if err != nil {
		return nil, err
	}
	members := make([]Member, len(items))
	for i, item := range items {
		if err := dynamo.Unmarshal(item, &members[i]); err != nil {
			return nil, err
		}
	}
	return members, nil
}

// Join adds a new member with a login. Refused means ErrHasAccess.
func (s *Store) Join(tx *dynamo.Tx, m Member) {
	tx.Put(s.table, dynamo.Marshal(m), "attribute_not_exists(member_id)", dynamo.Means(ErrHasAccess))
}

// GiveAccess ties an account to a member who stood in the team without one, and gives the roles of the invitation.
// Refused means ErrHasAccess, or ErrUnknown when the person has left meanwhile.
func (s *Store) GiveAccess(tx *dynamo.Tx, m Member) {
	tx.Update(dynamo.Update{
		Table: s.table, Key: key(m.ClinicID, m.ID),
		Set:   "SET account_id = :account, #roles = :roles",
		If:    "active = :yes AND attribute_not_exists(account_id)",
		Names: map[string]string{"#roles": "roles"},
		With:  dynamo.Values(":account", m.AccountID, ":roles", m.Roles, ":yes", true),
	}, func(old dynamo.Item) error {
		var there Member
		if len(old) == 0 || dynamo.Unmarshal(old, &there) != nil || !there.Active {
			return ErrUnknown
		}
		return ErrHasAccess
	})
}

// MayStillGrant checks, inside the transaction, that a member is active and may make another person a role.
// Refused means ErrRightsGone (T09).
func (s *Store) MayStillGrant(tx *dynamo.Tx, clinic id.ClinicID, granter id.MemberID, role Role) {
	with := dynamo.Values(":yes", true)
	var any []string
	for i, g := range granters[role] {
		name := ":g" + string(rune('0'+i))
		with[name] = dynamo.Value(string(g))
		any = append(any, "contains(#roles, "+name+")")
	}
	tx.Check(dynamo.Update{
		Table: s.table, Key: key(clinic, granter),
		If:    "active = :yes AND (" + strings.Join(any, " OR ") + ")",
		Names: map[string]string{"#roles": "roles"},
		With:  with,
	}, dynamo.Means(ErrRightsGone))
}

func key(clinic id.ClinicID, member id.MemberID) dynamo.Item {
	return dynamo.Key("clinic_id", string(clinic), "member_id", string(member))
}
