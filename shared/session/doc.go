// Package session is somebody being signed in.
//
// A seat is a person's place at a clinic's door: one item per account and clinic with who they are there and which browsers are signed
// in. Whoever removes a person from a team deletes one item, and every browser of that person is out at the next request (P49).
// Authenticating a request reads that one item, strongly.
//
// Invariants: only the hash of a session's token is kept; a session ends twelve hours after it began; a login always makes a new token
// (T19); a person without a seat cannot be signed in, whatever password they know.
//
// session crosses clinics on purpose: a person may have seats in several.
//
// Items of SessionTable:
//
//	key                      what                                                       read by
//	account_id, clinic_id    a seat; attributes s_<hash of token> are its sessions      one by key at every request; all of an account
package session
