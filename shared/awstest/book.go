package awstest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"

	"vestibule/infra/template/sam"
)

// Call is one AWS call that was made through a world's Config.
type Call struct {
	Service  string           // as IAM names it: dynamodb, kms, ses, sqs
	Action   string           // the operation: TransactWriteItems, Decrypt
	Tables   []string         // logical names, sorted, each once
	Uses     []sam.Permission // what IAM asks for; a transaction counts as its parts
	Capacity Capacity
	Attempts int   // more than one when the SDK tried again
	Err      error // as the caller saw it
}

// Capacity is what DynamoDB charges for a call, as ministack counts it; DynamoDB Local counts too little for what is not there.
// A refused condition is charged at AWS too, but not reported, so it is not in here.
type Capacity struct{ Read, Write float64 }

// Calls returns the calls made so far, in the order in which they ended.
func (w *World) Calls() []Call {
	w.recorder.mu.Lock()
	defer w.recorder.mu.Unlock()
	return slices.Clone(w.recorder.calls)
}

// ResetCalls forgets the calls made so far. The permission book keeps them.
func (w *World) ResetCalls() {
	w.recorder.mu.Lock()
	defer w.recorder.mu.Unlock()
	w.recorder.calls = nil
}

type recorder struct {
	mu    sync.Mutex
	calls []Call
}

// book is what all worlds of this test program have used; Main compares it with the template.
var book = struct {
	sync.Mutex
	used map[sam.Permission]bool
}{used: map[sam.Permission]bool{}}

func booked() []sam.Permission {
	book.Lock()
	defer book.Unlock()
	return slices.SortedFunc(maps.Keys(book.used), sam.Permission.Compare)
}

// booking is the outermost step of an SDK call: it sees what the caller asked for and what the caller gets.
type booking struct{ world *World }

func (booking) ID() string { return "awstest.booking" }

func (b booking) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	w := b.world
	call := Call{Service: strings.ToLower(awsmiddleware.GetServiceID(ctx)), Action: awsmiddleware.GetOperationName(ctx)}
	in.Parameters = askForCapacity(in.Parameters)
	kind := w.faults.next()
	switch kind {
	case Kill:
		panic(Killed)
	case ErrorBefore:
		call.Tables, call.Uses = tablesOf(uses(w.labels, call, in.Parameters, nil)), nil
		call.Err = Injected{kind, call.Action}
		w.record(call)
		return out, metadata, call.Err
	case Throttle:
		ctx = middleware.WithStackValue(ctx, throttleKey{}, new(sync.Once))
	}

	out, metadata, err = next.HandleInitialize(ctx, in)

	call.Uses = uses(w.labels, call, in.Parameters, out.Result)
	call.Tables = tablesOf(call.Uses)
	call.Capacity = w.charged(ctx, in.Parameters, out.Result)
	if attempts, ok := retry.GetAttemptResults(metadata); ok {
		call.Attempts = len(attempts.Results)
	}
	if kind == ErrorAfter {
		out.Result, err = nil, Injected{kind, call.Action}
	}
	call.Err = err
	w.record(call)
	if kind == KillAfter {
		panic(Killed)
	}
	return out, metadata, err
}

func (w *World) record(call Call) {
	w.recorder.mu.Lock()
	w.recorder.calls = append(w.recorder.calls, call)
	w.recorder.mu.Unlock()
	book.Lock()
	defer book.Unlock()
	for _, use := range call.Uses {
		book.used[use] = true
	}
}

// labels turns names, arns and urls back into logical ids.
type labels struct {
	mu sync.Mutex
	of map[string]string
}

func newLabels() *labels { return &labels{of: map[string]string{}} }

func (l *labels) add(name, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of[name] = id
	if strings.HasPrefix(name, "arn:") { // a key also goes by what follows the slash
		l.of[name[strings.LastIndex(name, "/")+1:]] = id
	}
}

// logical returns the logical id of a table, key or queue; what the world did not make is shown as it is.
func (l *labels) logical(name *string) string {
	if name == nil {
		return "?"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if id, ok := l.of[*name]; ok {
		return id
	}
	if id, ok := l.of[(*name)[strings.LastIndex(*name, "/")+1:]]; ok { // a table's arn
		return id
	}
	return *name
}

func tablesOf(uses []sam.Permission) []string {
	var tables []string
	for _, use := range uses {
		if strings.HasPrefix(use.Action, "dynamodb:") {
			table, _, _ := strings.Cut(use.Resource, "/index/")
			tables = append(tables, table)
		}
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}
