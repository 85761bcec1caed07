package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Tx gathers writes of several nouns and commits them in one step: all or none. Each write says what it means when its condition is
// refused; Commit returns that meaning. A Tx is used once and by one goroutine.
type Tx struct {
	db    *DB
	items []types.TransactWriteItem
	means []func(old Item) error
}

// Begin starts an empty transaction. It makes no call.
func (db *DB) Begin() *Tx { return &Tx{db: db} }

// Means is a refusal that does not depend on the item as it stands.
func Means(refusal error) func(Item) error { return func(Item) error { return refusal } }

// Put adds the writing of a whole item. The condition may be empty, then `means` may be nil.
func (tx *Tx) Put(table string, item Item, condition string, means func(old Item) error) {
	tx.add(types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: item, ConditionExpression: optional(condition), ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, means)
}

// Update adds a conditional change of an item.
func (tx *Tx) Update(u Update, means func(old Item) error) {
	tx.add(types.TransactWriteItem{Update: &types.Update{
		TableName: &u.Table, Key: u.Key, UpdateExpression: &u.Set, ConditionExpression: optional(u.If),
		ExpressionAttributeNames: u.Names, ExpressionAttributeValues: u.With,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, means)
}

// Check adds a condition on an item that is not written. Of the Update only key, condition, names and values count.
func (tx *Tx) Check(u Update, means func(old Item) error) {
	tx.add(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &u.Table, Key: u.Key, ConditionExpression: &u.If,
		ExpressionAttributeNames: u.Names, ExpressionAttributeValues: u.With,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, means)
}

func (tx *Tx) add(item types.TransactWriteItem, means func(Item) error) {
	tx.items = append(tx.items, item)
	tx.means = append(tx.means, means)
}

// conflicts is how often a commit is tried against other transactions on the same items before the person is asked to try again.
const conflicts = 12

// Commit writes everything or nothing. When a condition is refused it returns what that write means, for the first refused write.
// The SDK gives each request a token, so a retry after a lost answer finds the first one's end; another transaction on the same items
// is waited for with growing, random pauses.
func (tx *Tx) Commit(ctx context.Context) error {
	for try := 0; ; try++ {
		_, err := tx.db.transactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: tx.items})
		if err == nil {
			return nil
		}
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) {
			return fmt.Errorf("commit %d writes: %w", len(tx.items), err)
		}
		refusal, again := tx.meaning(cancelled)
		if refusal != nil {
			return refusal
		}
		if !again {
			return fmt.Errorf("commit %d writes: %w", len(tx.items), err)
		}
		if try == conflicts {
			return ErrBusy
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("commit %d writes: %w", len(tx.items), ctx.Err())
		case <-time.After(time.Duration(rand.Int64N(int64(10*time.Millisecond) << min(try, 5)))):
		}
	}
}

// meaning finds the first refused condition; again is true when nothing was refused but another transaction was in the way.
func (tx *Tx) meaning(cancelled *types.TransactionCanceledException) (refusal error, again bool) {
	for i, reason := range cancelled.CancellationReasons {
		switch {
		case reason.Code == nil:
		case *reason.Code == "ConditionalCheckFailed":
			if tx.means[i] != nil {
				return tx.means[i](reason.Item), false
			}
		case *reason.Code == "TransactionConflict", *reason.Code == "ThrottlingError", *reason.Code == "ProvisionedThroughputExceeded":
			again = true
		}
	}
	return nil, again
}
