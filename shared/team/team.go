package team

import (
	"slices"

	"vestibule/shared/fault"
	"vestibule/shared/id"
)

// What the team refuses.
var (
	ErrUnknown    = fault.New(fault.NotFound, "team.unknown")
	ErrHasAccess  = fault.New(fault.Conflict, "team.has_access") // this person already has a login here (A11)
	ErrMayNot     = fault.New(fault.Forbidden, "team.may_not")   // the role does not allow to let this kind of person in
	ErrRightsGone = fault.New(fault.Gone, "team.rights_gone")    // the inviter may no longer let this kind of person in (T09)
)

// Role is what a person may do in a clinic.
type Role string

// The roles, strongest first.
const (
	Administrator Role = "administrator"
	Practitioner  Role = "practitioner"
	Assistant     Role = "assistant"
)

// Roles lists every role, strongest first.
var Roles = []Role{Administrator, Practitioner, Assistant}

// granters says who may let in whom: nobody gives more than they have.
var granters = map[Role][]Role{
	Administrator: {Administrator},
	Practitioner:  {Administrator, Practitioner},
	Assistant:     {Administrator, Practitioner},
}

// MayGrant reports whether somebody with these roles may make another person a `role`.
func MayGrant(own []Role, role Role) bool {
	return slices.ContainsFunc(granters[role], func(g Role) bool { return slices.Contains(own, g) })
}

// Grantable lists the roles that somebody with these roles may give, strongest first.
func Grantable(own []Role) []Role {
	var roles []Role
	for _, r := range Roles {
		if MayGrant(own, r) {
			roles = append(roles, r)
		}
	}
	return roles
}

// MayInvite reports whether somebody with these roles, as a session carries them, may let anybody in at all. It decides what is shown; what
// is done is decided again, by the roles as they are then, when an invitation is written.
func MayInvite(own []string) bool {
	return slices.ContainsFunc(own, func(r string) bool { return len(Grantable([]Role{Role(r)})) > 0 })
}

// Member is a person's place in a team.
type Member struct {
	ClinicID  id.ClinicID  `dynamodbav:"clinic_id"`
	ID        id.MemberID  `dynamodbav:"member_id"`
	Name      string       `dynamodbav:"name"`
	Function  string       `dynamodbav:"function"`       // as the practice says it: "MFA", "Fachärztin"
	LANR      string       `dynamodbav:"lanr,omitempty"` // lifelong doctor number; assistants have none (A05)
	Roles     []Role       `dynamodbav:"roles"`
	AccountID id.AccountID `dynamodbav:"account_id,omitempty"` // empty: no login of their own yet
	Active    bool         `dynamodbav:"active"`
}

// HasAccess reports whether the person has a login of their own here.
func (m Member) HasAccess() bool { return m.AccountID != "" }
