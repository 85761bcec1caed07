package main

import (
	"embed"
	"net/http"

	"vestibule/shared/page"
	"vestibule/shared/web"
)

//go:embed pages
var files embed.FS

var pages = page.New(files)

func routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", start)
	mux.HandleFunc("GET /assets/{file}", asset)
	mux.HandleFunc("POST /language", language)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { web.Fail(w, r, web.ErrNoRoute) })
	return mux
}

func start(w http.ResponseWriter, r *http.Request) {
	pages.Write(w, r, http.StatusOK, "start", page.Frame{Title: "portal.title"}, nil)
}
