package awstest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"vestibule/infra/template/sam"
)

func TestCallsTellWhatIamSeesAndWhatItCosts(t *testing.T) {
	onBoth(t, func(t *testing.T, w *World) {
		client := dynamodb.NewFromConfig(w.Config())
		book, shelf := w.Table("BookTable"), w.Table("ShelfTable")
		long := strings.Repeat("x", 1500)
		put(t, dynamodb.NewFromConfig(w.Seed()), shelf, "shelf", "long", "text", strings.Repeat("x", 8192))
		steps := []struct {
			name string
			call func() error
			want Call
		}{
			{"put of 1.5 KB", func() error {
				_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &book, Item: item("shelf", "s", "book", "b", "text", long)})
				return err
			}, Call{Action: "PutItem", Tables: []string{"BookTable"}, Uses: []sam.Permission{{Action: "dynamodb:PutItem", Resource: "BookTable"}}, Capacity: Capacity{Write: 2}}},
			{"weak get", func() error {
				_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &book, Key: item("shelf", "s", "book", "b")})
				return err
			}, Call{Action: "GetItem", Tables: []string{"BookTable"}, Uses: []sam.Permission{{Action: "dynamodb:GetItem", Resource: "BookTable"}}, Capacity: Capacity{Read: 0.5}}},
			{"strong get", func() error {
				_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &book, Key: item("shelf", "s", "book", "b"), ConsistentRead: aws.Bool(true)})
				return err
			}, Call{Action: "GetItem", Tables: []string{"BookTable"}, Uses: []sam.Permission{{Action: "dynamodb:GetItem", Resource: "BookTable"}}, Capacity: Capacity{Read: 1}}},
			{"query of an index", func() error {
				_, err := client.Query(t.Context(), &dynamodb.QueryInput{
					TableName: &book, IndexName: aws.String("by_author"), KeyConditionExpression: aws.String("author = :a"),
					ExpressionAttributeValues: item(":a", "nobody"),
				})
				return err
			}, Call{Action: "Query", Tables: []string{"BookTable"}, Uses: []sam.Permission{{Action: "dynamodb:Query", Resource: "BookTable/index/by_author"}}, Capacity: Capacity{Read: 0.5}}},
			{"batch over two tables", func() error {
				_, err := client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
					book:  {Keys: []map[string]types.AttributeValue{item("shelf", "s", "book", "b")}, ConsistentRead: aws.Bool(true)},
					shelf: {Keys: []map[string]types.AttributeValue{item("shelf", "long"), item("shelf", "none")}, ProjectionExpression: aws.String("shelf")},
				}})
				return err
			}, Call{
				Action: "BatchGetItem", Tables: []string{"BookTable", "ShelfTable"},
				Uses:     []sam.Permission{{Action: "dynamodb:BatchGetItem", Resource: "BookTable"}, {Action: "dynamodb:BatchGetItem", Resource: "ShelfTable"}},
				Capacity: Capacity{Read: 1 + 3*0.5 + 0.5}, // one strong; one weak of more than 8 KB; one that is not there
			}},
			{"transaction", func() error {
				_, err := client.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
					{Put: &types.Put{TableName: &book, Item: item("shelf", "s", "book", "c", "text", long)}},
					{Update: &types.Update{TableName: &shelf, Key: item("shelf", "s"), UpdateExpression: aws.String("SET a = :a"), ExpressionAttributeValues: item(":a", "1")}},
					{ConditionCheck: &types.ConditionCheck{TableName: &book, Key: item("shelf", "s", "book", "none"), ConditionExpression: aws.String("attribute_not_exists(shelf)")}},
					{Delete: &types.Delete{TableName: &book, Key: item("shelf", "s", "book", "gone")}},
				}})
				return err
			}, Call{
				Action: "TransactWriteItems", Tables: []string{"BookTable", "ShelfTable"},
				Uses: []sam.Permission{
					{Action: "dynamodb:PutItem", Resource: "BookTable"},
					{Action: "dynamodb:UpdateItem", Resource: "ShelfTable"},
					{Action: "dynamodb:ConditionCheckItem", Resource: "BookTable"},
					{Action: "dynamodb:DeleteItem", Resource: "BookTable"},
				},
				Capacity: Capacity{Write: 2 * (2 + 1 + 1 + 1)},
			}},
		}
		for _, step := range steps {
			w.ResetCalls()
			if err := step.call(); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			step.want.Service, step.want.Attempts = "dynamodb", 1
			made := w.Calls()
			if w.endpoints["dynamodb"] != "" { // DynamoDB Local counts too little for what is not there
				made[0].Capacity = step.want.Capacity
			}
			if diff := cmp.Diff([]Call{step.want}, made); diff != "" {
				t.Errorf("%s: %s", step.name, diff)
			}
		}
	})
}

