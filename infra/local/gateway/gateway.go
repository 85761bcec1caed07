// Package gateway is API Gateway, Lambda and its event sources on one machine: it reads the routes and the event sources of
// template.yaml and runs the function binaries, unmodified, behind them.
//
// What a function sees is what it sees at AWS: the Lambda Runtime API, HTTP requests in payload format 2.0, batches of stream records
// and of queue messages. What a caller sees is what an HTTP API answers, also when a function crashes or takes too long.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"vestibule/infra/template/sam"
)

// Options say where everything is. Template, Env and Binary are required.
type Options struct {
	Template  string                              // path of template.yaml
	Addr      string                              // where to listen, "127.0.0.1:0" when empty
	Env       func(function string) []string      // the variables of a function by its logical id: those of the template and the AWS ones
	Binary    func(function string) string        // path of a function's binary
	Log       func(function string) io.Writer     // what a function and the gateway say about it; nil drops it
	Processes int                                 // most processes of one function at once, 4 when 0; further requests wait
	Sources   *Sources                            // streams and queues; nil leaves them alone
	Served    func(function string, d Invocation) // told about each invocation that has ended; may be nil
	Died      func(function string, why error)    // told about each process that went by itself; may be nil
}

// Invocation is what Served is told.
type Invocation struct {
	Took   time.Duration
	Cold   bool // a process was started for it
	Failed bool
}

// Gateway is running.
type Gateway struct {
	routes   routes
	fleets   map[string]*fleet
	listener net.Listener
	server   *http.Server
	pump     *pump
	close    func() error
}

// Start listens and returns; processes are started when they are first needed, or by Warm.
// The end of ctx closes the gateway.
func Start(ctx context.Context, options Options) (*Gateway, error) {
	template, err := sam.Load(options.Template)
	if err != nil {
		return nil, err
	}
	if options.Addr == "" {
		options.Addr = "127.0.0.1:0"
	}
	if options.Processes == 0 {
		options.Processes = 4
	}
	g := &Gateway{fleets: map[string]*fleet{}}
	if g.routes, err = routesOf(template); err != nil {
		return nil, err
	}
	for _, f := range template.Functions {
		if g.fleets[f.ID], err = newFleet(f, options); err != nil {
			return nil, err
		}
	}
	if g.listener, err = net.Listen("tcp", options.Addr); err != nil {
		return nil, fmt.Errorf("listen for requests: %w", err)
	}
	if g.pump, err = startPump(template, options.Sources, g); err != nil {
		return nil, errors.Join(err, g.listener.Close())
	}
	g.server = &http.Server{Handler: http.HandlerFunc(g.serve), ReadHeaderTimeout: 10 * time.Second}
	go g.server.Serve(g.listener)
	g.close = sync.OnceValue(g.shut)
	context.AfterFunc(ctx, func() { g.close() })
	return g, nil
}

// URL is the address of the gateway without a slash at its end.
func (g *Gateway) URL() string { return "http://" + g.listener.Addr().String() }

// Warm starts one process of every function and returns what those say that cannot start.
func (g *Gateway) Warm(ctx context.Context) error {
	failed := make(chan error, len(g.fleets))
	for _, f := range g.fleets {
		go func() { failed <- f.warm(ctx) }()
	}
	var all []error
	for range g.fleets {
		all = append(all, <-failed)
	}
	return errors.Join(all...)
}

// Invoke calls a function by its logical id with any event. A function's own refusal is a FunctionError.
func (g *Gateway) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	f, ok := g.fleets[function]
	if !ok {
		return nil, fmt.Errorf("the template has no function %s", function)
	}
	return f.invoke(ctx, event)
}

// Pids are the processes of a function, for tests that end one.
func (g *Gateway) Pids(function string) []int { return g.fleets[function].pids() }

// Close lets requests end, empties the streams, then ends all processes.
func (g *Gateway) Close() error { return g.close() }

func (g *Gateway) shut() error {
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := g.server.Shutdown(patience)
	g.pump.stop(patience)
	for _, f := range g.fleets {
		f.end()
	}
	return err
}

// serve answers one HTTP request by its route's function.
func (g *Gateway) serve(w http.ResponseWriter, r *http.Request) {
	request, err := read(w, r)
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	route, parameters, ok := g.routes.match(r.Method, request.RawPath)
	if !ok {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	event, id, err := request.event(route, parameters)
	if err != nil {
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	// As at AWS a function goes on when the caller has gone; only waiting for a free process ends.
	answer, err := g.fleets[route.Function].invoke(r.Context(), event)
	if err != nil {
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	w.Header().Set("Apigw-Requestid", id)
	if write(w, answer) != nil {
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
	}
}
