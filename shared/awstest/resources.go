package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/infra/template/sam"
)

func (w *World) makeTable(table sam.Table) (string, error) {
	name := w.prefix + "-" + table.ID
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	for _, attribute := range slices.Sorted(maps.Keys(table.Attributes)) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: &attribute, AttributeType: types.ScalarAttributeType(table.Attributes[attribute]),
		})
	}
	in.KeySchema = []types.KeySchemaElement{{AttributeName: &table.Partition, KeyType: types.KeyTypeHash}}
	if table.Sort != "" {
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: &table.Sort, KeyType: types.KeyTypeRange})
	}
	for _, index := range table.Indexes {
		global := types.GlobalSecondaryIndex{
			IndexName:  &index.Name,
			KeySchema:  []types.KeySchemaElement{{AttributeName: &index.Partition, KeyType: types.KeyTypeHash}},
			Projection: &types.Projection{ProjectionType: types.ProjectionType(index.Projection), NonKeyAttributes: index.NonKeyAttributes},
		}
		if index.Sort != "" {
			global.KeySchema = append(global.KeySchema, types.KeySchemaElement{AttributeName: &index.Sort, KeyType: types.KeyTypeRange})
		}
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, global)
	}
	if table.Stream != "" {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(table.Stream)}
	}
	out, err := dynamodb.NewFromConfig(w.Seed()).CreateTable(context.Background(), in)
	if err != nil {
		return "", err
	}
	// Both doubles answer with a table that is ready. If one ever does not, this tells it better than a failing test.
	if status := out.TableDescription.TableStatus; status != types.TableStatusActive {
		return "", fmt.Errorf("the new table is %s", status)
	}
	return name, nil
}

func (w *World) makeQueue(queue sam.Queue, redrive string) (string, error) {
	// A queue's numbers are texts in the API.
	var properties map[string]any
	if err := queue.Properties.Decode(asWritten, &properties); err != nil && !errors.Is(err, sam.ErrAbsent) {
		return "", err
	}
	attributes := map[string]string{}
	for _, name := range []string{"VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "MaximumMessageSize", "ReceiveMessageWaitTimeSeconds"} {
		if number, ok := properties[name].(int); ok {
			attributes[name] = strconv.Itoa(number)
		}
	}
	if redrive != "" {
		attributes["RedrivePolicy"] = redrive
	}
	out, err := sqs.NewFromConfig(w.Seed()).CreateQueue(context.Background(), &sqs.CreateQueueInput{
		QueueName: aws.String(w.prefix + "-" + queue.ID), Attributes: attributes,
	})
	if err != nil {
		return "", err
	}
	return *out.QueueUrl, nil
}

// asWritten resolves names to themselves, for reading properties whose references do not matter.
func asWritten(id, _ string) (string, error) { return id, nil }

var keys = struct {
	sync.Mutex
	made map[string]string
}{made: map[string]string{}}

func (w *World) sharedKey(key sam.Key) (string, error) {
	keys.Lock()
	defer keys.Unlock()
	// Two templates may give one name to different keys.
	which := strings.Join([]string{key.ID, key.Spec, key.Usage}, " ")
	if arn, ok := keys.made[which]; ok {
		return arn, nil
	}
	out, err := kms.NewFromConfig(w.Seed()).CreateKey(context.Background(), &kms.CreateKeyInput{
		KeySpec: kmstypes.KeySpec(key.Spec), KeyUsage: kmstypes.KeyUsageType(key.Usage), Description: &key.ID,
	})
	if err != nil {
		return "", err
	}
	keys.made[which] = *out.KeyMetadata.Arn
	return *out.KeyMetadata.Arn, nil
}

// drop deletes the world's tables and queues. What cannot be deleted is only said: the double ends with the tests.
func (w *World) drop() {
	tables, queues := dynamodb.NewFromConfig(w.Seed()), sqs.NewFromConfig(w.Seed())
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, name := range w.made {
		var err error
		if _, is := w.template.Table(id); is {
			_, err = tables.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
		} else if _, is := w.template.Queue(id); is {
			_, err = queues.DeleteQueue(context.Background(), &sqs.DeleteQueueInput{QueueUrl: &name})
		}
		if err != nil {
			w.t.Logf("drop %s: %v", id, err)
		}
	}
}

// Dump returns every item of every table of this world by logical id, strongly read, ordered by key, in plain values: texts, numbers as
// int64 or float64, bytes, truth values, lists, maps, nil. A table without items is left out.
func (w *World) Dump(ctx context.Context) map[string][]map[string]any {
	w.t.Helper()
	client := dynamodb.NewFromConfig(w.Seed())
	w.mu.Lock()
	made := maps.Clone(w.made)
	w.mu.Unlock()
	dump := map[string][]map[string]any{}
	for id, name := range made {
		if _, is := w.template.Table(id); !is {
			continue
		}
		pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &name, ConsistentRead: aws.Bool(true)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				w.t.Fatalf("dump %s: %v", id, err)
			}
			for _, item := range page.Items {
				dump[id] = append(dump[id], plain(&types.AttributeValueMemberM{Value: item}).(map[string]any))
			}
		}
		table, _ := w.template.Table(id)
		slices.SortFunc(dump[id], func(a, b map[string]any) int {
			if order := strings.Compare(fmt.Sprint(a[table.Partition]), fmt.Sprint(b[table.Partition])); order != 0 {
				return order
			}
			return strings.Compare(fmt.Sprint(a[table.Sort]), fmt.Sprint(b[table.Sort]))
		})
	}
	return dump
}

func plain(value types.AttributeValue) any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return number(v.Value)
	case *types.AttributeValueMemberB:
		return v.Value
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberM:
		m := make(map[string]any, len(v.Value))
		for name, each := range v.Value {
			m[name] = plain(each)
		}
		return m
	case *types.AttributeValueMemberL:
		l := make([]any, 0, len(v.Value))
		for _, each := range v.Value {
			l = append(l, plain(each))
		}
		return l
	case *types.AttributeValueMemberSS:
		return slices.Sorted(slices.Values(v.Value)) // sets come in no order
	case *types.AttributeValueMemberNS:
		return slices.Sorted(slices.Values(v.Value))
	case *types.AttributeValueMemberBS:
		return slices.SortedFunc(slices.Values(v.Value), slices.Compare[[]byte])
	default:
		return nil
	}
}

func number(text string) any {
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		return whole
	}
	float, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return json.Number(text)
	}
	return float
}
