package web

import (
	"net/http"
	"path"
)

// Guard refuses what another site sends in a person's name (T19b), and answers unknown routes like everything else.
func Guard(routes http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Fail(w, r, errCrossOrigin) }))
	guarded := origin.Handler(routes)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A mux sends who asks for "/a//b" or "/a/../b" on to the clean address by itself, without our headers. No page of ours leads there.
		if clean := path.Clean(r.URL.Path); clean != r.URL.Path && clean+"/" != r.URL.Path {
			Fail(w, r, ErrNoRoute)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}
