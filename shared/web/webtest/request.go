package webtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// Get is a person opening a page.
func Get(path string) *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }

// Form is a person sending a form of ours: names and values in turn.
func Form(path string, pairs ...string) *http.Request {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// JSON is a practice system or a script calling; the body may be empty.
func JSON(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}
