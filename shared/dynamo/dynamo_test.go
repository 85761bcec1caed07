package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/fault"
)

var (
	errFirst  = fault.New(fault.Conflict, "test.first")
	errSecond = fault.New(fault.Conflict, "test.second")
)

// Any table will do: this package knows no item. The once table has the plainest key.
func open(w *awstest.World) (*dynamo.DB, string) {
	return dynamo.Open(w.Config()), w.Table("OnceTable")
}

func key(name string) dynamo.Item { return dynamo.Key("once_id", name) }

func bump(table, name, condition string) dynamo.Update {
	u := dynamo.Update{Table: table, Key: key(name), Set: "ADD n :one", If: condition, With: dynamo.Values(":one", 1)}
	if condition != "" {
		u.With[":max"] = dynamo.Value(3)
	}
	return u
}

func read(t *testing.T, db *dynamo.DB, table, name string) int {
	t.Helper()
	var item struct{ N int }
	if _, err := db.Get(context.Background(), table, key(name), true, &item); err != nil {
		t.Fatal(err)
	}
	return item.N
}

func TestTxIsAllOrNoneAndSaysWhatItsRefusalMeans(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		db, table := open(w)
		write := func() error {
			tx := db.Begin()
			tx.Put(table, key("put"), "attribute_not_exists(once_id)", dynamo.Means(errFirst))
			tx.Update(bump(table, "count", ""), nil)
			return tx.Commit(context.Background())
		}
		if err := write(); err != nil {
			t.Fatal(err)
		}
		if err := write(); !errors.Is(err, errFirst) {
			t.Errorf("got %v, want what the refused write means", err)
		}
		if got := read(t, db, table, "count"); got != 1 {
			t.Errorf("the count is %d, want 1: a refused transaction writes nothing", got)
		}
		tx := db.Begin()
		tx.Check(dynamo.Update{Table: table, Key: key("absent"), If: "attribute_exists(once_id)"}, func(old dynamo.Item) error {
			return fmt.Errorf("%d attributes: %w", len(old), errSecond)
		})
		tx.Put(table, key("put"), "attribute_not_exists(once_id)", dynamo.Means(errFirst))
		if err := tx.Commit(context.Background()); !errors.Is(err, errSecond) {
			t.Errorf("two refused: got %v, want the first one's meaning", err)
		}
	})
}

func TestTransactionsOnOneItemAllGetThrough(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		db, table := open(w)
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				tx := db.Begin()
				tx.Update(bump(table, "count", ""), nil)
				if err := tx.Commit(context.Background()); err != nil {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if got := read(t, db, table, "count"); got != 40 {
			t.Errorf("counted %d of 40", got)
		}
	})
}

func TestUpdateReadsTheItemWhetherItIsRefusedOrNot(t *testing.T) {
	awstest.Each(t, func(t *testing.T, w *awstest.World) {
		db, table := open(w)
		for i := range 5 {
			var item struct{ N int }
			applied, err := db.Update(context.Background(), bump(table, "count", "attribute_not_exists(n) OR n < :max"), &item)
			if err != nil {
				t.Fatal(err)
			}
			if want := min(i+1, 3); item.N != want || applied != (i < 3) {
				t.Errorf("time %d: applied %v and read %d, want %v and %d", i+1, applied, item.N, i < 3, want)
			}
		}
	})
}

func TestReadsOfSeveralItemsAreOneCall(t *testing.T) {
	w := awstest.New(t)
	db, table := open(w)
	for i := range 3 {
		tx := db.Begin()
		tx.Update(bump(table, fmt.Sprint("count", i), ""), nil)
		if err := tx.Commit(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	w.ResetCalls()
	reads := db.Reads()
	for i := range 4 {
		reads.Want(table, key(fmt.Sprint("count", i)), true, "once_id", "n")
	}
	if err := reads.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := len(reads.Found(table)); got != 3 || len(w.Calls()) != 1 {
		t.Errorf("found %d items in %d calls, want 3 in 1", got, len(w.Calls()))
	}
}

func TestLostAnswerOfACommitIsNoSecondCommit(t *testing.T) {
	w := awstest.New(t)
	db, table := open(w)
	w.Faults().At(1, awstest.Throttle)
	tx := db.Begin()
	tx.Update(bump(table, "count", ""), nil)
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := read(t, db, table, "count"); got != 1 {
		t.Errorf("counted %d, want 1", got)
	}
}
