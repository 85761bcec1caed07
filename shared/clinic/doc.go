// Package clinic is the tenant: a practice or clinic, how it is called and what it has decided for itself.
//
// Items of ClinicTable:
//
//	key                  what                      read by
//	clinic_id            the clinic's profile      one item by key, together with the session
package clinic
