package main

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"vestibule/shared/page"
	"vestibule/shared/web"
)

// asset serves a style sheet, script or drawing. The content's hash is part of the address, so browsers keep it for good.
// The gateway does not compress; this does.
func asset(w http.ResponseWriter, r *http.Request) {
	file, ok := page.Open(r.PathValue("file"))
	if !ok {
		web.Fail(w, r, web.ErrNoRoute)
		return
	}
	content, tag := file.Content, file.Hash
	page.Shield(w)
	h := w.Header()
	if takesGzip(r.Header.Values("Accept-Encoding")) {
		content, tag = squeezed(file), tag+"-gz"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("ETag", `"`+tag+`"`)
	if holds(r.Header.Values("If-None-Match"), `"`+tag+`"`) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", file.Type)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// done keeps what was compressed, by hash.
var done sync.Map

func squeezed(file page.File) []byte {
	if kept, ok := done.Load(file.Hash); ok {
		return kept.([]byte)
	}
	var into bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&into, gzip.BestCompression)
	_, _ = writer.Write(file.Content) // a buffer takes everything
	_ = writer.Close()
	done.Store(file.Hash, into.Bytes())
	return into.Bytes()
}

func takesGzip(headers []string) bool {
	for _, entry := range strings.Split(strings.Join(headers, ","), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(entry, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.ToLower(weight), "q="), 64)
			return weight == "" || err == nil && q > 0
		}
	}
	return false
}

// holds reports whether one of the tags is ours. A gateway may have made it a weak one.
func holds(headers []string, tag string) bool {
	for _, sent := range strings.Split(strings.Join(headers, ","), ",") {
		sent = strings.TrimPrefix(strings.TrimSpace(sent), "W/")
		if sent == tag || sent == "*" {
			return true
		}
	}
	return false
}
