package sam

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const library = `
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [local, dev]}
  Town: {Type: String}
Conditions:
  Local: !Equals [!Ref Stage, local]
  Dev: !And [!Not [!Condition Local], !Equals [!Ref Stage, dev]]
  Either: !Or [!Condition Local, Condition: Dev]
Globals:
  Function:
    Runtime: provided.al2023
    Timeout: 10
    Environment:
      Variables: {STAGE: !Ref Stage, TOWN: !Ref Town}
Resources:
  # A comment of the whole section.

  # Lends books.
  # Called by readers.
  LendFunction:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: makefile}
    Properties:
      CodeUri: .
      Timeout: 60
      Environment:
        Variables:
          TOWN: Bergen
          BOOK_TABLE: !Ref BookTable
      Policies:
        - AWSLambdaBasicExecutionRole
        - DynamoDBCrudPolicy: {TableName: !Ref BookTable}
        - Version: '2012-10-17'
          Statement:
            - {Effect: Allow, Action: [dynamodb:PutItem, dynamodb:GetItem], Resource: !GetAtt BookTable.Arn}
            - {Effect: Allow, Action: dynamodb:GetItem, Resource: [!GetAtt [BookTable, Arn], !Sub '${BookTable.Arn}/index/by_author']}
            - {Effect: Allow, Action: 'kms:*', Resource: '*'}
            - {Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${ErrandsQueue}'}
            - {Effect: Allow, Action: ses:SendRawEmail, Resource: !Sub 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/x'}
      Events:
        Lend:
          Type: HttpApi
          Properties: {Method: POST, Path: '/books/{book}/lend'}
        Changes:
          Type: DynamoDB
          Properties: {Stream: !GetAtt BookTable.StreamArn, BatchSize: 7}
  ReturnFunction:
    Type: AWS::Serverless::Function
  BookTable:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: shelf, AttributeType: S}, {AttributeName: number, AttributeType: N}, {AttributeName: author, AttributeType: S}]
      KeySchema: [{AttributeName: shelf, KeyType: HASH}, {AttributeName: number, KeyType: RANGE}]
      GlobalSecondaryIndexes:
        - {IndexName: by_author, KeySchema: [{AttributeName: author, KeyType: HASH}], Projection: {ProjectionType: KEYS_ONLY}}
      TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
      StreamSpecification: {StreamViewType: KEYS_ONLY}
  MacKey:
    Type: AWS::KMS::Key
    Properties: {KeySpec: HMAC_256, KeyUsage: GENERATE_VERIFY_MAC}
  PlainKey:
    Type: AWS::KMS::Key
  ErrandsQueue:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadQueue.Arn, maxReceiveCount: 8}}
  DeadQueue:
    Type: AWS::SQS::Queue
Outputs:
  Address: {Value: !Sub 'https://${LendFunction}.${Town}.example'}
`

func parse(t *testing.T, text string) *Template {
	t.Helper()
	template, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// named answers names with themselves, and parameters as given.
func named(parameters map[string]string) Lookup {
	return func(id, attribute string) (string, error) {
		if value, ok := parameters[id]; ok {
			return value, nil
		}
		if id == "Nowhere" {
			return "", errors.New("there is no Nowhere")
		}
		return strings.TrimSuffix(id+"."+attribute, "."), nil
	}
}

func TestFunctionIsReadWithTheGlobalsWorkedIn(t *testing.T) {
	template := parse(t, library)
	f, ok := template.Function("LendFunction")
	if !ok {
		t.Fatal("not found")
	}
	if f.Runtime != "provided.al2023" || f.Timeout != 60 || f.CodeURI != "." || f.BuildMethod != "makefile" {
		t.Errorf("%+v", f)
	}
	if f.Comment != "Lends books.\nCalled by readers." {
		t.Errorf("comment %q", f.Comment)
	}
	got := map[string]string{}
	for name, value := range f.Environment {
		text, err := value.Text(named(map[string]string{"Stage": "dev"}))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = text
	}
	if diff := cmp.Diff(map[string]string{"STAGE": "dev", "TOWN": "Bergen", "BOOK_TABLE": "BookTable"}, got); diff != "" {
		t.Error(diff)
	}
	if other, _ := template.Function("ReturnFunction"); other.Timeout != 10 || len(other.Environment) != 2 || other.Comment != "" {
		t.Errorf("%+v", other)
	}
}

func TestEventsTellRoutesAndSources(t *testing.T) {
	f, _ := parse(t, library).Function("LendFunction")
	if e := f.Events[0]; e.ID != "Lend" || e.Type != "HttpApi" || e.Method != "POST" || e.Path != "/books/{book}/lend" || e.Source.Present() {
		t.Errorf("%+v", e)
	}
	e := f.Events[1]
	source, err := e.Source.Text(named(nil))
	if err != nil || source != "BookTable.StreamArn" {
		t.Errorf("%q, %v", source, err)
	}
	var properties struct {
		Stream    string `yaml:"Stream"`
		BatchSize int    `yaml:"BatchSize"`
	}
	if err := e.Properties.Decode(named(nil), &properties); err != nil || properties.Stream != source || properties.BatchSize != 7 {
		t.Errorf("%+v, %v", properties, err)
	}
}

func TestPoliciesAreListedByLogicalIds(t *testing.T) {
	f, _ := parse(t, library).Function("LendFunction")
	allowed, err := f.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	want := []Permission{
		{"kms:*", "*"},
		{"dynamodb:GetItem", "BookTable"}, {"dynamodb:PutItem", "BookTable"},
		{"dynamodb:GetItem", "BookTable/index/by_author"},
		{"sqs:SendMessage", "ErrandsQueue"},
		{"ses:SendRawEmail", "ses"},
	}
	if diff := cmp.Diff(want, allowed); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"AWSLambdaBasicExecutionRole", "DynamoDBCrudPolicy"}, f.PolicyNames); diff != "" {
		t.Error(diff)
	}
}

