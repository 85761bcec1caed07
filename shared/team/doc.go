// Package team is the people of a practice: who works here, as what, and whether they have a login of their own (manual 000, chapter 1).
//
// Invariants: a member belongs to one clinic; a member has at most one account, and an account at most one member per clinic; who is
// not active may nothing.
//
// Items of TeamTable:
//
//	key                    what              read by
//	clinic_id, member_id   a member          all of a clinic in one query; one by key; checked inside transactions
package team
