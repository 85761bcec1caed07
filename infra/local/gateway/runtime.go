package gateway

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// FunctionError is what a function, or its end, answered instead of a result.
type FunctionError struct {
	Function string `json:"-"`
	Type     string `json:"errorType"`
	Message  string `json:"errorMessage"`
}

func (e FunctionError) Error() string {
	return fmt.Sprintf("%s failed: %s: %s", e.Function, e.Type, e.Message)
}

// invocation is one event on its way through a process.
type invocation struct {
	id      string
	event   []byte
	begun   chan time.Time // the deadline, once the process has taken the event
	outcome chan outcome
}

type outcome struct {
	result []byte
	err    error
}

// runtime is the Lambda Runtime API of one process. It hands out one event at a time.
func (p *process) runtime() http.Handler {
	mux := http.NewServeMux()
	const base = "/2018-06-01/runtime/"
	mux.HandleFunc("GET "+base+"invocation/next", p.serveNext)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		p.serveOutcome(w, r, func(body []byte) outcome { return outcome{result: body} })
	})
	mux.HandleFunc("POST "+base+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) {
		p.serveOutcome(w, r, func(body []byte) outcome { return outcome{err: p.failure(r, body)} })
	})
	mux.HandleFunc("POST "+base+"init/error", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.broken(p.failure(r, body))
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

func (p *process) serveNext(w http.ResponseWriter, r *http.Request) {
	p.ready()
	select {
	case <-r.Context().Done():
	case <-p.ended:
	case current := <-p.next:
		p.setCurrent(current)
		deadline := time.Now().Add(p.timeout)
		header := w.Header()
		header.Set("Content-Type", "application/json")
		header.Set("Lambda-Runtime-Aws-Request-Id", current.id)
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
		header.Set("Lambda-Runtime-Trace-Id", traceID())
		header.Set("Lambda-Runtime-Invoked-Function-Arn", p.arn)
		w.Write(current.event)
		current.begun <- deadline
	}
}

func (p *process) serveOutcome(w http.ResponseWriter, r *http.Request, of func(body []byte) outcome) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	current, ok := p.takeCurrent(r.PathValue("id"))
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprint(w, `{"status":"OK"}`)
	current.outcome <- of(body)
}

func (p *process) failure(r *http.Request, body []byte) error {
	e := FunctionError{Function: p.function}
	if json.Unmarshal(body, &e) != nil || e.Type == "" && e.Message == "" {
		e.Type, e.Message = r.Header.Get("Lambda-Runtime-Function-Error-Type"), string(body)
	}
	return e
}
