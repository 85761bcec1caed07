package main

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"vestibule/shared/id"
	"vestibule/shared/outbox"
	"vestibule/shared/post/posttest"
)

// T46: half an hour in which something is away. Everything waits in the queue, nothing is lost, nothing comes twice.
func TestAnOutageOfHalfAnHourDelaysLettersAndNothingElse(t *testing.T) {
	for name, outage := range map[string]struct {
		away func(v *town)
		back func(v *town)
	}{
		"the provider throttles":  {func(v *town) { v.ses.FailAll(posttest.Throttle) }, func(v *town) { v.ses.FailAll("") }},
		"the provider is paused":  {func(v *town) { v.ses.FailAll(posttest.Paused) }, func(v *town) { v.ses.FailAll("") }},
		"KMS is away":             {func(v *town) { v.away("KMS") }, func(v *town) { v.away("") }},
		"DynamoDB is away":        {func(v *town) { v.away("DynamoDB") }, func(v *town) { v.away("") }},
		"the provider is not met": {func(v *town) { v.away("SES") }, func(v *town) { v.away("") }},
	} {
		t.Run(name, func(t *testing.T) {
			v := visit(t)
			v.courier.pause = backoff
			var letters []id.MessageID
			outage.away(v)
			end := v.clock().Add(30 * time.Minute)
			for v.clock().Before(end) {
				if len(letters) < 25 {
					letters = append(letters, v.commit(invitation(fmt.Sprintf("finn%d@praxis.example", len(letters)))))
					v.stream(letters[len(letters)-1])
				}
				v.fetch()
				v.deliverNotes()
				v.pass(time.Minute)
			}
			if sent := len(v.ses.Mails()); sent != 0 {
				t.Fatalf("%d letters were sent while that is away", sent)
			}
			outage.back(v)
			v.rest()
			v.once(letters...)
			if drained := v.clock().Sub(end); drained > longest+time.Minute {
				t.Errorf("the backlog took %v", drained)
			}
			if v.dead() != 0 {
				t.Errorf("%d letters in the dead-letter queue", v.dead())
			}
		})
	}
}

// The provider takes everything, but it cannot be recorded, and the events cannot either: half an hour, and nothing twice.
func TestWhatWasSentButCouldNotBeRecordedIsNotSentAgain(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("finn@praxis.example"))
	v.brokenAfterSending = true
	v.stream(m)
	if len(v.ses.Mails()) != 1 || v.get(m).State != outbox.Sending {
		t.Fatalf("sent %d times, it is %v", len(v.ses.Mails()), v.status(m))
	}
	for range 30 {
		v.fetch()
		v.deliverNotes()
		v.pass(2 * time.Minute)
	}
	v.away("")
	v.fetch()
	v.pass(longest)
	v.deliverNotes()
	if got := v.get(m); got.State != outbox.Sent || got.ProviderID != v.ses.Mails()[0].ProviderID {
		t.Errorf("without any event it is %v", got.Status)
	}
	v.rest()
	v.once(m)
}

// When the call's time is up, what was not done is named, and nothing that was begun is forgotten.
func TestACallWhoseTimeIsUpSaysWhatItDidNotDo(t *testing.T) {
	v := visit(t)
	v.ses.Fail(posttest.TakeSlowly)
	m := v.commit(invitation("finn@praxis.example"))
	payload, _ := json.Marshal(map[string]any{"Records": []map[string]any{streamRecord(m)}})
	ctx, cancel := context.WithTimeout(t.Context(), margin+1500*time.Millisecond)
	defer cancel()
	began := time.Now()
	out, err := v.handler.Invoke(ctx, payload)
	if err != nil || time.Since(began) > margin {
		t.Fatalf("got %s, %v after %v", out, err, time.Since(began))
	}
	if got := v.get(m); got.State != outbox.Sending {
		t.Errorf("it is %v", got.Status)
	}
	v.rest()
	v.once(m)
}
