package session

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/seal"
)

// Store keeps seats and sessions.
type Store struct {
	db    *dynamo.DB
	table string
}

// Open returns the store in a table. It makes no call.
func Open(db *dynamo.DB, table string) *Store { return &Store{db, table} }

func key(account id.AccountID, clinic id.ClinicID) dynamo.Item {
	return dynamo.Key("account_id", string(account), "clinic_id", string(clinic))
}

func attribute(token seal.Token) string { return "s_" + token.Hash() }

// Want adds the reading of the seat that a cookie names.
func (s *Store) Want(reads *dynamo.Reads, c Cookie) {
	reads.Want(s.table, key(c.Account, c.Clinic), true)
}

// Found returns the seat that was read if the cookie's token is one of its living sessions, else ErrRequired.
func (s *Store) Found(reads *dynamo.Reads, c Cookie, now time.Time) (Seat, error) {
	items := reads.Found(s.table)
	if len(items) == 0 {
		return Seat{}, ErrRequired
	}
	began, there := items[0][attribute(c.Token)]
	if !there || !now.Before(since(began).Add(Life)) {
		return Seat{}, ErrRequired
	}
	var seat Seat
	return seat, dynamo.Unmarshal(items[0], &seat)
}

// since reads when a session began; what cannot be read began long ago.
func since(v types.AttributeValue) time.Time {
	n, ok := v.(*types.AttributeValueMemberN)
	if !ok {
		return time.Time{}
	}
	seconds, _ := strconv.ParseInt(n.Value, 10, 64)
	return time.Unix(seconds, 0)
}

// Seat adds the making of a seat with a first session, for who has just joined a clinic; it returns that session's cookie.
// Refused means ErrSeated: an account has one place at a clinic.
func (s *Store) Seat(tx *dynamo.Tx, seat Seat, now time.Time, random io.Reader) (Cookie, error) {
	token, err := seal.RandomToken(random)
	if err != nil {
		return Cookie{}, err
	}
	tx.Update(dynamo.Update{
		Table: s.table, Key: key(seat.AccountID, seat.ClinicID),
		Set:   "SET member_id = :member, #name = :name, #roles = :roles, #session = :now",
		If:    "attribute_not_exists(member_id)",
		Names: map[string]string{"#name": "name", "#roles": "roles", "#session": attribute(token)},
		With:  dynamo.Values(":member", seat.MemberID, ":name", seat.Name, ":roles", seat.Roles, ":now", now.Unix()),
	}, dynamo.Means(ErrSeated))
	return Cookie{seat.AccountID, seat.ClinicID, token}, nil
}

// Begin signs a person in at a clinic, with a new token. ErrRequired when the person has no seat there (any more).
func (s *Store) Begin(ctx context.Context, account id.AccountID, clinic id.ClinicID, now time.Time, random io.Reader) (Cookie, error) {
	return s.begin(ctx, account, clinic, dynamo.Update{If: "attribute_exists(member_id)", With: dynamo.Values(":now", now.Unix())}, now, random)
}

// BeginAs is Begin for who must be that very member there.
func (s *Store) BeginAs(ctx context.Context, account id.AccountID, clinic id.ClinicID, member id.MemberID, now time.Time, random io.Reader) (Cookie, error) {
	return s.begin(ctx, account, clinic, dynamo.Update{If: "member_id = :member", With: dynamo.Values(":now", now.Unix(), ":member", member)}, now, random)
}

func (s *Store) begin(ctx context.Context, account id.AccountID, clinic id.ClinicID, u dynamo.Update, now time.Time, random io.Reader) (Cookie, error) {
	token, err := seal.RandomToken(random)
	if err != nil {
		return Cookie{}, err
	}
	item := dynamo.Item{}
	u.Table, u.Key, u.Set, u.Names = s.table, key(account, clinic), "SET #session = :now", map[string]string{"#session": attribute(token)}
	seated, err := s.db.Update(ctx, u, &item)
	if err != nil {
		return Cookie{}, err
	}
	if !seated {
		return Cookie{}, ErrRequired
	}
	delete(item, attribute(token)) // what begins now makes room, however many began in the same second
	return Cookie{account, clinic, token}, s.prune(ctx, item, account, clinic, now)
}

// prune signs out what has run out, and the oldest where there are too many beside a new one, so that a seat stays small.
func (s *Store) prune(ctx context.Context, item dynamo.Item, account id.AccountID, clinic id.ClinicID, now time.Time) error {
	var sessions []string
	for name := range item {
		if strings.HasPrefix(name, "s_") {
			sessions = append(sessions, name)
		}
	}
	slices.SortFunc(sessions, func(a, b string) int { return since(item[b]).Compare(since(item[a])) })
	names := map[string]string{}
	for i, name := range sessions {
		if i >= most-1 || !now.Before(since(item[name]).Add(Life)) {
			names[fmt.Sprintf("#s%d", i)] = name
		}
	}
	return s.remove(ctx, account, clinic, names)
}

func (s *Store) remove(ctx context.Context, account id.AccountID, clinic id.ClinicID, names map[string]string) error {
	if len(names) == 0 {
		return nil
	}
	set := "REMOVE "
	for name := range names {
		set += name + ","
	}
	_, err := s.db.Update(ctx, dynamo.Update{
		Table: s.table, Key: key(account, clinic), Set: strings.TrimSuffix(set, ","), If: "attribute_exists(member_id)", Names: names,
	}, &dynamo.Item{})
	return err
}

// End signs one browser out.
func (s *Store) End(ctx context.Context, c Cookie) error {
	return s.remove(ctx, c.Account, c.Clinic, map[string]string{"#s": attribute(c.Token)})
}

// Seats reads all the clinics where a person has a place.
func (s *Store) Seats(ctx context.Context, account id.AccountID) ([]Seat, error) {
	items, err := s.all(ctx, account)
	if err != nil {
		return nil, err
	}
	seats := make([]Seat, len(items))
	for i, item := range items {
		if err := dynamo.Unmarshal(item, &seats[i]); err != nil {
			return nil, err
		}
	}
	return seats, nil
}

// EndAll signs a person out of every browser, at every clinic.
func (s *Store) EndAll(ctx context.Context, account id.AccountID) error {
	items, err := s.all(ctx, account)
	if err != nil {
		return err
	}
	for _, item := range items {
		var seat Seat
		if err := dynamo.Unmarshal(item, &seat); err != nil {
			return err
		}
		names := map[string]string{}
		for name := range item {
			if strings.HasPrefix(name, "s_") {
				names[fmt.Sprintf("#s%d", len(names))] = name
			}
		}
		if err := s.remove(ctx, account, seat.ClinicID, names); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) all(ctx context.Context, account id.AccountID) ([]dynamo.Item, error) {
	return s.db.Query(ctx, s.table, "account_id", string(account), "clinic_id", "", true)
}
