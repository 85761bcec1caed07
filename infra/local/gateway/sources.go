package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/infra/template/sam"
)

// Sources say where the streams and queues are that call functions.
//
// The double of AWS could call the functions itself, but it takes a batch of stream records for done when the function has reported
// failures in it, and a letter would be lost here that is kept at AWS.
type Sources struct {
	AWS   aws.Config
	Name  func(id string) string // by logical id: the name of a table, the url of a queue
	Every time.Duration          // how often a stream is asked for news, 200 ms when 0
}

// source is one event of the template that is no HTTP route.
type source struct {
	id, function string
	invoke       func(ctx context.Context, function string, event []byte) ([]byte, error)
	say          func(format string, args ...any)

	Stream            string   `yaml:"Stream"`
	Queue             string   `yaml:"Queue"`
	Enabled           *bool    `yaml:"Enabled"`
	StartingPosition  string   `yaml:"StartingPosition"`
	BatchSize         int      `yaml:"BatchSize"`
	Window            int      `yaml:"MaximumBatchingWindowInSeconds"`
	Retries           *int     `yaml:"MaximumRetryAttempts"`
	Bisect            bool     `yaml:"BisectBatchOnFunctionError"`
	ResponseTypes     []string `yaml:"FunctionResponseTypes"`
	DestinationConfig struct {
		OnFailure struct {
			Type        string `yaml:"Type"`
			Destination string `yaml:"Destination"`
		} `yaml:"OnFailure"`
	} `yaml:"DestinationConfig"`
	FilterCriteria struct {
		Filters []struct {
			Pattern string `yaml:"Pattern"`
		} `yaml:"Filters"`
	} `yaml:"FilterCriteria"`
	ScheduleExpression string `yaml:"ScheduleExpression"`
	Schedule           string `yaml:"Schedule"`
	Input              string `yaml:"Input"`
	State              string `yaml:"State"`

	patterns []any
}

type runner interface {
	// run works until soft is done and nothing is left to do, or until hard is done.
	run(soft, hard context.Context)
}

// pump runs all event sources of the template.
type pump struct {
	calm, force context.CancelFunc
	running     sync.WaitGroup
}

func startPump(template *sam.Template, sources *Sources, g *Gateway) (*pump, error) {
	soft, calm := context.WithCancel(context.Background())
	hard, force := context.WithCancel(context.Background())
	p := &pump{calm: calm, force: force}
	if sources == nil {
		return p, nil
	}
	var all []runner
	for _, f := range template.Functions {
		for _, event := range f.Events {
			if event.Type == "HttpApi" {
				continue
			}
			r, err := g.source(hard, sources, f, event)
			if err != nil {
				force()
				return nil, fmt.Errorf("event %s of %s: %w", event.ID, f.ID, err)
			}
			if r != nil {
				all = append(all, r)
			}
		}
	}
	for _, r := range all {
		p.running.Go(func() { r.run(soft, hard) })
	}
	return p, nil
}

// stop lets the sources empty what they have until ctx is done.
func (p *pump) stop(ctx context.Context) {
	p.calm()
	defer context.AfterFunc(ctx, p.force)()
	p.running.Wait()
	p.force()
}

// source opens one event source; nil when the template has switched it off.
func (g *Gateway) source(ctx context.Context, where *Sources, f sam.Function, event sam.Event) (runner, error) {
	fleet := g.fleets[f.ID]
	s := source{id: event.ID, function: f.ID, invoke: g.Invoke, say: func(format string, args ...any) {
		fmt.Fprintf(fleet.log, event.ID+": "+format+"\n", args...)
	}}
	// A reference stays the logical id that it names.
	if err := event.Properties.Decode(func(id, _ string) (string, error) { return id, nil }, &s); err != nil {
		return nil, err
	}
	if s.Enabled != nil && !*s.Enabled || s.State == "DISABLED" {
		return nil, nil
	}
	for _, filter := range s.FilterCriteria.Filters {
		var pattern any
		if err := json.Unmarshal([]byte(filter.Pattern), &pattern); err != nil {
			return nil, fmt.Errorf("filter %s: %w", filter.Pattern, err)
		}
		if _, err := matches(pattern, map[string]any{}); err != nil {
			return nil, err
		}
		s.patterns = append(s.patterns, pattern)
	}
	switch event.Type {
	case "DynamoDB":
		return s.stream(ctx, where)
	case "SQS":
		return s.queue(ctx, where)
	case "Schedule", "ScheduleV2":
		return s.schedule()
	default:
		return nil, fmt.Errorf("events of type %s do not run on one machine yet", event.Type)
	}
}

// wanted tells whether the filters of the template let a record through.
func (s *source) wanted(record map[string]any) bool {
	for _, pattern := range s.patterns {
		if ok, _ := matches(pattern, record); ok {
			return true
		}
	}
	return len(s.patterns) == 0
}

// deliver calls the function with a batch and returns the identifiers that it reports as failed.
func (s *source) deliver(ctx context.Context, records []map[string]any) (failed map[string]bool, err error) {
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return nil, err
	}
	answer, err := s.invoke(ctx, s.function, event)
	if err != nil || len(s.ResponseTypes) == 0 {
		return nil, err
	}
	var report struct {
		Failures []struct{ ItemIdentifier string } `json:"batchItemFailures"`
	}
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &report); err != nil {
			return nil, fmt.Errorf("read the report of failed items: %w", err)
		}
	}
	failed = map[string]bool{}
	for _, failure := range report.Failures {
		if failure.ItemIdentifier == "" {
			return nil, errors.New("the report of failed items has one without an identifier")
		}
		failed[failure.ItemIdentifier] = true
	}
	return failed, nil
}

// rest waits; false when ctx is done.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
