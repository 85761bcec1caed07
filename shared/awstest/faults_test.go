package awstest

import (
	"errors"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
)

func TestEachFaultDoesWhatItsNameSays(t *testing.T) {
	for _, c := range []struct {
		kind                 Fault
		done, failed, killed bool
		attempts             int
	}{
		{none, true, false, false, 1},
		{ErrorBefore, false, true, false, 0},
		{ErrorAfter, true, true, false, 1},
		{Throttle, true, false, false, 2},
		{Kill, false, false, true, 0},
		{KillAfter, true, false, true, 1},
	} {
		t.Run(c.kind.String(), func(t *testing.T) {
			onBoth(t, func(t *testing.T, w *World) {
				client, table := dynamodb.NewFromConfig(w.Config()), w.Table("ShelfTable")
				w.Faults().At(1, c.kind)
				var err error
				killed := Survive(func() {
					_, err = client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item("shelf", "x")})
				})
				if killed != c.killed || (err != nil) != c.failed {
					t.Errorf("killed %v, error %v", killed, err)
				}
				if c.failed && !errors.Is(err, ErrInjected) {
					t.Errorf("not known as a fault: %v", err)
				}
				if done := len(w.Dump(t.Context())["ShelfTable"]) == 1; done != c.done {
					t.Errorf("done: %v", done)
				}
				calls := w.Calls()
				switch {
				case c.kind == Kill && len(calls) != 0:
					t.Errorf("a call of a dead process was booked: %v", calls)
				case c.kind != Kill && (len(calls) != 1 || calls[0].Attempts != c.attempts || !errors.Is(err, calls[0].Err)):
					t.Errorf("booked %+v", calls)
				}
			})
		})
	}
}

func TestRefusedCallIsNoUseOfAPermission(t *testing.T) {
	w := books(t)
	table := w.Table("ShelfTable")
	w.Faults().At(1, ErrorBefore)
	_, err := dynamodb.NewFromConfig(w.Config()).GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: item("shelf", "x")})
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "InternalServerError" {
		t.Errorf("does not look like an answer of AWS: %v", err)
	}
	if call := w.Calls()[0]; len(call.Uses) != 0 || call.Tables[0] != "ShelfTable" {
		t.Errorf("%+v", call)
	}
}

func TestEveryServiceIsThrottledInItsOwnWords(t *testing.T) {
	w := books(t)
	key, url := w.Key("SealKey"), w.Queue("ErrandsQueue")
	w.Faults().At(1, Throttle)
	if _, err := kms.NewFromConfig(w.Config()).Encrypt(t.Context(), &kms.EncryptInput{KeyId: &key, Plaintext: []byte("x")}); err != nil {
		t.Error(err)
	}
	w.Faults().At(1, Throttle)
	if _, err := sqs.NewFromConfig(w.Config()).SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("x")}); err != nil {
		t.Error(err)
	}
	for _, call := range w.Calls() {
		if call.Attempts != 2 {
			t.Errorf("%s took %d attempts", call.Service, call.Attempts)
		}
	}
}

func TestFaultHitsTheCallItIsPlannedForAndOnlyOnce(t *testing.T) {
	w := books(t)
	client, table := dynamodb.NewFromConfig(w.Config()), w.Table("ShelfTable")
	get := func() error {
		_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: item("shelf", "x")})
		return err
	}
	if err := get(); err != nil {
		t.Fatal(err)
	}
	w.Faults().At(2, ErrorBefore)
	w.Faults().At(4, ErrorAfter)
	var failed []int
	for n := 1; n <= 5; n++ {
		if get() != nil {
			failed = append(failed, n)
		}
	}
	if len(failed) != 2 || failed[0] != 2 || failed[1] != 4 || w.Faults().Fired() != 2 {
		t.Errorf("failed: %v, fired: %d", failed, w.Faults().Fired())
	}
	w.Faults().At(1, ErrorBefore)
	w.Faults().Reset()
	if err := get(); err != nil || w.Faults().Fired() != 0 {
		t.Errorf("a plan outlived its reset: %v", err)
	}
}

func TestSeedIsSparedByFaults(t *testing.T) {
	w := books(t)
	w.Faults().At(1, ErrorBefore)
	put(t, dynamodb.NewFromConfig(w.Seed()), w.Table("ShelfTable"), "shelf", "x")
	if w.Faults().Fired() != 0 {
		t.Error("a fault hit what the test did beside")
	}
}

func TestSurviveLetsOtherPanicsThrough(t *testing.T) {
	defer func() {
		if recover() != "other" {
			t.Error("another panic was swallowed")
		}
	}()
	Survive(func() { panic("other") })
}

func TestOneOfManyAtOnceGetsTheFault(t *testing.T) {
	w := books(t)
	client, table := dynamodb.NewFromConfig(w.Config()), w.Table("ShelfTable")
	w.Faults().At(10, ErrorBefore)
	var all sync.WaitGroup
	failed := make(chan error, 20)
	for range 20 {
		all.Go(func() {
			_, err := client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: &table, Key: item("shelf", "x"), UpdateExpression: aws.String("ADD n :one"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
			})
			if err != nil {
				failed <- err
			}
		})
	}
	all.Wait()
	if len(failed) != 1 || w.Dump(t.Context())["ShelfTable"][0]["n"] != int64(19) {
		t.Errorf("%d failed, dump %v", len(failed), w.Dump(t.Context()))
	}
}
