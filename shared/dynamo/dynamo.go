// Package dynamo is the mechanics of DynamoDB: opening it, writing many items in one step, reading many in one step.
// It knows no item. What an item means stands in the store.go of its noun.
package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"vestibule/shared/fault"
)

// ErrBusy is the answer when a write lost against other writes of the same items too often in a row.
var ErrBusy = fault.New(fault.Unavailable, "busy")

// DB is an open DynamoDB: the calls that the house makes, and not the client they are made with. Templates find methods by name, so the
// linker keeps every method of whatever a value leads to, and a client has one for each operation of its service, with all that belongs
// to it. Holding the client would make each function larger by more than a megabyte.
type DB struct {
	getItem            call[dynamodb.GetItemInput, dynamodb.GetItemOutput]
	query              call[dynamodb.QueryInput, dynamodb.QueryOutput]
	updateItem         call[dynamodb.UpdateItemInput, dynamodb.UpdateItemOutput]
	deleteItem         call[dynamodb.DeleteItemInput, dynamodb.DeleteItemOutput]
	batchGetItem       call[dynamodb.BatchGetItemInput, dynamodb.BatchGetItemOutput]
	transactWriteItems call[dynamodb.TransactWriteItemsInput, dynamodb.TransactWriteItemsOutput]
}

type call[In, Out any] = func(context.Context, *In, ...func(*dynamodb.Options)) (*Out, error)

// Open returns the DynamoDB of a configuration. It makes no call.
func Open(cfg aws.Config) *DB {
	client := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateUnset
	})
	return &DB{client.GetItem, client.Query, client.UpdateItem, client.DeleteItem, client.BatchGetItem, client.TransactWriteItems}
}

// Item is an item or a key as DynamoDB sees it.
type Item = map[string]types.AttributeValue

// Key makes the key of an item from names and string values in turn: Key("clinic_id", c, "invite_id", i).
func Key(pairs ...string) Item {
	key := make(Item, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		key[pairs[i]] = &types.AttributeValueMemberS{Value: pairs[i+1]}
	}
	return key
}

// Marshal turns a noun's item struct into an item. A noun's struct always can be one, so it panics when not.
func Marshal(v any) Item {
	item, err := attributevalue.MarshalMap(v)
	if err != nil {
		panic(fmt.Sprintf("marshal %T: %v", v, err))
	}
	return item
}

// Value turns a Go value into an attribute value, for use in expressions.
func Value(v any) types.AttributeValue {
	value, err := attributevalue.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("marshal %T: %v", v, err))
	}
	return value
}

// Values makes the values of an expression from names and values in turn: Values(":now", now, ":max", 5).
func Values(pairs ...any) map[string]types.AttributeValue {
	values := make(map[string]types.AttributeValue, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i].(string)] = Value(pairs[i+1])
	}
	return values
}

// Unmarshal reads an item into a noun's struct. Attributes that the struct does not know are passed over: data outlives code.
// An *Item takes the item as it is.
func Unmarshal(item Item, into any) error {
	if raw, ok := into.(*Item); ok {
		*raw = item
		return nil
	}
	if err := attributevalue.UnmarshalMap(item, into); err != nil {
		return fmt.Errorf("read an item as %T: %w", into, err)
	}
	return nil
}

// Get reads one item; found is false when there is none. Strong reads see every write that was answered before.
func (db *DB) Get(ctx context.Context, table string, key Item, strong bool, into any) (found bool, err error) {
	out, err := db.getItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: key, ConsistentRead: &strong})
	if err != nil {
		return false, fmt.Errorf("get an item: %w", err)
	}
	if len(out.Item) == 0 {
		return false, nil
	}
	return true, Unmarshal(out.Item, into)
}

// Query reads all items of one partition whose sort key begins with a prefix ("" for all), oldest key first.
// The partition must be small by nature; pages are followed.
func (db *DB) Query(ctx context.Context, table, partition, value, sort, prefix string, strong bool) ([]Item, error) {
	in := &dynamodb.QueryInput{
		TableName:                 &table,
		ConsistentRead:            &strong,
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": partition},
		ExpressionAttributeValues: Values(":p", value),
	}
	if prefix != "" {
		in.KeyConditionExpression = aws.String("#p = :p AND begins_with(#s, :s)")
		in.ExpressionAttributeNames["#s"] = sort
		in.ExpressionAttributeValues[":s"] = Value(prefix)
	}
	var items []Item
	for {
		out, err := db.query(ctx, in)
		if err != nil {
			return nil, fmt.Errorf("query a partition: %w", err)
		}
		items = append(items, out.Items...)
		if len(out.LastEvaluatedKey) == 0 {
			return items, nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// Update is one conditional change of one item.
type Update struct {
	Table string
	Key   Item
	Set   string // an update expression
	If    string // a condition, may be empty
	Names map[string]string
	With  map[string]types.AttributeValue
}

// Update changes one item and reads it after the change into `into`. When the condition is refused, applied is false and `into`
// holds the item as it stands; it stays untouched when there is no item.
func (db *DB) Update(ctx context.Context, u Update, into any) (applied bool, err error) {
	out, err := db.updateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &u.Table, Key: u.Key,
		UpdateExpression: &u.Set, ConditionExpression: optional(u.If),
		ExpressionAttributeNames: u.Names, ExpressionAttributeValues: u.With,
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		if len(refused.Item) == 0 {
			return false, nil
		}
		return false, Unmarshal(refused.Item, into)
	}
	if err != nil {
		return false, fmt.Errorf("update an item: %w", err)
	}
	return true, Unmarshal(out.Attributes, into)
}

// Delete removes one item; it is no error when there is none.
func (db *DB) Delete(ctx context.Context, table string, key Item) error {
	if _, err := db.deleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &table, Key: key}); err != nil {
		return fmt.Errorf("delete an item: %w", err)
	}
	return nil
}

func optional(expression string) *string {
	if expression == "" {
		return nil
	}
	return &expression
}
