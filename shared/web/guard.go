package web

import (
	"net/http"
)

// Guard refuses what another site sends in a person's name (T19b), and answers unknown routes like everything else.
func Guard(routes http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Fail(w, r, errCrossOrigin) }))
	return origin.Handler(routes)
}