func TestTablesKeysAndQueuesAreRead(t *testing.T) {
	template := parse(t, library)
	table, _ := template.Table("BookTable")
	if table.Partition != "shelf" || table.Sort != "number" || table.Attributes["number"] != "N" || table.TTL != "ttl" || table.Stream != "KEYS_ONLY" {
		t.Errorf("%+v", table)
	}
	if diff := cmp.Diff([]Index{{Name: "by_author", Partition: "author", Projection: "KEYS_ONLY"}}, table.Indexes); diff != "" {
		t.Error(diff)
	}
	mac, _ := template.Key("MacKey")
	plain, _ := template.Key("PlainKey")
	if mac.Spec != "HMAC_256" || mac.Usage != "GENERATE_VERIFY_MAC" || plain.Spec != "SYMMETRIC_DEFAULT" || plain.Usage != "ENCRYPT_DECRYPT" {
		t.Errorf("%+v %+v", mac, plain)
	}
	errands, _ := template.Queue("ErrandsQueue")
	if dead, err := errands.Dead.Text(named(nil)); err != nil || dead != "DeadQueue.Arn" || errands.MaxReceiveCount != 8 {
		t.Errorf("%q %v %+v", dead, err, errands)
	}
	if dead, _ := template.Queue("DeadQueue"); dead.Dead.Present() {
		t.Error("a dead-letter queue out of nothing")
	}
	if address, err := template.Outputs[0].Value.Text(named(map[string]string{"Town": "Oslo"})); err != nil || address != "https://LendFunction.Oslo.example" {
		t.Errorf("%q %v", address, err)
	}
	if diff := cmp.Diff(map[string]string{"Stage": "dev"}, template.Defaults()); diff != "" {
		t.Error(diff)
	}
}

func TestValuesAreResolvedAsCloudFormationDoes(t *testing.T) {
	for _, c := range []struct{ written, want string }{
		{"plain", "plain"},
		{"!Ref Town", "Oslo"},
		{"{Ref: Town}", "Oslo"},
		{"!Ref Book", "Book"},
		{"!GetAtt Book.Arn", "Book.Arn"},
		{"{'Fn::GetAtt': [Book, Arn]}", "Book.Arn"},
		{"!GetAtt Nested.Outputs.Name", "Nested.Outputs.Name"},
		{"!Sub '${Town} and ${Book.Arn} and ${!Literal}'", "Oslo and Book.Arn and ${Literal}"},
		{"!Sub ['${Town} and ${own}', {own: !GetAtt Book.Arn}]", "Oslo and Book.Arn"},
		{"{'Fn::Sub': 'in ${Town}'}", "in Oslo"},
		{"!Join ['-', [a, !Ref Town, c]]", "a-Oslo-c"},
		{"!If [Local, here, there]", "there"},
		{"!If [Dev, !Ref Town, there]", "Oslo"},
		{"!If [Either, !If [Local, x, y], z]", "y"},
	} {
		t.Run(c.written, func(t *testing.T) {
			template := parse(t, fmt.Sprintf("%s\n  V: {Value: %s}\n", library, c.written))
			got, err := template.Outputs[1].Value.Text(named(map[string]string{"Town": "Oslo", "Stage": "dev"}))
			if err != nil || got != c.want {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestWhatHasNoValueIsLeftOut(t *testing.T) {
	template := parse(t, library+"  V: {Value: {a: 1, b: !If [Local, 2, !Ref 'AWS::NoValue'], c: [x, !Ref 'AWS::NoValue', z]}}\n")
	var got map[string]any
	if err := template.Outputs[1].Value.Decode(named(map[string]string{"Stage": "dev"}), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"a": 1, "c": []any{"x", "z"}}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := template.Outputs[1].Value.At("b").Text(named(map[string]string{"Stage": "dev"})); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if _, err := template.Outputs[1].Value.At("nothing").Text(named(nil)); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
}

func TestWhatCannotBeResolvedSaysWhere(t *testing.T) {
	for written, says := range map[string]string{
		"!Sub 'x ${Nowhere}'":  "!Sub: there is no Nowhere",
		"!ImportValue x":       "!ImportValue: is not known here",
		"!If [Unknown, a, b]":  "there is no condition Unknown",
		"{a: !GetAtt Nowhere}": "!GetAtt: there is no Nowhere",
	} {
		template := parse(t, fmt.Sprintf("%s\n  V: {Value: %s}\n", library, written))
		var got any
		err := template.Outputs[1].Value.Decode(named(nil), &got)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%s: %v", written, err)
		}
	}
}

func TestDenyCannotBeListedAsAPermission(t *testing.T) {
	f, _ := parse(t, `
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies: {Statement: {Effect: Deny, Action: s3:GetObject, Resource: '*'}}
`).Function("F")
	if _, err := f.Allowed(); err == nil || !strings.Contains(err.Error(), "Deny") {
		t.Error(err)
	}
}
