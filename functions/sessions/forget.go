package main

import (
	"io"
	"net/http"

	"vestibule/shared/page"
)

// forget lets a browser drop the pages that it keeps in memory for going back. "no-store" alone does not: Chromium gives a page up when
// the session's cookie changes while the page lies in memory, but the page that somebody signs out from gets there only after that. So
// the page that says "you are signed out" fetches this as a picture, when the one before lies there already.
func forget(w http.ResponseWriter, _ *http.Request) {
	page.Shield(w)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg"/>`) // the browser may have gone
}
