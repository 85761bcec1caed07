package main

import "strings"

const nextCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-"

// local returns an address to go on to after the login if it is a plain path of this site, else nothing. It is so strict because
// browsers read many spellings as another site: "//host", "/\host", "/<tab>/host" (an open redirect after a login catches passwords).
func local(next string) string {
	if len(next) > 200 || !strings.HasPrefix(next, "/") || strings.Contains(next, "//") || strings.Trim(next, nextCharacters) != "" {
		return ""
	}
	return next
}
