package awstest

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"vestibule/infra/template/sam"
)

// books opens a world of the small template.
func books(t *testing.T) *World {
	t.Helper()
	return with(t, small(t), false)
}

// onBoth runs a test with the small template's tables in each double.
func onBoth(t *testing.T, body func(t *testing.T, w *World)) {
	t.Helper()
	t.Run("ministack", func(t *testing.T) { body(t, with(t, small(t), false)) })
	t.Run("dynamodb-local", func(t *testing.T) { body(t, with(t, small(t), true)) })
}

func small(t *testing.T) *sam.Template {
	t.Helper()
	template, err := sam.Load("testdata/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func item(pairs ...string) map[string]types.AttributeValue {
	item := map[string]types.AttributeValue{}
	for i := 0; i+1 < len(pairs); i += 2 {
		item[pairs[i]] = &types.AttributeValueMemberS{Value: pairs[i+1]}
	}
	return item
}

func put(t *testing.T, client *dynamodb.Client, table string, pairs ...string) {
	t.Helper()
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item(pairs...)}); err != nil {
		t.Fatal(err)
	}
}

func TestEnvironmentHoldsThisWorldsNames(t *testing.T) {
	w := books(t)
	env := w.Env("BooksFunction")
	want := map[string]string{
		"STAGE":         "local",
		"BOOK_TABLE":    w.Table("BookTable"),
		"SHELF_TABLE":   w.Table("ShelfTable"),
		"SEAL_KEY":      w.Key("SealKey"),
		"MAC_KEY":       w.Key("MacKey")[strings.LastIndex(w.Key("MacKey"), "/")+1:],
		"ERRANDS_QUEUE": w.Queue("ErrandsQueue"),
		"MAIL_FROM":     "Books <from@mail.example>",
		"MAIL_SET":      w.prefix + "-MailEvents",
		"ONLY_LOCAL":    "yes",
	}
	if diff := cmp.Diff(want, env); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFunctionOfTheTemplateHasAnEnvironmentHere(t *testing.T) {
	w := New(t)
	for _, f := range w.template.Functions {
		for name, value := range w.Env(f.ID) {
			if value == "" {
				t.Errorf("%s of %s is empty", name, f.ID)
			}
		}
	}
}

func TestWorldsDoNotSeeEachOther(t *testing.T) {
	onBoth(t, func(t *testing.T, one *World) {
		other := with(t, small(t), one.endpoints["dynamodb"] != "")
		put(t, dynamodb.NewFromConfig(one.Seed()), one.Table("ShelfTable"), "shelf", "crime")
		other.Table("ShelfTable")
		if diff := cmp.Diff(map[string][]map[string]any{}, other.Dump(t.Context())); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDumpShowsEveryItemInPlainValuesAndInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, w *World) {
		client := dynamodb.NewFromConfig(w.Seed())
		put(t, client, w.Table("BookTable"), "shelf", "crime", "book", "b")
		put(t, client, w.Table("BookTable"), "shelf", "crime", "book", "a")
		rich := item("shelf", "poems")
		rich["count"] = &types.AttributeValueMemberN{Value: "9007199254740993"} // more than a float64 can tell
		rich["weight"] = &types.AttributeValueMemberN{Value: "0.5"}
		rich["seal"] = &types.AttributeValueMemberB{Value: []byte{1, 2}}
		rich["open"] = &types.AttributeValueMemberBOOL{Value: true}
		rich["gone"] = &types.AttributeValueMemberNULL{Value: true}
		rich["tags"] = &types.AttributeValueMemberSS{Value: []string{"z", "a"}}
		rich["rows"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberM{Value: item("n", "1")}}}
		table := w.Table("ShelfTable")
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: rich}); err != nil {
			t.Fatal(err)
		}
		want := map[string][]map[string]any{
			"BookTable": {{"shelf": "crime", "book": "a"}, {"shelf": "crime", "book": "b"}},
			"ShelfTable": {{
				"shelf": "poems", "count": int64(9007199254740993), "weight": 0.5, "seal": []byte{1, 2}, "open": true, "gone": nil,
				"tags": []string{"a", "z"}, "rows": []any{map[string]any{"n": "1"}},
			}},
		}
		if diff := cmp.Diff(want, w.Dump(t.Context())); diff != "" {
			t.Error(diff)
		}
	})
}

func TestQueueHandsAMessageToItsDeadLetterQueue(t *testing.T) {
	w := books(t)
	client := sqs.NewFromConfig(w.Seed())
	url := w.Queue("ErrandsQueue")
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("shelve")}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url}); err != nil {
			t.Fatal(err)
		}
	}
	dead := w.Queue("DeadQueue")
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &dead, WaitTimeSeconds: 5})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Messages) != 1 || *out.Messages[0].Body != "shelve" {
		t.Errorf("the dead-letter queue holds %v", out.Messages)
	}
}
