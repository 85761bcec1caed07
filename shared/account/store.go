package account

import (
	"context"
	"time"

	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/mail"
)

// Store keeps accounts.
type Store struct {
	db    *dynamo.DB
	table string
}

// Open returns the store in a table. It makes no call.
func Open(db *dynamo.DB, table string) *Store { return &Store{db, table} }

func loginKey(a mail.Address) string { return "mail#" + a.Key() }

// Create writes a new account and its way in. Refused means ErrTaken: the address has an account already.
func (s *Store) Create(tx *dynamo.Tx, a Account, passwordHash string, home id.ClinicID) {
	login := Login{Key: loginKey(a.Mail), AccountID: a.ID, PasswordHash: passwordHash, Home: home, TriedAt: a.CreatedAt}
	tx.Put(s.table, dynamo.Marshal(login), "attribute_not_exists(account_id)", dynamo.Means(ErrTaken))
	tx.Put(s.table, dynamo.Marshal(a), "attribute_not_exists(account_id)", dynamo.Means(ErrTaken))
}

// Link notes that an account has a place in another clinic, and that a login leads there from now on. It checks that the address is
// this account's own. Refused means ErrOther (P44).
func (s *Store) Link(tx *dynamo.Tx, a mail.Address, account id.AccountID, clinic id.ClinicID) {
	tx.Update(dynamo.Update{
		Table: s.table, Key: dynamo.Key("account_id", loginKey(a)),
		Set: "SET home = :clinic", If: "person = :account",
		With: dynamo.Values(":clinic", clinic, ":account", account),
	}, dynamo.Means(ErrOther))
}

// waits is the growing delay: how long after the last try the next one is compared, by the tries since the last success. The hundredth
// failure ends it until the password is set anew.
const waits = "failures < :free OR (failures < :many AND tried_at <= :minute) OR (failures < :most AND tried_at <= :quarter)"

// Try counts a try before the password is compared, and returns what to compare with. ok is false when there is nothing to compare:
// no such address, or not yet again. The two must look the same from outside.
func (s *Store) Try(ctx context.Context, a mail.Address, now time.Time) (login Login, ok bool, err error) {
	ok, err = s.db.Update(ctx, dynamo.Update{
		Table: s.table, Key: dynamo.Key("account_id", loginKey(a)),
		Set: "SET tried_at = :now ADD failures :one",
		If:  "attribute_exists(account_id) AND (" + waits + ")",
		With: dynamo.Values(":one", 1, ":now", now.Unix(), ":free", 5, ":many", 10, ":most", 100,
			":minute", now.Add(-time.Minute).Unix(), ":quarter", now.Add(-15*time.Minute).Unix()),
	}, &login)
	return login, ok, err
}

// Succeeded forgets the failures of a login whose password was right.
func (s *Store) Succeeded(ctx context.Context, login Login) error {
	_, err := s.db.Update(ctx, dynamo.Update{
		Table: s.table, Key: dynamo.Key("account_id", login.Key), Set: "SET failures = :none", With: dynamo.Values(":none", 0),
	}, &Login{})
	return err
}
