package awstest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Fault is a way for an AWS call to go wrong.
type Fault int

const (
	none        Fault = iota
	ErrorBefore       // nothing is done and the caller sees an error; the SDK does not try again
	ErrorAfter        // everything is done and the caller sees an error, as when the answer is lost
	Throttle          // AWS refuses the first attempt as too much; the SDK tries again by itself
	Kill              // the process dies before the call
	KillAfter         // the process dies after the call took effect, before it learns so
)

func (f Fault) String() string {
	return [...]string{"none", "error before", "error after", "throttle", "kill", "kill after"}[f]
}

// Kinds are all faults, for tests that try each of them at each call.
var Kinds = []Fault{ErrorBefore, ErrorAfter, Throttle, Kill, KillAfter}

// ErrInjected is in the chain of every error that a fault makes.
var ErrInjected = errors.New("a fault of the test")

// Killed is what a killed process panics with. Only Survive may recover it.
var Killed any = killed{}

type killed struct{}

func (killed) String() string { return "killed by a fault of the test" }

// Injected is the error of a fault. It looks like what AWS or the network gives: an internal error, or a connection that broke.
type Injected struct {
	Kind   Fault
	Action string
}

func (e Injected) Error() string { return fmt.Sprintf("%v (%v at %s)", ErrInjected, e.Kind, e.Action) }

// Unwrap gives both what this is and what it looks like.
func (e Injected) Unwrap() []error {
	if e.Kind == ErrorAfter {
		return []error{ErrInjected, &smithyhttp.RequestSendError{Err: io.ErrUnexpectedEOF}}
	}
	return []error{ErrInjected, &smithy.GenericAPIError{Code: "InternalServerError", Message: "injected", Fault: smithy.FaultServer}}
}

// Faults plans what goes wrong in a world.
type Faults struct {
	mu      sync.Mutex
	begun   int
	fired   int
	planned map[int]Fault
}

// Faults returns the world's plan of what goes wrong.
func (w *World) Faults() *Faults { return &w.faults }

// At lets the n-th AWS call from now go wrong; 1 is the next one.
func (f *Faults) At(n int, kind Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.planned == nil {
		f.planned = map[int]Fault{}
	}
	f.planned[f.begun+n] = kind
}

// Fired tells how many faults have happened since the last Reset. A test that walks through all calls of an act ends when none did.
func (f *Faults) Fired() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

// Reset takes back what is still planned.
func (f *Faults) Reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.planned, f.fired = nil, 0
}

func (f *Faults) next() Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begun++
	kind, ok := f.planned[f.begun]
	if !ok {
		return none
	}
	delete(f.planned, f.begun)
	f.fired++
	return kind
}

// Survive runs f and tells whether a fault killed it. Any other panic goes on.
func Survive(f func()) (killed bool) {
	defer func() {
		if what := recover(); what == Killed {
			killed = true
		} else if what != nil {
			panic(what)
		}
	}()
	f()
	return false
}

// throttling refuses one attempt, below the SDK's retries.
type throttling struct{}

type throttleKey struct{}

func (throttling) ID() string { return "awstest.throttling" }

func (throttling) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	if once, ok := middleware.GetStackValue(ctx, throttleKey{}).(*sync.Once); ok {
		once.Do(func() { err = tooMuch(middleware.GetServiceID(ctx)) })
		if err != nil {
			return out, metadata, err
		}
	}
	return next.HandleFinalize(ctx, in)
}

// tooMuch is how each service says that it was asked too often.
func tooMuch(service string) error {
	code := map[string]string{"DynamoDB": "ProvisionedThroughputExceededException", "SES": "Throttling"}[service]
	if code == "" {
		code = "ThrottlingException"
	}
	return &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}}},
		Err:      &smithy.GenericAPIError{Code: code, Message: "injected", Fault: smithy.FaultClient},
	}
}
