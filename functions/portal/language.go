package main

import (
	"net/http"
	"net/url"
	"strings"

	"vestibule/shared/fault"
	"vestibule/shared/page"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

type languageChoice struct {
	Lang string `json:"lang"`
	Back string `json:"back"`
}

func (languageChoice) Problems() []fault.Field { return nil }

const year = 365 * 24 * 60 * 60

// language keeps what language a reader has chosen and goes back to where it was chosen. A language we do not have changes nothing.
func language(w http.ResponseWriter, r *http.Request) {
	var choice languageChoice
	if err := web.Form(r, &choice); err != nil {
		web.Fail(w, r, err)
		return
	}
	page.Shield(w)
	w.Header().Set("Cache-Control", "no-store")
	if lang, ok := words.Parse(choice.Lang); ok {
		http.SetCookie(w, &http.Cookie{
			Name: page.LangCookie, Value: string(lang), Path: "/", MaxAge: year, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		})
	}
	http.Redirect(w, r, here(choice.Back), http.StatusSeeOther)
}

// here lets only addresses of this site through. Browsers read "//host", "/\host" and "/<tab>/host" as another site's address.
func here(back string) string {
	strange := func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }
	if len(back) > 2000 || !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsFunc(back, strange) {
		return "/"
	}
	to, err := url.Parse(back)
	if err != nil || to.Scheme != "" || to.Host != "" || to.User != nil {
		return "/"
	}
	to.Fragment, to.RawFragment = "", ""
	return to.RequestURI()
}
