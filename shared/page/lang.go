package page

import (
	"net/http"

	"vestibule/shared/words"
)

// LangCookie holds the language a reader has chosen by hand.
const LangCookie = "lang"

// Lang is the language of whoever sent a request: what was chosen by hand, else what the browser asks for.
func Lang(r *http.Request) words.Lang {
	chosen := ""
	if cookie, err := r.Cookie(LangCookie); err == nil {
		chosen = cookie.Value
	}
	return words.Match(r.Header.Get("Accept-Language"), chosen)
}
