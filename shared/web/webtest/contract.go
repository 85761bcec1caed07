package webtest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// book is openapi.yaml, with its operations by the pattern that finds them.
type book struct {
	doc        *openapi3.T
	mux        *http.ServeMux
	operations map[string]*openapi3.Operation
}

var openBook = sync.OnceValues(func() (*book, error) {
	file, err := find("openapi.yaml")
	if err != nil {
		return nil, err
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(loader.Context); err != nil {
		return nil, err
	}
	b := &book{doc, http.NewServeMux(), map[string]*openapi3.Operation{}}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			b.mux.Handle(method+" "+path, http.NotFoundHandler())
			b.operations[method+" "+path] = operation
		}
	}
	return b, nil
})

// find looks for a file of the repository's root, from the folder of the test upwards.
func find(name string) (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, name)
		if _, missing := os.Stat(file); missing == nil {
			return file, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New(name + " is in no folder above the test's")
		}
	}
	return "", err
}

// contract holds an answer against what openapi.yaml says about it. An address that is not in there can only be refused.
func contract(r *http.Request, answer *http.Response, body string) (wrong []string) {
	b, err := openBook()
	if err != nil {
		return []string{err.Error()}
	}
	if answer.Header.Get("Cache-Control") != "no-store" {
		wrong = append(wrong, "it may be stored")
	}
	_, pattern := b.mux.Handler(r)
	operation, known := b.operations[pattern]
	if !known {
		if answer.StatusCode < http.StatusBadRequest {
			return append(wrong, "openapi.yaml has no such operation")
		}
		operation = &openapi3.Operation{Responses: openapi3.NewResponses(openapi3.WithName("default", b.doc.Components.Responses["Problem"].Value))}
	}
	if answer.StatusCode == http.StatusNoContent && body != "" {
		wrong = append(wrong, "it says that it has no body, and has one")
	}
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: &routers.Route{Spec: b.doc, Operation: operation}},
		Status:                 answer.StatusCode, Header: answer.Header, Body: io.NopCloser(bytes.NewReader([]byte(body))),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		wrong = append(wrong, "openapi.yaml: "+strings.TrimSpace(err.Error()))
	}
	return wrong
}
