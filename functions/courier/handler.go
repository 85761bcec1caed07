package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/shared/id"
	"vestibule/shared/letter"
	"vestibule/shared/outbox"
	"vestibule/shared/post"
)

// errPoison means that a record cannot be done, however often it is tried.
var errPoison = errors.New("it cannot be done")

// margin is what a call keeps of its time to write down what it did, and to say what it did not get done. A step of that takes half of
// it at most.
const margin = 5 * time.Second

// after gives a step that must not be left out its time, though that of the call may be up.
func after(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), margin/2)
}

type courier struct {
	outbox *outbox.Store
	post   *post.SES
	sender letter.Sender
	set    string
	queues *sqs.Client
	queue  string

	stage   string
	metrics io.Writer
	now     func() time.Time
	random  io.Reader
	pause   func(tries int, random io.Reader) time.Duration
}

// batch is what Lambda hands over, of a stream or of a queue.
type batch struct {
	Records []record `json:"Records"`
}

type record struct {
	Source    string `json:"eventSource"`
	SourceARN string `json:"eventSourceARN"`

	// of a stream
	Event  string `json:"eventName"`
	Change struct {
		Keys struct {
			Message struct {
				S string `json:"S"`
			} `json:"message_id"`
		} `json:"Keys"`
		Sequence string `json:"SequenceNumber"`
	} `json:"dynamodb"`

	// of a queue
	ID         string            `json:"messageId"`
	Body       string            `json:"body"`
	Attributes map[string]string `json:"attributes"`
}

// answer names the records that were not done and come again.
type answer struct {
	Failures []failure `json:"batchItemFailures"`
}

type failure struct {
	Record string `json:"itemIdentifier"`
}

// handle works off a batch, all records at once: they have nothing to do with each other.
func (c *courier) handle(ctx context.Context, b batch) (answer, error) {
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-margin))
		defer cancel()
	}
	var (
		all    sync.WaitGroup
		meter  meter
		failed = make([]error, len(b.Records))
		thrown = make([]any, len(b.Records))
	)
	for i, r := range b.Records {
		all.Go(func() {
			defer func() { thrown[i] = recover() }()
			failed[i] = c.do(ctx, r, &meter)
		})
	}
	all.Wait()
	meter.write(c.metrics, c.stage, c.now())
	for _, what := range thrown {
		if what != nil {
			panic(what)
		}
	}
	failures := []failure{}
	for i, r := range b.Records {
		if failed[i] != nil {
			slog.ErrorContext(ctx, "record not done", "source", r.Source, "record", r.name(), "error", failed[i])
			failures = append(failures, failure{r.name()})
		}
	}
	return answer{failures}, nil
}

// safely makes a bug that one record meets a matter of that record. The log gets where it was, not what with.
func safely(ctx context.Context, do func() error) (err error) {
	defer func() {
		what := recover()
		if bug, ok := what.(runtime.Error); ok {
			slog.ErrorContext(ctx, "panic", "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: a bug (%T)", errPoison, bug)
		} else if what != nil {
			panic(what)
		}
	}()
	return do()
}

// do works off one record. An error means that it must come again.
func (c *courier) do(ctx context.Context, r record, m *meter) error {
	switch {
	case r.Source == "aws:dynamodb":
		message, err := id.Parse[id.MessageID](r.Change.Keys.Message.S)
		if r.Event != "INSERT" || err != nil {
			return nil // a letter that changed, or a counter: the template's filter keeps them away
		}
		return c.look(ctx, note{Message: message}, r, m)
	case r.Source == "aws:sqs" && r.queue() == c.queue[strings.LastIndexByte(c.queue, '/')+1:]:
		n, err := readNote(r.Body)
		if err != nil {
			return err
		}
		return c.look(ctx, n, r, m)
	case r.Source == "aws:sqs":
		return safely(ctx, func() error { return c.settle(ctx, []byte(r.Body), m) })
	default:
		return fmt.Errorf("%w: no such source", errPoison)
	}
}

// name is how Lambda knows the record.
func (r record) name() string {
	if r.Change.Sequence != "" {
		return r.Change.Sequence
	}
	return r.ID
}

// queue is the name of the queue that the record came from.
func (r record) queue() string { return r.SourceARN[strings.LastIndexByte(r.SourceARN, ':')+1:] }

// last tells whether the record will not come again: its queue gives it up now.
func (r record) last() bool {
	received, _ := strconv.Atoi(r.Attributes["ApproximateReceiveCount"])
	return received >= receives
}
