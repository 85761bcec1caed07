// Package webtest sends requests to a function's handler and holds every answer against what all answers must be: under /api/ what
// openapi.yaml says, elsewhere a page that a browser may show safely and a person can use by ear and keyboard.
//
//	answer := webtest.Answer(t, handler, webtest.Form("/login", "mail", "finn@praxis.example", "password", "..."))
//
// What belongs to one route only is for the test of that route.
package webtest
