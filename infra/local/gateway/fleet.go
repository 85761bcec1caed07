package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"time"

	"vestibule/infra/template/sam"
)

// fleet is all processes of one function. A process serves one event at a time; when all are busy another is started, up to a limit.
type fleet struct {
	function sam.Function
	binary   string
	env      []string
	arn      string
	timeout  time.Duration
	log      io.Writer
	served   func(function string, d Invocation)
	died     func(function string, why error)
	free     chan struct{} // one token for each process that may still work

	mu    sync.Mutex
	idle  []*process
	all   map[*process]bool
	ended bool
}

func newFleet(f sam.Function, options Options) (*fleet, error) {
	binary := options.Binary(f.ID)
	if binary == "" {
		return nil, fmt.Errorf("there is no binary of %s", f.ID)
	}
	log := io.Discard
	if options.Log != nil {
		log = options.Log(f.ID)
	}
	fleet := &fleet{
		function: f, binary: binary, env: options.Env(f.ID), arn: "arn:aws:lambda:local:000000000000:function:" + f.ID,
		timeout: time.Duration(cmp.Or(f.Timeout, 3)) * time.Second,
		log:     &lines{to: log}, served: options.Served, died: options.Died, free: make(chan struct{}, options.Processes), all: map[*process]bool{},
	}
	for range options.Processes {
		fleet.free <- struct{}{}
	}
	return fleet, nil
}

var errEnded = errors.New("the gateway is closed")

// invoke waits for a process and passes the event to it.
func (f *fleet) invoke(ctx context.Context, event []byte) ([]byte, error) {
	select {
	case <-f.free:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { f.free <- struct{}{} }()
	begun := time.Now()
	p, cold, err := f.take()
	var answer []byte
	if err == nil {
		answer, err = p.run(event)
		f.put(p)
	}
	if err != nil {
		fmt.Fprintln(f.log, err)
	}
	if f.served != nil {
		f.served(f.function.ID, Invocation{Took: time.Since(begun), Cold: cold, Failed: err != nil})
	}
	return answer, err
}

// warm starts a process if none is there.
func (f *fleet) warm(ctx context.Context) error {
	select {
	case <-f.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { f.free <- struct{}{} }()
	p, _, err := f.take()
	if err == nil {
		f.put(p)
	}
	return err
}

// take returns the process that was used last, which has what it needs in its caches, or starts one.
func (f *fleet) take() (p *process, cold bool, err error) {
	f.mu.Lock()
	if f.ended {
		f.mu.Unlock()
		return nil, false, errEnded
	}
	for len(f.idle) > 0 {
		p, f.idle = f.idle[len(f.idle)-1], f.idle[:len(f.idle)-1]
		if !p.gone() {
			f.mu.Unlock()
			return p, false, nil
		}
		delete(f.all, p)
	}
	f.mu.Unlock()
	if p, err = f.start(); err != nil {
		return nil, true, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		p.end()
		return nil, true, errEnded
	}
	f.all[p] = true
	return p, true, nil
}

func (f *fleet) put(p *process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p.gone() {
		delete(f.all, p)
		return
	}
	f.idle = append(f.idle, p)
}

func (f *fleet) pids() []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	var pids []int
	for p := range f.all {
		if !p.gone() {
			pids = append(pids, p.command.Process.Pid)
		}
	}
	return pids
}

func (f *fleet) end() {
	f.mu.Lock()
	f.ended = true
	all := maps.Clone(f.all)
	f.mu.Unlock()
	for p := range all {
		p.end()
	}
}
