package web

import (
	"net/http"

	"vestibule/shared/page"
)

// SeeOther ends a POST: the browser goes on to a page of ours, and a reload sends nothing again. Addresses are kept by browsers and
// proxies, so they name nobody and carry no secret.
func SeeOther(w http.ResponseWriter, r *http.Request, to string) {
	page.Shield(w)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// Empty is the answer of the API that something was done and there is no more to say.
func Empty(w http.ResponseWriter) {
	page.Shield(w)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
