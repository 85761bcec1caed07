package dynamo

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Reads gathers reads of several nouns and makes them in one round trip. At most 100 items.
type Reads struct {
	db    *DB
	wants map[string]types.KeysAndAttributes
	found map[string][]Item
}

// Reads starts an empty set of reads. It makes no call.
func (db *DB) Reads() *Reads {
	return &Reads{db: db, wants: map[string]types.KeysAndAttributes{}, found: map[string][]Item{}}
}

// Want adds an item to be read. One table is read strongly or not at all so: the last word counts for the whole table.
// Attributes may name what is read; none means everything.
func (r *Reads) Want(table string, key Item, strong bool, attributes ...string) {
	want := r.wants[table]
	want.Keys = append(want.Keys, key)
	want.ConsistentRead = &strong
	for i, a := range attributes {
		if i == 0 {
			want.ExpressionAttributeNames, want.ProjectionExpression = map[string]string{}, new(string)
		} else {
			*want.ProjectionExpression += ","
		}
		name := fmt.Sprintf("#a%d", i)
		want.ExpressionAttributeNames[name] = a
		*want.ProjectionExpression += name
	}
	r.wants[table] = want
}

// Run makes the reads.
func (r *Reads) Run(ctx context.Context) error {
	wants := maps.Clone(r.wants)
	for pause := 10 * time.Millisecond; len(wants) > 0; pause *= 2 {
		out, err := r.db.batchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: wants})
		if err != nil {
			return fmt.Errorf("read items of %d tables: %w", len(wants), err)
		}
		for table, items := range out.Responses {
			r.found[table] = append(r.found[table], items...)
		}
		if wants = out.UnprocessedKeys; len(wants) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("read items of %d tables: %w", len(wants), ctx.Err())
		case <-time.After(pause):
		}
	}
	return nil
}

// Found returns what was read of a table, in no order. What is not there is not among them.
func (r *Reads) Found(table string) []Item { return r.found[table] }
