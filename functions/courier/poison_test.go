package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/shared/id"
	"vestibule/shared/outbox"
	"vestibule/shared/post/posttest"
)

// unreadable puts a letter into the outbox that nobody can open.
func (v *town) unreadable() id.MessageID {
	v.t.Helper()
	good := v.get(v.commit(invitation("poison@praxis.example")))
	bad := good
	bad.ID = id.New[id.MessageID](v.clock(), rand.Reader) // a letter moved to another message
	v.add(bad)
	return bad.ID
}

// T45: one poison message in each position of a batch; nine others done once, the answer names the poison and nothing else, and in the
// end it lies alone in the dead-letter queue.
func TestOnePoisonLetterHarmsNoOther(t *testing.T) {
	for position := range 10 {
		v := visit(t)
		url := v.world.Queue("LettersQueue")
		var others []id.MessageID
		var poison id.MessageID
		for i := range 10 {
			m := id.MessageID("")
			if i == position {
				m = v.unreadable()
				poison = m
			} else {
				m = v.commit(invitation(fmt.Sprintf("finn%d@praxis.example", i)))
				others = append(others, m)
			}
			if err := v.courier.put(t.Context(), note{Message: m}, 0); err != nil {
				t.Fatal(err)
			}
		}
		// The queue gives the ten out in one batch.
		v.fetch()
		if len(v.notes) != 10 {
			t.Fatalf("the queue gave %d notes", len(v.notes))
		}
		var records []map[string]any
		named := ""
		for _, n := range v.notes {
			records = append(records, queueRecord(url, *n.MessageId, *n.Body, 1))
			if strings.Contains(*n.Body, string(poison)) {
				named = *n.MessageId
			}
		}
		if again := v.invoke(records); !slices.Equal(again, []string{named}) {
			t.Fatalf("position %d: %v must come again, want %v alone", position, again, named)
		}
		if got := v.get(poison); got.State != outbox.Queued || got.Sealed == nil {
			t.Errorf("position %d: after the first time the poison is %v", position, got.Status)
		}
		v.rest() // brings all ten once more, and the poison until the queue gives it up
		v.once(others...)
		got := v.get(poison)
		if want := (outbox.Status{State: outbox.Failed, Reason: outbox.Exhausted}); got.Status != want || got.Sealed == nil {
			t.Errorf("position %d: in the end the poison is %v, want %v", position, got.Status, want)
		}
		if n := v.dead(); n != 1 {
			t.Errorf("position %d: %d letters in the dead-letter queue, want 1", position, n)
		}
	}
}

// The same from the stream: it is never held up, and the poison goes the way of the queue.
func TestAPoisonLetterDoesNotHoldUpTheStream(t *testing.T) {
	for position := range 10 {
		v := visit(t)
		var others []id.MessageID
		var records []map[string]any
		for i := range 10 {
			m := id.MessageID("")
			if i == position {
				m = v.unreadable()
			} else {
				m = v.commit(invitation(fmt.Sprintf("finn%d@praxis.example", i)))
				others = append(others, m)
			}
			records = append(records, streamRecord(m))
		}
		if again := v.invoke(records); len(again) != 0 {
			t.Fatalf("position %d: the stream must bring %v again", position, again)
		}
		v.rest()
		v.once(others...)
		if n := v.dead(); n != 1 {
			t.Errorf("position %d: %d letters in the dead-letter queue, want 1", position, n)
		}
	}
}

// When not even the queue takes a note, the stream must bring exactly that record again.
func TestALetterThatCannotBePutOffStaysInItsSource(t *testing.T) {
	v := visit(t)
	m, bad := v.commit(invitation("finn@praxis.example")), v.unreadable()
	v.away("SQS")
	if again := v.invoke([]map[string]any{streamRecord(m), streamRecord(bad)}); !slices.Equal(again, []string{"seq-" + string(bad)}) {
		t.Errorf("%v must come again, want the second alone", again)
	}
	if got := v.get(bad); got.State != outbox.Queued || got.Sealed == nil {
		t.Errorf("it is %v", got.Status)
	}
}

// What somebody has mended and redriven is sent.
func TestARedrivenLetterIsSent(t *testing.T) {
	v := visit(t)
	bad := v.unreadable()
	v.stream(bad)
	v.rest()
	if got := v.get(bad); got.Reason != outbox.Exhausted || v.dead() != 1 {
		t.Fatalf("it is %v, %d in the dead-letter queue", got.Status, v.dead())
	}
	// Mended: the letter can be read now.
	good, err := v.store.Seal(t.Context(), invitation("finn@praxis.example"), bad, clinic, "", v.clock())
	if err != nil {
		t.Fatal(err)
	}
	v.replace(bad, good.Sealed)
	body := v.takeDead()
	if _, err := v.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(v.world.Queue("LettersQueue")), MessageBody: &body}); err != nil {
		t.Fatal(err)
	}
	v.fetch()
	for i := range v.notes { // a redrive does not know the test's clock
		v.notes[i].MessageAttributes = dueNow(v.clock())
	}
	v.rest()
	v.once(bad)
}

func TestABugThatOneLetterMeetsIsAMatterOfThatLetter(t *testing.T) {
	v := visit(t)
	m, other := v.commit(invitation("finn@praxis.example")), v.commit(invitation("eva@praxis.example"))
	random := v.courier.random
	v.courier.random = &clumsy{Reader: random}
	v.courier.outbox = v.store
	again := v.invoke([]map[string]any{streamRecord(m), streamRecord(other)})
	if len(again) != 0 {
		t.Errorf("%v must come again", again)
	}
	v.courier.random = random
	v.rest()
	v.once(m, other)
	if !strings.Contains(said.String(), "goroutine") {
		t.Error("the log does not say where the bug is")
	}
}

// clumsy runs into a bug once.
type clumsy struct {
	io.Reader
	once sync.Once
}

func (c *clumsy) Read(p []byte) (int, error) {
	c.once.Do(func() { _ = p[len(p)+1] })
	return c.Reader.Read(p)
}

func TestAnotherPanicGoesOn(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("finn@praxis.example"))
	v.courier.pause = func(int, io.Reader) time.Duration { panic(errors.New("not a bug of this letter")) }
	v.ses.Fail(posttest.Throttle)
	defer func() {
		if recover() == nil {
			t.Error("it was swallowed")
		}
	}()
	v.invoke([]map[string]any{streamRecord(m)})
}
