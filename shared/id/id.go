// Package id names things. Every kind of thing has its own string type, so that two ids cannot be swapped by accident.
// An id is a prefix and a ULID ("inv_01J8..."): it sorts by the time it was made and says nothing about a person.
package id

import (
	"io"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"vestibule/shared/fault"
)

// ErrMalformed is the answer to anything that cannot be an id of the asked kind.
var ErrMalformed = fault.New(fault.NotFound, "id.unknown")

type (
	// ClinicID names a clinic, the tenant.
	ClinicID string
	// MemberID names a person's place in a clinic's team.
	MemberID string
	// AccountID names a person across clinics.
	AccountID string
	// InviteID names an invitation.
	InviteID string
	// MessageID names one mail or SMS for the whole of its life; it travels in the provider's tags.
	MessageID string
	// AuditID names an audit entry.
	AuditID string
)

// Kind is any of the id types.
type Kind interface {
	ClinicID | MemberID | AccountID | InviteID | MessageID | AuditID
}

func prefix[K Kind]() string {
	var k K
	switch any(k).(type) {
	case ClinicID:
		return "cli_"
	case MemberID:
		return "mem_"
	case AccountID:
		return "acc_"
	case InviteID:
		return "inv_"
	case MessageID:
		return "msg_"
	default:
		return "aud_"
	}
}

// New makes an id at a time from a source of randomness. It panics when the source fails: there is no safe way on.
func New[K Kind](now time.Time, random io.Reader) K {
	return K(prefix[K]() + ulid.MustNew(ulid.Timestamp(now), random).String())
}

// Parse returns text as an id, or ErrMalformed. It is exact: no spaces, upper case, the prefix of the kind.
func Parse[K Kind](text string) (K, error) {
	rest, found := strings.CutPrefix(text, prefix[K]())
	if !found {
		return "", ErrMalformed
	}
	parsed, err := ulid.ParseStrict(rest)
	if err != nil || parsed.String() != rest {
		return "", ErrMalformed
	}
	return K(text), nil
}

// Bytes returns the 16 bytes of an id without its prefix, for places where an id must be short.
func Bytes[K Kind](k K) ([16]byte, error) {
	if _, err := Parse[K](string(k)); err != nil {
		return [16]byte{}, err
	}
	return ulid.MustParseStrict(string(k)[len(prefix[K]()):]), nil
}

// FromBytes is the inverse of Bytes.
func FromBytes[K Kind](b [16]byte) K {
	return K(prefix[K]() + ulid.ULID(b).String())
}
