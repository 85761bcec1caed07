package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/page"
	"vestibule/shared/page/pagetest"
	"vestibule/shared/words"
)

func TestMain(m *testing.M) {
	words.Strict()
	os.Exit(m.Run())
}

func ask(t *testing.T, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	handler, err := furnish(environment{}, aws.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func get(t *testing.T, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return ask(t, r)
}

func post(t *testing.T, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "https://portal.example/language", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return ask(t, r)
}

func TestStartPageHasTwoWaysInAndNoScriptInEveryLanguage(t *testing.T) {
	for _, lang := range words.Langs() {
		w := get(t, "/", "Accept-Language", string(lang))
		body := w.Body.String()
		for _, problem := range pagetest.Problems(w.Body.Bytes()) {
			t.Errorf("%s: %s", lang, problem)
		}
		for _, want := range []string{`<html lang="` + string(lang) + `">`, `href="/login"`, `href="/join"`, words.T(lang, "portal.lead")} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %q is missing", lang, want)
			}
		}
		if w.Code != http.StatusOK || strings.Contains(body, "<script") || w.Header().Get("Content-Security-Policy") != page.Policy {
			t.Errorf("%s: %d, %v", lang, w.Code, w.Header())
		}
	}
}

func TestStartPageWithItsStyleIsLight(t *testing.T) {
	w := get(t, "/", "Accept-Language", "de")
	sum := squeeze(t, w.Body.Bytes())
	for _, address := range linked(w.Body.String()) {
		sum += get(t, address, "Accept-Encoding", "gzip").Body.Len()
	}
	if sum > 14<<10 {
		t.Errorf("the page is %d bytes compressed; 14 KB are its budget", sum)
	}
}

func squeeze(t *testing.T, content []byte) int {
	t.Helper()
	var small bytes.Buffer
	w := gzip.NewWriter(&small)
	if _, err := w.Write(content); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return small.Len()
}

func linked(body string) []string { return regexp.MustCompile(`/assets/[^"]+`).FindAllString(body, -1) }

func TestUnknownAddressIsAnsweredInTheReadersLanguage(t *testing.T) {
	for _, lang := range words.Langs() {
		for _, target := range []string{"/nowhere", "/login.php", "/assets/", "/assets/style.css", "/invitations/x/y/z/%2e%2e", "/apix"} {
			w := get(t, target, "Accept-Language", string(lang))
			if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "<h1>"+words.T(lang, "common.refused.not_found")+"</h1>") {
				t.Errorf("%s %s: %d\n%s", lang, target, w.Code, w.Body)
			}
			for _, problem := range pagetest.Problems(w.Body.Bytes()) {
				t.Errorf("%s %s: %s", lang, target, problem)
			}
		}
		w := get(t, "/api/nowhere", "Accept-Language", string(lang))
		var problem struct {
			Status      int
			Code, Title string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil {
			t.Fatal(err)
		}
		if w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != "application/problem+json" || problem.Status != w.Code ||
			problem.Code != "not_found" || problem.Title != words.Fault(lang, "not_found") {
			t.Errorf("%s: %d %v %+v", lang, w.Code, w.Header(), problem)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, "BREW"} {
		r := httptest.NewRequest(method, "/", nil)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if w := ask(t, r); w.Code != http.StatusNotFound {
			t.Errorf("%s /: %d", method, w.Code)
		}
	}
}

func TestEveryAssetThatAPageLinksToIsServedForGood(t *testing.T) {
	join, err := page.Asset("join.js")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	addresses := append(linked(get(t, "/").Body.String()), join)
	if len(addresses) != 3 {
		t.Fatalf("addresses: %q", addresses)
	}
	for _, address := range addresses {
		plain := get(t, address)
		h := plain.Header()
		if plain.Code != http.StatusOK || h.Get("Content-Type") != kinds[address[strings.LastIndex(address, "."):]] ||
			h.Get("Cache-Control") != "public, max-age=31536000, immutable" || h.Get("Vary") != "Accept-Encoding" ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("ETag") == "" || h.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %v", address, plain.Code, h)
		}

		small := get(t, address, "Accept-Encoding", "br, gzip;q=0.8")
		if small.Header().Get("Content-Encoding") != "gzip" || small.Header().Get("ETag") == h.Get("ETag") {
			t.Errorf("%s: %v", address, small.Header())
		}
		reader, err := gzip.NewReader(small.Body)
		if err != nil {
			t.Fatal(err)
		}
		if unpacked, err := io.ReadAll(reader); err != nil || !bytes.Equal(unpacked, plain.Body.Bytes()) {
			t.Errorf("%s: the compressed one differs: %v", address, err)
		}

		head := ask(t, httptest.NewRequest(http.MethodHead, address, nil))
		if head.Code != http.StatusOK || head.Body.Len() > 0 || head.Header().Get("Content-Length") != h.Get("Content-Length") {
			t.Errorf("HEAD %s: %d, %d bytes, %v", address, head.Code, head.Body.Len(), head.Header())
		}

		for _, tag := range []string{h.Get("ETag"), "W/" + h.Get("ETag"), `"x", ` + h.Get("ETag"), "*"} {
			kept := get(t, address, "If-None-Match", tag)
			if kept.Code != http.StatusNotModified || kept.Body.Len() > 0 || kept.Header().Get("ETag") != h.Get("ETag") {
				t.Errorf("%s with %s: %d", address, tag, kept.Code)
			}
		}
		if other := get(t, address, "If-None-Match", `"x"`); other.Code != http.StatusOK {
			t.Errorf("%s with another tag: %d", address, other.Code)
		}
	}
}

func TestOnlyWhoTakesGzipGetsIt(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "gzip, deflate, br": true, "br": false, "gzip;q=0": false, "gzip; q=0.0": false,
		"gzip;q=0.001": true, "identity, gzip;q=1.0": true, "gzip;q=x": false, "x-gzip": false,
	} {
		if got := takesGzip([]string{header}); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
