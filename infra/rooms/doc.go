// Package rooms holds the floor plan of the house and its manners as tests: which package has a door to which, who may hold a client of
// which AWS service, where a clock and randomness come from, what packages are called and how secrets are typed. A failure is a sentence
// that says what to do or where to look; it does not say that the plan is right for ever. When the code shows a better one, change both.
package rooms
