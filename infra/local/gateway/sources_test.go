package gateway_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/infra/local/gateway"
	"vestibule/infra/local/ministack"
)

// house is a double of AWS with a table and two queues, and a gateway that passes what comes in them to the test's function.
type house struct {
	*testing.T
	*gateway.Gateway
	tables *dynamodb.Client
	queues *sqs.Client
	names  map[string]string
	book   string
	seen   map[string]bool // messages of the dead-letter queue
}

func open(t *testing.T) *house {
	t.Helper()
	python, err := ministack.Prepare(t.Context(), "../../..", func(text string) { t.Log(text) })
	if err != nil {
		t.Fatal(err)
	}
	double, err := ministack.Start(t.Context(), ministack.Options{Python: python, Dir: t.TempDir(), Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := double.Stop(); err != nil {
			t.Error(err)
		}
	})
	h := &house{
		T: t, tables: dynamodb.NewFromConfig(double.Config()), queues: sqs.NewFromConfig(double.Config()),
		names: map[string]string{"OutboxTable": "outbox"}, book: filepath.Join(t.TempDir(), "book"), seen: map[string]bool{},
	}
	if _, err := h.tables.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("outbox"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		StreamSpecification:  &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeKeysOnly},
	}); err != nil {
		t.Fatal(err)
	}
	h.queue("DeadQueue", nil)
	h.queue("LettersQueue", map[string]string{
		"VisibilityTimeout": "1", "RedrivePolicy": `{"maxReceiveCount":"2","deadLetterTargetArn":"arn:aws:sqs:` + ministack.Region + `:000000000000:DeadQueue"}`,
	})
	h.Gateway = start(t, "testdata/sources.yaml", func(o *gateway.Options) {
		o.Env = func(string) []string { return []string{"BOOK=" + h.book} }
		o.Sources = &gateway.Sources{AWS: double.Config(), Name: func(id string) string { return h.names[id] }, Every: 50 * time.Millisecond}
	})
	return h
}

func (h *house) queue(id string, attributes map[string]string) {
	made, err := h.queues.CreateQueue(h.Context(), &sqs.CreateQueueInput{QueueName: &id, Attributes: attributes})
	if err != nil {
		h.Fatal(err)
	}
	h.names[id] = *made.QueueUrl
}

func (h *house) put(id string) {
	item := map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}
	if _, err := h.tables.PutItem(h.Context(), &dynamodb.PutItemInput{TableName: aws.String("outbox"), Item: item}); err != nil {
		h.Error(err)
	}
}

func (h *house) send(body string) {
	if _, err := h.queues.SendMessage(h.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(h.names["LettersQueue"]), MessageBody: &body}); err != nil {
		h.Error(err)
	}
}

// calls are the names in each batch that the function was given.
func (h *house) calls() (calls [][]string) {
	text, _ := os.ReadFile(h.book)
	for line := range strings.Lines(string(text)) {
		var event struct {
			Records []struct {
				Body     string
				DynamoDB struct {
					Keys struct{ ID struct{ S string } }
				}
			}
		}
		if json.Unmarshal([]byte(line), &event) != nil {
			continue // half a line
		}
		var names []string
		for _, r := range event.Records {
			names = append(names, r.Body+r.DynamoDB.Keys.ID.S)
		}
		calls = append(calls, names)
	}
	return calls
}

func (h *house) count(name string) (n int) {
	for _, call := range h.calls() {
		if slices.Contains(call, name) {
			n++
		}
	}
	return n
}

// until waits for something that must become true.
func (h *house) until(what string, is func() bool) {
	h.Helper()
	for patience := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(patience) {
			h.Fatalf("%s did not happen; the function was called with %v", what, h.calls())
		}
	}
}

// dead takes one message from the dead-letter queue. A queue may hold a message twice, when the answer to its sending was lost: the second
// is thrown away.
func (h *house) dead() (body string) {
	h.Helper()
	h.until("a message in the dead-letter queue", func() bool {
		got, err := h.queues.ReceiveMessage(h.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(h.names["DeadQueue"]), WaitTimeSeconds: 1})
		if err != nil || len(got.Messages) == 0 {
			return false
		}
		body = *got.Messages[0].Body
		again := h.seen[body]
		h.seen[body] = true
		h.queues.DeleteMessage(context.WithoutCancel(h.Context()), &sqs.DeleteMessageInput{QueueUrl: aws.String(h.names["DeadQueue"]), ReceiptHandle: got.Messages[0].ReceiptHandle})
		return !again
	})
	return body
}

func TestSources(t *testing.T) {
	t.Parallel()
	h := open(t)

	begun := time.Now()
	h.put("first")
	h.until("the first record", func() bool { return h.count("first") == 1 })
	if took := time.Since(begun); took > time.Second {
		t.Errorf("a record took %v to the function", took)
	}
	begun = time.Now()
	h.send("first letter")
	h.until("the first message", func() bool { return h.count("first letter") == 1 })
	if took := time.Since(begun); took > time.Second {
		t.Errorf("a message took %v to the function", took)
	}

	// A reported failure is tried again with what follows it, and is given up after its attempts; nothing behind it is lost.
	h.put("ignored")
	h.put("poison")
	h.put("second")
	h.until("the record after the poisoned one", func() bool { return h.count("second") >= 1 })
	var given struct {
		RequestContext     struct{ Condition string }
		DDBStreamBatchInfo struct{ BatchSize int }
	}
	if err := json.Unmarshal([]byte(h.dead()), &given); err != nil || given.RequestContext.Condition != "RetryAttemptsExhausted" || given.DDBStreamBatchInfo.BatchSize == 0 {
		t.Errorf("the message about the given-up batch is %+v (%v)", given, err)
	}
	if got := h.count("poison"); got != 3 {
		t.Errorf("the poisoned record was tried %d times, want 3", got)
	}
	if got := h.count("ignored"); got != 0 {
		t.Errorf("a record that the filter keeps out was given to the function %d times", got)
	}

	// A crash fails the whole batch.
	h.put("bomb")
	h.dead()
	if got := h.count("bomb"); got != 3 {
		t.Errorf("the record that ends the process was tried %d times, want 3", got)
	}

	// What a queue's function reports as failed comes back, then goes to the dead-letter queue; the rest is done once.
	h.send("poisoned letter")
	h.send("good letter")
	if got := h.dead(); got != "poisoned letter" {
		t.Errorf("the dead-letter queue has %q", got)
	}
	if poisoned, good := h.count("poisoned letter"), h.count("good letter"); poisoned != 2 || good != 1 {
		t.Errorf("the poisoned letter was tried %d times, the good one %d times, want 2 and 1", poisoned, good)
	}

	// Closing works off what is in the stream already.
	h.put("last")
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if got := h.count("last"); got != 1 {
		t.Errorf("the last record was given to the function %d times before the gateway closed, want 1", got)
	}
}
