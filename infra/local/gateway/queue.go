package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// queue passes messages to a function and deletes what the function has done. The rest comes back when its visibility time is over,
// and the queue itself moves what came back too often to its dead-letter queue.
type queue struct {
	source
	queues *sqs.Client
	url    string
	arn    string
	region string
}

func (s source) queue(ctx context.Context, where *Sources) (runner, error) {
	if s.BatchSize == 0 || s.BatchSize > 10 {
		s.BatchSize = 10 // one call gets no more
	}
	q := &queue{source: s, queues: sqs.NewFromConfig(where.AWS), url: where.Name(s.Queue), region: where.AWS.Region}
	found, err := q.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return nil, fmt.Errorf("find the queue %s: %w", s.Queue, err)
	}
	q.arn = found.Attributes[string(types.QueueAttributeNameQueueArn)]
	return q, nil
}

func (q *queue) run(soft, hard context.Context) {
	for soft.Err() == nil {
		messages, err := q.receive(soft, 10*time.Second)
		if err != nil {
			if soft.Err() == nil {
				q.say("receive from %s: %v", q.Queue, err)
				rest(soft, time.Second)
			}
			continue
		}
		if len(messages) > 0 && len(messages) < q.BatchSize && q.Window > 0 {
			rest(soft, time.Duration(q.Window)*time.Second)
			more, _ := q.receive(hard, 0)
			messages = append(messages, more...)
		}
		q.workOff(hard, messages)
	}
}

func (q *queue) receive(ctx context.Context, wait time.Duration) ([]types.Message, error) {
	got, err := q.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: int32(q.BatchSize), WaitTimeSeconds: int32(wait / time.Second),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		return nil, err
	}
	return got.Messages, nil
}

func (q *queue) workOff(ctx context.Context, messages []types.Message) {
	var batch []map[string]any
	var asked, done []types.Message
	for _, m := range messages {
		record := q.record(m)
		if !q.wanted(opened(record)) {
			done = append(done, m)
			continue
		}
		batch, asked = append(batch, record), append(asked, m)
	}
	if len(batch) > 0 {
		failed, err := q.deliver(ctx, batch)
		for _, m := range asked {
			if err == nil && !failed[*m.MessageId] {
				done = append(done, m)
			}
		}
	}
	q.remove(ctx, done)
}

func (q *queue) record(m types.Message) map[string]any {
	attributes := map[string]any{}
	for name, a := range m.MessageAttributes {
		attributes[name] = map[string]any{
			"stringValue": a.StringValue, "binaryValue": a.BinaryValue, "dataType": a.DataType, "stringListValues": []string{}, "binaryListValues": []string{},
		}
	}
	return map[string]any{
		"messageId": m.MessageId, "receiptHandle": m.ReceiptHandle, "body": aws.ToString(m.Body), "attributes": m.Attributes,
		"messageAttributes": attributes, "md5OfBody": m.MD5OfBody, "eventSource": "aws:sqs", "eventSourceARN": q.arn, "awsRegion": q.region,
	}
}

// opened is a record whose body filters can look into.
func opened(record map[string]any) map[string]any {
	var body any
	if json.Unmarshal([]byte(record["body"].(string)), &body) != nil {
		return record
	}
	return map[string]any{"body": body}
}

func (q *queue) remove(ctx context.Context, done []types.Message) {
	if len(done) == 0 {
		return
	}
	entries := make([]types.DeleteMessageBatchRequestEntry, len(done))
	for i, m := range done {
		entries[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle}
	}
	if _, err := q.queues.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &q.url, Entries: entries}); err != nil {
		q.say("delete from %s: %v", q.Queue, err)
	}
}
