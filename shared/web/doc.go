// Package web is the way between API Gateway and a use case: the event becomes a request, its body a checked input, the cookie a person
// at a clinic, and an error one clear answer.
//
// A function hands its routes to Guard and Serve:
//
//	web.Serve(web.Guard(mux))
//
// In a handler, Decode or Form reads the input, Door.Staff says who asks, Fail is the only exit for errors. The tenant always comes
// from the session; it is never read from a path or a body.
package web
