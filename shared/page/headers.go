package page

import "net/http"

// Policy is what a browser may do with a page: load from here, send forms to here, nothing inline, no script that makes HTML of text.
const Policy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// Headers sets what goes with every page.
func Headers(w http.ResponseWriter) {
	h := w.Header()
	Shield(w)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", Policy)
	// A page shows what belongs to one person; after the log-out the way back shows nothing.
	h.Set("Cache-Control", "no-store")
}

// Shield sets what goes with every answer, page or not.
func Shield(w http.ResponseWriter) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Strict-Transport-Security", "max-age=63072000")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
}
