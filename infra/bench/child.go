package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// child is one start of a function's binary, with a Runtime API of its own. It is asked to begin by nobody but this process, so what its
// threads use is what the function uses.
type child struct {
	command *exec.Cmd
	said    bytes.Buffer
	server  *http.Server

	ready  chan struct{} // it has asked for its first event
	event  chan []byte   // which is handed over here
	answer chan []byte
	gone   chan struct{}
}

// start runs a binary and waits until it asks for its first event.
func start(binary string, environment []string) (*child, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &child{
		command: exec.Command(binary), ready: make(chan struct{}), event: make(chan []byte), answer: make(chan []byte, 1), gone: make(chan struct{}),
	}
	c.server = &http.Server{Handler: c.runtime()}
	go c.server.Serve(listener)
	c.command.Env = append(environment, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())
	c.command.Stdout, c.command.Stderr = &c.said, &c.said
	if err := c.command.Start(); err != nil {
		c.server.Close()
		return nil, err
	}
	go func() {
		c.command.Wait()
		close(c.gone)
	}()
	select {
	case <-c.ready:
		return c, nil
	case <-c.gone:
	case <-time.After(10 * time.Second):
		c.end()
	}
	c.server.Close()
	return nil, fmt.Errorf("%s asked for no event; it said:\n%s", filepath.Base(binary), &c.said)
}

// runtime is the part of the Lambda Runtime API that one invocation needs.
func (c *child) runtime() http.Handler {
	mux := http.NewServeMux()
	const base = "/2018-06-01/runtime/"
	first := true
	mux.HandleFunc("GET "+base+"invocation/next", func(w http.ResponseWriter, r *http.Request) {
		if !first { // there is no second event
			<-r.Context().Done()
			return
		}
		first = false
		close(c.ready)
		select {
		case event := <-c.event:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "00000000-0000-0000-0000-000000000001")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(10*time.Second).UnixMilli(), 10))
			w.Write(event)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST "+base+"invocation/{id}/{outcome}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.answer <- body
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

// invoke hands the one event over and returns the answer and how long it took.
func (c *child) invoke(event []byte) (answer []byte, took time.Duration, err error) {
	began := time.Now()
	c.event <- event
	select {
	case answer = <-c.answer:
		return answer, time.Since(began), nil
	case <-c.gone:
	case <-time.After(10 * time.Second):
	}
	return nil, 0, fmt.Errorf("%s did not answer; it said:\n%s", filepath.Base(c.command.Path), &c.said)
}

// used is the CPU time of the process so far, of all its threads. Unlike the figures of the whole process it is exact.
func (c *child) used() (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", c.command.Process.Pid))
	if err != nil || len(threads) == 0 {
		return 0, errors.New("this system does not tell the CPU time of threads (/proc/<pid>/task/*/schedstat)")
	}
	var sum time.Duration
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			return 0, err
		}
		ns, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}

// resident is how much memory the process holds, in bytes.
func (c *child) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, after, found := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(after)
	if !found || len(fields) == 0 {
		return 0, errors.New("this system does not tell what memory a process holds (/proc/<pid>/status)")
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	return kib * 1024, err
}

// end ends the process and returns the CPU time of its whole life.
func (c *child) end() time.Duration {
	c.command.Process.Kill()
	<-c.gone
	c.server.Close()
	return c.command.ProcessState.UserTime() + c.command.ProcessState.SystemTime()
}
