package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"vestibule/shared/id"
)

// withoutDelay lets SQS hand out notes at once and writes on them when they would have come, by the clock of the test.
func (v *town) withoutDelay(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("town", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		if note, ok := in.Parameters.(*sqs.SendMessageInput); ok {
			if note.DelaySeconds < 0 || note.DelaySeconds > 900 {
				v.t.Errorf("a delay of %d seconds, which SQS refuses", note.DelaySeconds)
			}
			due := v.clock().Add(time.Duration(note.DelaySeconds) * time.Second)
			note.DelaySeconds = 0
			note.MessageAttributes = dueNow(due)
		}
		return next.HandleInitialize(ctx, in)
	}), middleware.After)
}

// away lets every call of one AWS service fail from now on; "" ends that.
func (v *town) away(service string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.broken, v.brokenAfterSending = service, false
}

func (v *town) outages(stack *middleware.Stack) error {
	return stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("outage", func(
		ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
	) (middleware.FinalizeOutput, middleware.Metadata, error) {
		v.mu.Lock()
		service := middleware.GetServiceID(ctx)
		broken := v.broken == service
		if v.brokenAfterSending && service == "SES" {
			v.broken = "DynamoDB"
		}
		v.mu.Unlock()
		if broken {
			return middleware.FinalizeOutput{}, middleware.Metadata{}, &smithy.GenericAPIError{Code: "ServiceUnavailable", Message: "away"}
		}
		return next.HandleFinalize(ctx, in)
	}), middleware.After)
}

func streamRecord(m id.MessageID) map[string]any {
	return streamEvent("INSERT", string(m), "seq-"+string(m))
}

func streamEvent(name, key, sequence string) map[string]any {
	return map[string]any{
		"eventID": "1", "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "eu-central-1",
		"eventSourceARN": "arn:aws:dynamodb:eu-central-1:000000000000:table/OutboxTable/stream/2026-11-21T00:00:00.000",
		"dynamodb": map[string]any{
			"ApproximateCreationDateTime": 1795251600, "Keys": map[string]any{"message_id": map[string]any{"S": key}},
			"SequenceNumber": sequence, "SizeBytes": 40, "StreamViewType": "KEYS_ONLY",
		},
	}
}

// stream tells the courier of letters as the table's stream does, until it takes them.
func (v *town) stream(messages ...id.MessageID) {
	v.t.Helper()
	for try := 0; len(messages) > 0; try++ {
		if try == 5 {
			v.t.Fatalf("the stream does not get rid of %v", messages)
		}
		var records []map[string]any
		for _, m := range messages[:min(10, len(messages))] {
			records = append(records, streamRecord(m))
		}
		failed := v.invoke(records)
		done := slices.IndexFunc(records, func(r map[string]any) bool {
			return slices.Contains(failed, r["dynamodb"].(map[string]any)["SequenceNumber"].(string))
		})
		if done < 0 {
			done = len(records)
		}
		if messages = messages[done:]; done > 0 {
			try = 0
		}
	}
}

func queueRecord(queueURL, messageID, body string, received int) map[string]any {
	return map[string]any{
		"messageId": messageID, "receiptHandle": "r", "body": body, "md5OfBody": "", "eventSource": "aws:sqs", "awsRegion": "eu-central-1",
		"attributes":        map[string]any{"ApproximateReceiveCount": strconv.Itoa(received)},
		"messageAttributes": map[string]any{},
		"eventSourceARN":    "arn:aws:sqs:eu-central-1:000000000000:" + queueURL[strings.LastIndexByte(queueURL, '/')+1:],
	}
}

