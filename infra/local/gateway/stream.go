package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// stream passes the records of a table's stream to a function, in order, each batch until the function has done it or its attempts
// are used up.
type stream struct {
	source
	streams *dynamodbstreams.Client
	queues  *sqs.Client
	arn     string
	region  string
	failure string // url of the queue that is told about given-up batches
	every   time.Duration
	shards  map[string]*string // position in each shard
	ended   map[string]bool
}

func (s source) stream(ctx context.Context, where *Sources) (runner, error) {
	st := &stream{
		source: s, streams: dynamodbstreams.NewFromConfig(where.AWS), queues: sqs.NewFromConfig(where.AWS), region: where.AWS.Region,
		every: where.Every, shards: map[string]*string{}, ended: map[string]bool{},
	}
	if st.every == 0 {
		st.every = 200 * time.Millisecond
	}
	if st.BatchSize == 0 {
		st.BatchSize = 100
	}
	if on := s.DestinationConfig.OnFailure; on.Destination != "" {
		if on.Type != "" && on.Type != "SQS" {
			return nil, fmt.Errorf("a destination of type %s does not run on one machine yet", on.Type)
		}
		st.failure = where.Name(on.Destination)
	}
	table := where.Name(s.Stream)
	found, err := st.streams.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{TableName: &table})
	if err != nil {
		return nil, fmt.Errorf("find the stream of %s: %w", s.Stream, err)
	}
	if len(found.Streams) == 0 {
		return nil, fmt.Errorf("%s (%s) has no stream", s.Stream, table)
	}
	st.arn = *found.Streams[len(found.Streams)-1].StreamArn
	if err := st.open(ctx); err != nil {
		return nil, err
	}
	return st, nil
}

// open finds shards that are not known yet.
func (s *stream) open(ctx context.Context) error {
	described, err := s.streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &s.arn})
	if err != nil {
		return fmt.Errorf("describe the stream of %s: %w", s.Stream, err)
	}
	for _, shard := range described.StreamDescription.Shards {
		if s.shards[*shard.ShardId] != nil || s.ended[*shard.ShardId] {
			continue
		}
		at, err := s.streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
			StreamArn: &s.arn, ShardId: shard.ShardId, ShardIteratorType: types.ShardIteratorType(s.StartingPosition),
		})
		if err != nil {
			return fmt.Errorf("open the stream of %s: %w", s.Stream, err)
		}
		s.shards[*shard.ShardId] = at.ShardIterator
	}
	return nil
}

func (s *stream) run(soft, hard context.Context) {
	opened := time.Now()
	for {
		last := soft.Err() != nil
		news, err := s.step(hard)
		if hard.Err() != nil {
			return
		}
		if err != nil {
			s.say("%v", err)
		}
		if news {
			continue
		}
		if last {
			return
		}
		rest(soft, s.every)
		if time.Since(opened) > time.Minute { // at AWS a shard ends after some hours and others follow it
			opened = time.Now()
			if err := s.open(hard); err != nil {
				s.say("%v", err)
			}
		}
	}
}

// step reads each shard once and works off what is there.
func (s *stream) step(ctx context.Context) (news bool, err error) {
	for id, position := range s.shards {
		got, err := s.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: position, Limit: aws.Int32(int32(s.BatchSize))})
		if err != nil {
			return news, fmt.Errorf("read the stream of %s: %w", s.Stream, err)
		}
		if s.shards[id] = got.NextShardIterator; got.NextShardIterator == nil {
			delete(s.shards, id)
			s.ended[id] = true
		}
		var batch []map[string]any
		for _, record := range got.Records {
			if event := s.record(record); s.wanted(event) {
				batch = append(batch, event)
			}
		}
		news = news || len(got.Records) > 0
		s.workOff(ctx, id, batch)
	}
	return news, nil
}

// workOff calls the function until the batch is done. As at AWS everything from the first reported failure on is tried again.
func (s *stream) workOff(ctx context.Context, shard string, batch []map[string]any) {
	pause := 100 * time.Millisecond
	for attempt := 1; len(batch) > 0; attempt++ {
		failed, err := s.deliver(ctx, batch)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			done := 0
			for done < len(batch) && !failed[sequence(batch[done])] {
				done++
			}
			if done > 0 {
				batch, attempt = batch[done:], 1
			}
			if len(batch) == 0 {
				return
			}
		} else if s.Bisect && len(batch) > 1 {
			s.workOff(ctx, shard, batch[:len(batch)/2])
			batch, attempt = batch[len(batch)/2:], 0
			continue
		}
		if s.Retries != nil && *s.Retries >= 0 && attempt > *s.Retries {
			s.giveUp(ctx, shard, batch, attempt)
			return
		}
		if !rest(ctx, pause) {
			return
		}
		pause = min(2*pause, 5*time.Second)
	}
}

// giveUp tells the queue for failures which records were not done. The records themselves are not in the message, as at AWS.
func (s *stream) giveUp(ctx context.Context, shard string, batch []map[string]any, attempts int) {
	first, last := sequence(batch[0]), sequence(batch[len(batch)-1])
	s.say("given up after %d attempts: %d records from %s", attempts, len(batch), first)
	if s.failure == "" {
		return
	}
	message, _ := json.Marshal(map[string]any{
		"requestContext": map[string]any{
			"requestId": requestID(), "functionArn": s.function, "condition": "RetryAttemptsExhausted", "approximateInvokeCount": attempts,
		},
		"version": "1.0", "timestamp": time.Now().UTC().Format(time.RFC3339Nano),
		"DDBStreamBatchInfo": map[string]any{
			"shardId": shard, "startSequenceNumber": first, "endSequenceNumber": last, "batchSize": len(batch), "streamArn": s.arn,
		},
	})
	if _, err := s.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &s.failure, MessageBody: aws.String(string(message))}); err != nil {
		s.say("tell the queue for failures: %v", err)
	}
}