func TestCallsOfKeysQueuesAndMailsAreKnownByTheirLogicalIds(t *testing.T) {
	w := books(t)
	mails := httptest.NewServer(http.HandlerFunc(func(to http.ResponseWriter, _ *http.Request) {
		to.Write([]byte(`<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>1</MessageId></SendRawEmailResult></SendRawEmailResponse>`))
	}))
	defer mails.Close()
	w.Endpoint("ses", mails.URL)
	keys, queues, mail := kms.NewFromConfig(w.Config()), sqs.NewFromConfig(w.Config()), ses.NewFromConfig(w.Config())
	seal, mac, url := w.Key("SealKey"), w.Key("MacKey"), w.Queue("ErrandsQueue")

	sealed, err := keys.Encrypt(t.Context(), &kms.EncryptInput{KeyId: &seal, Plaintext: []byte("code")})
	if err != nil {
		t.Fatal(err)
	}
	// Decrypt names no key: the one that answers counts.
	if _, err := keys.Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob}); err != nil {
		t.Fatal(err)
	}
	made, err := keys.GenerateMac(t.Context(), &kms.GenerateMacInput{KeyId: &mac, MacAlgorithm: kmstypes.MacAlgorithmSpecHmacSha256, Message: []byte("m")})
	if err != nil {
		t.Fatal(err)
	}
	// A refused check was made all the same.
	if _, err := keys.VerifyMac(t.Context(), &kms.VerifyMacInput{KeyId: &mac, MacAlgorithm: kmstypes.MacAlgorithmSpecHmacSha256, Message: []byte("n"), Mac: made.Mac}); err == nil {
		t.Error("a wrong mac was taken")
	}
	if _, err := queues.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("b")}); err != nil {
		t.Fatal(err)
	}
	if _, err := mail.SendRawEmail(t.Context(), &ses.SendRawEmailInput{RawMessage: &sestypes.RawMessage{Data: []byte("Subject: x\r\n\r\n")}}); err != nil {
		t.Fatal(err)
	}
	var used []sam.Permission
	for _, call := range w.Calls() {
		used = append(used, call.Uses...)
	}
	want := []sam.Permission{
		{Action: "kms:Encrypt", Resource: "SealKey"}, {Action: "kms:Decrypt", Resource: "SealKey"},
		{Action: "kms:GenerateMac", Resource: "MacKey"}, {Action: "kms:VerifyMac", Resource: "MacKey"},
		{Action: "sqs:SendMessage", Resource: "ErrandsQueue"}, {Action: "ses:SendRawEmail", Resource: "ses"},
	}
	if diff := cmp.Diff(want, used); diff != "" {
		t.Error(diff)
	}
}

func TestBookIsKeptOverResetsAndWithoutWhatATestDoesBeside(t *testing.T) {
	w := books(t)
	used := sam.Permission{Action: "dynamodb:DeleteItem", Resource: "ShelfTable"}
	beside := sam.Permission{Action: "dynamodb:Scan", Resource: "ShelfTable"}
	table := w.Table("ShelfTable")
	if _, err := dynamodb.NewFromConfig(w.Config()).DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: item("shelf", "x")}); err != nil {
		t.Fatal(err)
	}
	w.Dump(t.Context())
	w.ResetCalls()
	found := map[sam.Permission]bool{}
	for _, p := range booked() {
		found[p] = true
	}
	if !found[used] || found[beside] || len(w.Calls()) != 0 {
		t.Errorf("booked %v, calls %v", found, w.Calls())
	}
}

func TestBookFindsAMissingAndAnUnusedPermission(t *testing.T) {
	template, err := sam.Parse([]byte(`
Resources:
  BooksFunction:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - Statement:
            - {Effect: Allow, Action: [dynamodb:GetItem, dynamodb:Query], Resource: [!GetAtt BookTable.Arn, !Sub '${BookTable.Arn}/index/by_author']}
            - {Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt SealKey.Arn}
            - {Effect: Allow, Action: ses:SendRawEmail, Resource: !Sub 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/x'}
`))
	if err != nil {
		t.Fatal(err)
	}
	f, _ := template.Function("BooksFunction")
	allowed, err := f.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	if report := difference("BooksFunction", allowed, allowed); report != "" {
		t.Errorf("the same is said to differ:\n%s", report)
	}
	used := []sam.Permission{
		{Action: "dynamodb:GetItem", Resource: "BookTable"}, {Action: "dynamodb:PutItem", Resource: "BookTable"}, {Action: "dynamodb:Query", Resource: "BookTable"},
		{Action: "dynamodb:GetItem", Resource: "BookTable/index/by_author"}, {Action: "dynamodb:Query", Resource: "BookTable/index/by_author"},
		{Action: "ses:SendRawEmail", Resource: "ses"},
	}
	want := `BooksFunction: what the tests called is not what template.yaml allows.
  the tests called                            the policy allows
  dynamodb:GetItem BookTable                  dynamodb:GetItem BookTable
  dynamodb:PutItem BookTable                  -                                           missing in the policy
  dynamodb:Query BookTable                    dynamodb:Query BookTable
  dynamodb:GetItem BookTable/index/by_author  dynamodb:GetItem BookTable/index/by_author
  dynamodb:Query BookTable/index/by_author    dynamodb:Query BookTable/index/by_author
  -                                           kms:Decrypt SealKey                         not used by any test
  ses:SendRawEmail ses                        ses:SendRawEmail ses
`
	if diff := cmp.Diff(want, difference("BooksFunction", used, allowed)); diff != "" {
		t.Error(diff)
	}
}

func TestACallNobodyKnowsFitsNoPolicy(t *testing.T) {
	w := books(t)
	if _, err := dynamodb.NewFromConfig(w.Config()).ListTables(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	want := []sam.Permission{{Action: "dynamodb:ListTables", Resource: "?"}}
	if diff := cmp.Diff(want, w.Calls()[0].Uses); diff != "" {
		t.Error(diff)
	}
}