// fetch takes the notes out of the queue that are in it, however long they are to wait.
func (v *town) fetch() {
	v.t.Helper()
	url := v.world.Queue("LettersQueue")
	for {
		out, err := v.sqs.ReceiveMessage(v.t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil {
			v.t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return
		}
		v.notes = append(v.notes, out.Messages...)
	}
}

// deliverNotes hands the courier the notes that are due. What it does not do goes back into the queue and can be fetched again; what it
// did not answer for, because it was killed, stays here.
func (v *town) deliverNotes() (handed int) {
	v.t.Helper()
	url := v.world.Queue("LettersQueue")
	isLater := func(n types.Message) bool { return v.due(n).After(v.clock()) }
	for due := slices.DeleteFunc(slices.Clone(v.notes), isLater); len(due) > 0; {
		ten := due[:min(10, len(due))]
		due = due[len(ten):]
		var records []map[string]any
		for _, n := range ten {
			received, _ := strconv.Atoi(n.Attributes["ApproximateReceiveCount"])
			records = append(records, queueRecord(url, *n.MessageId, *n.Body, received))
		}
		failed := v.invoke(records)
		handed += len(ten)
		for _, n := range ten {
			var err error
			if slices.Contains(failed, *n.MessageId) {
				_, err = v.sqs.ChangeMessageVisibility(v.t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: &url, ReceiptHandle: n.ReceiptHandle, VisibilityTimeout: 0})
			} else {
				_, err = v.sqs.DeleteMessage(v.t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: n.ReceiptHandle})
			}
			if err != nil {
				v.t.Fatal(err)
			}
			v.notes = slices.DeleteFunc(v.notes, func(other types.Message) bool { return *other.MessageId == *n.MessageId })
		}
	}
	return handed
}

func (v *town) due(n types.Message) time.Time {
	seconds, err := strconv.ParseInt(aws.ToString(n.MessageAttributes["due"].StringValue), 10, 64)
	if err != nil {
		v.t.Fatalf("a note without a time: %v", err)
	}
	return time.Unix(seconds, 0)
}

// report takes the events that the provider has published so far.
func (v *town) report() [][]byte {
	v.ses.Wait()
	v.mu.Lock()
	defer v.mu.Unlock()
	events := v.events
	v.events = nil
	return events
}

// deliverEvents hands the courier events as their queue does, until it takes them.
func (v *town) deliverEvents(events ...[]byte) {
	v.t.Helper()
	v.untold = append(v.untold, events...)
	url := v.world.Queue("PostEventsQueue")
	for try := 0; len(v.untold) > 0; try++ {
		if try == 20 {
			v.t.Fatalf("the courier does not take %s", v.untold[0])
		}
		ten := v.untold[:min(10, len(v.untold))]
		var records []map[string]any
		for i, body := range ten {
			records = append(records, queueRecord(url, fmt.Sprint("event-", i), string(body), 1))
		}
		failed := v.invoke(records)
		left := slices.Clone(v.untold[len(ten):])
		for i, body := range ten {
			if slices.Contains(failed, fmt.Sprint("event-", i)) {
				left = append(left, body)
			}
		}
		v.untold = left
	}
}

// rest lets everything that is under way come to its end: events at once, notes when they are due. The clock goes on as far as it must.
func (v *town) rest() {
	v.t.Helper()
	for range 400 {
		v.deliverEvents(v.report()...)
		v.fetch()
		if v.deliverNotes() > 0 {
			continue
		}
		v.fetch()
		if len(v.notes) == 0 {
			if events := v.report(); len(events) > 0 {
				v.deliverEvents(events...)
				continue
			}
			return
		}
		soonest := slices.MinFunc(v.notes, func(a, b types.Message) int { return v.due(a).Compare(v.due(b)) })
		v.pass(max(0, v.due(soonest).Sub(v.clock())))
	}
	v.t.Fatal("it does not come to rest")
}

// takeDead takes a note out of the dead-letter queue.
func (v *town) takeDead() string {
	v.t.Helper()
	url := v.world.Queue("LettersDeadQueue")
	out, err := v.sqs.ReceiveMessage(v.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url})
	if err != nil || len(out.Messages) != 1 {
		v.t.Fatalf("the dead-letter queue gave %d messages: %v", len(out.Messages), err)
	}
	return *out.Messages[0].Body
}

func dueNow(now time.Time) map[string]types.MessageAttributeValue {
	return map[string]types.MessageAttributeValue{
		"due": {DataType: aws.String("Number"), StringValue: aws.String(strconv.FormatInt(now.Unix(), 10))},
	}
}

// dead counts what lies in the dead-letter queue of the letters.
func (v *town) dead() int {
	v.t.Helper()
	url := v.world.Queue("LettersDeadQueue")
	out, err := v.sqs.GetQueueAttributes(v.t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameApproximateNumberOfMessages},
	})
	if err != nil {
		v.t.Fatal(err)
	}
	n, _ := strconv.Atoi(out.Attributes["ApproximateNumberOfMessages"])
	return n
}
