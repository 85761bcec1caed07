package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/shared/id"
)

const (
	// receives is how often LettersQueue gives out a record before it moves it to its dead-letter queue (template.yaml).
	receives = 8
	// tries is how often a letter is put off. With the longest pauses that is about eight hours.
	tries = 64
	// longest is the longest delay that SQS knows.
	longest = 15 * time.Minute
)

// note is what stands in LettersQueue: a letter to look at again.
type note struct {
	Message id.MessageID `json:"message"`
	Tries   int          `json:"tries,omitempty"` // how often it was put off because something did not work
	Sent    string       `json:"sent,omitempty"`  // the provider's id, when it was sent but that could not be recorded
}

func readNote(body string) (note, error) {
	var n note
	if json.Unmarshal([]byte(body), &n) != nil {
		return n, fmt.Errorf("%w: not a note", errPoison)
	}
	if _, err := id.Parse[id.MessageID](string(n.Message)); err != nil {
		return n, fmt.Errorf("%w: a note of no message", errPoison)
	}
	return n, nil
}

// hopeless tells whether it makes no sense to put a letter off because of an error. What was sent is put off until that is recorded.
func (n note) hopeless(err error) bool {
	return errors.Is(err, errPoison) || n.Tries >= tries && n.Sent == ""
}

// put puts a note into the queue, to come back after a time.
func (c *courier) put(ctx context.Context, n note, wait time.Duration) error {
	ctx, cancel := after(ctx)
	defer cancel()
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write a note of letter %s: %w", n.Message, err)
	}
	seconds := int32(min(max(wait, 0), longest) / time.Second)
	_, err = c.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &c.queue, MessageBody: aws.String(string(body)), DelaySeconds: seconds})
	if err != nil {
		return fmt.Errorf("put off letter %s: %w", n.Message, err)
	}
	return nil
}

// backoff is how long something that did not work is left alone: at random up to a bound that doubles from try to try (full jitter), so
// that letters which failed together do not come back together.
func backoff(tries int, random io.Reader) time.Duration {
	bound := min(5*time.Second<<min(tries, 10), longest)
	var bits [8]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return bound
	}
	return time.Second + time.Duration(binary.BigEndian.Uint64(bits[:])%uint64(bound-time.Second+1))
}
