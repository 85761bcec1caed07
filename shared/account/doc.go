// Package account is a person, across all clinics: one login, whoever let them in.
//
// Invariants: an address belongs to one account (P43); an account is never written over, only added to; a try to log in is counted
// before the password is compared, whatever comes of it (T13).
//
// account crosses clinics on purpose. Its store takes no clinic id to find a person, and returns nothing about clinics but the names of
// those where the person has a place.
//
// Items of AccountTable:
//
//	key                               what                                                    read by
//	account_id = acc_...              the person: name, language, address                     one by key
//	account_id = mail#<sha256>        the way in by address and password, its failed tries    counted and read in one call
package account
