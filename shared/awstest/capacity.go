package awstest

import (
	"context"
	"math"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// askForCapacity returns the input with the question what the call costs. The caller's own input stays as it is.
func askForCapacity(input any) any {
	const total = types.ReturnConsumedCapacityTotal
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.PutItemInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.UpdateItemInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.DeleteItemInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.QueryInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.ScanInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.BatchGetItemInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.BatchWriteItemInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.TransactGetItemsInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	case *dynamodb.TransactWriteItemsInput:
		asking := *in
		asking.ReturnConsumedCapacity = total
		return &asking
	default:
		return input
	}
}

// charged reads from an answer what the call cost.
func (w *World) charged(ctx context.Context, input, output any) Capacity {
	switch out := output.(type) {
	case *dynamodb.GetItemOutput:
		return reading(one(out.ConsumedCapacity))
	case *dynamodb.QueryOutput:
		return reading(one(out.ConsumedCapacity))
	case *dynamodb.ScanOutput:
		return reading(one(out.ConsumedCapacity))
	case *dynamodb.BatchGetItemOutput:
		return Capacity{Read: w.batchRead(ctx, input.(*dynamodb.BatchGetItemInput))}
	case *dynamodb.TransactGetItemsOutput:
		return reading(out.ConsumedCapacity)
	case *dynamodb.PutItemOutput:
		return writing(one(out.ConsumedCapacity))
	case *dynamodb.UpdateItemOutput:
		return writing(one(out.ConsumedCapacity))
	case *dynamodb.DeleteItemOutput:
		return writing(one(out.ConsumedCapacity))
	case *dynamodb.BatchWriteItemOutput:
		return writing(out.ConsumedCapacity)
	case *dynamodb.TransactWriteItemsOutput:
		return writing(out.ConsumedCapacity)
	default:
		return Capacity{}
	}
}

func one(consumed *types.ConsumedCapacity) []types.ConsumedCapacity {
	if consumed == nil {
		return nil
	}
	return []types.ConsumedCapacity{*consumed}
}

func reading(consumed []types.ConsumedCapacity) (sum Capacity) {
	for _, table := range consumed {
		sum.Read += value(table.CapacityUnits)
	}
	return sum
}

// writing sums up a writing call. One that is repeated under its token reads only, and says so.
func writing(consumed []types.ConsumedCapacity) (sum Capacity) {
	for _, table := range consumed {
		read := value(table.ReadCapacityUnits)
		sum.Read += read
		sum.Write += value(table.CapacityUnits) - read
	}
	return sum
}

func value(units *float64) float64 {
	if units == nil {
		return 0
	}
	return *units
}

// batchRead works out what a batch of reads costs, which ministack does not say. An item counts as a whole however little of it is
// asked for, and one that is not there counts as a small one.
func (w *World) batchRead(ctx context.Context, in *dynamodb.BatchGetItemInput) (units float64) {
	client := dynamodb.NewFromConfig(w.Seed())
	for table, wanted := range in.RequestItems {
		whole := map[string]types.KeysAndAttributes{table: {Keys: wanted.Keys, ConsistentRead: aws.Bool(true)}}
		out, err := client.BatchGetItem(context.WithoutCancel(ctx), &dynamodb.BatchGetItemInput{RequestItems: whole})
		if err != nil {
			w.t.Errorf("size items of %s: %v", w.labels.logical(&table), err)
			continue
		}
		strong := float64(len(wanted.Keys) - len(out.Responses[table]))
		for _, item := range out.Responses[table] {
			strong += math.Ceil(float64(itemSize(item)) / 4096)
		}
		if !aws.ToBool(wanted.ConsistentRead) {
			strong /= 2
		}
		units += strong
	}
	return units
}

// itemSize is the size of an item as DynamoDB counts it.
func itemSize(item map[string]types.AttributeValue) (size int) {
	for name, value := range item {
		size += len(name) + valueSize(value)
	}
	return size
}

func valueSize(value types.AttributeValue) (size int) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberSize(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberSS:
		for _, each := range v.Value {
			size += len(each)
		}
	case *types.AttributeValueMemberNS:
		for _, each := range v.Value {
			size += numberSize(each)
		}
	case *types.AttributeValueMemberBS:
		for _, each := range v.Value {
			size += len(each)
		}
	case *types.AttributeValueMemberL:
		size = 3
		for _, each := range v.Value {
			size += 1 + valueSize(each)
		}
	case *types.AttributeValueMemberM:
		size = 3 + len(v.Value) + itemSize(v.Value)
	default: // true, false, null
		return 1
	}
	return size
}

// numberSize: two digits share a byte, and one byte comes on top; zeros at the ends do not count.
func numberSize(number string) int {
	digits := strings.Trim(strings.NewReplacer("-", "", ".", "").Replace(number), "0")
	size := (len(digits)+1)/2 + 1
	if strings.HasPrefix(number, "-") {
		size++
	}
	return size
}
