package awstest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
)

// Act is one use case of a function, as a benchmark runs it.
type Act struct {
	Name    string
	Prepare func() (event []byte) // brings about what the act needs; it is not measured
	Answer  string                // what every answer to the act must hold
}

// Bench measures an act in two ways, from the event that Lambda hands over to the answer that it gets back.
//
//	<name>/double   against the double: ns/op is mostly the double's time. One act more is booked, and tells what it asks of AWS.
//	<name>/alone    with the answers of a recorded act, given back in process. What is measured is our code and the SDK's, which builds,
//	                signs and reads messages; there is no socket and no double. Allocations are counted here.
func (w *World) Bench(b *testing.B, open func(aws.Config) lambda.Handler, act Act) {
	b.Helper()
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(io.Discard, nil))) // logging costs what it costs, but not here
	b.Cleanup(func() { slog.SetDefault(before) })
	b.Run(act.Name+"/double", func(b *testing.B) { w.besideTheDouble(b, open, act) })
	b.Run(act.Name+"/alone", func(b *testing.B) { w.alone(b, open, act) })
}

func (w *World) besideTheDouble(b *testing.B, open func(aws.Config) lambda.Handler, act Act) {
	plain, booked := open(w.Seed()), open(w.Config())
	for b.Loop() {
		b.StopTimer()
		event := act.Prepare()
		b.StartTimer()
		act.run(b, plain, event)
	}
	b.StopTimer()
	event := act.Prepare()
	w.ResetCalls()
	act.run(b, booked, event)
	used := map[string]float64{"calls/op": 0, "rcu/op": 0, "wcu/op": 0, "kms/op": 0, "other/op": 0}
	for _, call := range w.Calls() {
		switch call.Service {
		case "dynamodb":
			used["calls/op"]++
			used["rcu/op"] += call.Capacity.Read
			used["wcu/op"] += call.Capacity.Write
		case "kms":
			used["kms/op"]++
		default:
			used["other/op"]++
		}
	}
	for unit, n := range used {
		b.ReportMetric(n, unit)
	}
}

func (w *World) alone(b *testing.B, open func(aws.Config) lambda.Handler, act Act) {
	cfg := w.Seed()
	tape := &tape{}
	cfg.HTTPClient = tape
	function, event := open(cfg), act.Prepare()
	act.run(b, function, event)
	tape.recorded = true
	b.ReportAllocs()
	for b.Loop() {
		tape.at = 0
		act.run(b, function, event)
	}
	if tape.at != len(tape.answers) {
		b.Fatalf("%s made %d calls, and %d when it was recorded", act.Name, tape.at, len(tape.answers))
	}
}

func (a Act) run(b *testing.B, function lambda.Handler, event []byte) {
	b.Helper()
	answer, err := function.Invoke(context.Background(), event)
	if err != nil || !bytes.Contains(answer, []byte(a.Answer)) {
		b.Fatalf("%s: answer %s, error %v", a.Name, answer, err)
	}
}

// tape records what AWS answers to one act, and then answers every further act the same.
type tape struct {
	recorded bool
	answers  []taped
	at       int
}

type taped struct {
	http.Response
	body []byte
}

func (t *tape) Do(r *http.Request) (*http.Response, error) {
	if !t.recorded {
		answer, err := client.Do(r)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		t.answers = append(t.answers, taped{*answer, body})
		answer.Body = io.NopCloser(bytes.NewReader(body))
		return answer, err
	}
	if t.at == len(t.answers) {
		return nil, errors.New("more calls than were recorded")
	}
	same := t.answers[t.at].Response
	same.Header, same.Request = same.Header.Clone(), r
	same.Body = io.NopCloser(bytes.NewReader(t.answers[t.at].body))
	t.at++
	return &same, nil
}
