package awstest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/middleware"

	"vestibule/infra/template/sam"
	"vestibule/shared/boot"
)

const region = "eu-central-1"

// World is what one test sees of AWS. It may be used by many goroutines at once.
type World struct {
	t         testing.TB
	template  *sam.Template
	prefix    string
	endpoints map[string]string // by service as it is named in IAM; "" for all others
	recorder  recorder
	faults    Faults

	making sync.Mutex // lets one resource be made at a time; the other lock is free meanwhile
	mu     sync.Mutex
	made   map[string]string // logical id of a table or queue to its name or url
	labels *labels           // and back, to logical ids
}

// New opens a world on ministack. It makes no call yet.
func New(t testing.TB) *World {
	t.Helper()
	return open(t, false)
}

// Each runs a body twice, with its tables in ministack and with its tables in DynamoDB Local.
func Each(t *testing.T, body func(t *testing.T, w *World)) {
	t.Helper()
	t.Run("ministack", func(t *testing.T) { body(t, open(t, false)) })
	t.Run("dynamodb-local", func(t *testing.T) { body(t, open(t, true)) })
}

var repository = sync.OnceValues(func() (*sam.Template, error) {
	root, err := root()
	if err != nil {
		return nil, err
	}
	return sam.Load(filepath.Join(root, "template.yaml"))
})

func open(t testing.TB, local bool) *World {
	t.Helper()
	template, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	return with(t, template, local)
}

func with(t testing.TB, template *sam.Template, local bool) *World {
	t.Helper()
	url, err := ministack()
	if err != nil {
		t.Fatal(err)
	}
	w := &World{
		t: t, template: template, prefix: strings.ToLower(rand.Text()[:10]),
		endpoints: map[string]string{"": url}, made: map[string]string{}, labels: newLabels(),
	}
	if local {
		if w.endpoints["dynamodb"], err = dynamoLocal(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(w.drop)
	return w
}

// Endpoint sends the calls of one service ("ses") somewhere else, to a stand-in for example. Call it before Config.
func (w *World) Endpoint(service, url string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.endpoints[service] = url
}

// Config is the AWS configuration that a function is furnished with. Its calls are in the book and can be made to fail.
func (w *World) Config() aws.Config {
	cfg := w.Seed()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		if err := stack.Initialize.Add(booking{w}, middleware.Before); err != nil {
			return err
		}
		return stack.Finalize.Insert(throttling{}, "Retry", middleware.After)
	})
	return cfg
}

// Seed is the AWS configuration for what a test does beside the function: filling tables, looking at them. Its calls are not in the book
// and never fail by a fault.
func (w *World) Seed() aws.Config {
	w.mu.Lock()
	defer w.mu.Unlock()
	cfg := aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(w.endpoints[""]),
		Credentials:  aws.CredentialsProviderFunc(fake),
		HTTPClient:   client,
		Retryer:      hasty,
	}
	for service, url := range w.endpoints {
		if service != "" {
			cfg.ServiceOptions = append(cfg.ServiceOptions, elsewhere(service, url))
		}
	}
	return cfg
}

func fake(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
}

// client is shared by all worlds so that they share their connections. It waits longer than a deployed function would: the machine of
// a test is busy.
var client = boot.Client(30 * time.Second)

// impatient retries as often as a deployed function does, but without its pauses.
type impatient struct{ aws.RetryerV2 }

func (impatient) RetryDelay(int, error) (time.Duration, error) { return time.Millisecond, nil }

func hasty() aws.Retryer { return impatient{boot.Config().Retryer().(aws.RetryerV2)} }

func elsewhere(service, url string) func(string, any) {
	return func(_ string, options any) {
		switch o := options.(type) {
		case *dynamodb.Options:
			if service == "dynamodb" {
				o.BaseEndpoint = &url
			}
		case *kms.Options:
			if service == "kms" {
				o.BaseEndpoint = &url
			}
		case *ses.Options:
			if service == "ses" {
				o.BaseEndpoint = &url
			}
		case *sqs.Options:
			if service == "sqs" {
				o.BaseEndpoint = &url
			}
		}
	}
}

// Env returns the variables that the template gives a function, with this world's names in them.
func (w *World) Env(function string) map[string]string {
	w.t.Helper()
	f, ok := w.template.Function(function)
	if !ok {
		w.t.Fatalf("template.yaml has no function %s", function)
	}
	variables := map[string]string{}
	for name, value := range f.Environment {
		text, err := value.Text(w.lookup)
		if errors.Is(err, sam.ErrAbsent) {
			continue
		}
		if err != nil {
			w.t.Fatalf("variable %s of %s: %v", name, function, err)
		}
		variables[name] = text
	}
	return variables
}

// lookup says what a name of the template means in this world.
func (w *World) lookup(id, attribute string) (string, error) {
	switch id {
	case "AWS::Region":
		return region, nil
	case "AWS::AccountId":
		return "000000000000", nil
	case "AWS::Partition":
		return "aws", nil
	case "AWS::StackName":
		return w.prefix, nil
	case "AWS::URLSuffix":
		return "amazonaws.com", nil
	}
	if value, ok := w.template.Defaults()[id]; ok {
		if id == "Stage" {
			return "local", nil
		}
		return value, nil
	}
	resource, ok := w.template.Resource(id)
	if !ok {
		return "", fmt.Errorf("template.yaml has no parameter with a default and no resource %s", id)
	}
	switch resource.Type + "." + attribute {
	case "AWS::DynamoDB::Table.":
		return w.Table(id), nil
	case "AWS::DynamoDB::Table.Arn":
		return "arn:aws:dynamodb:" + region + ":000000000000:table/" + w.Table(id), nil
	case "AWS::KMS::Key.Arn":
		return w.Key(id), nil
	case "AWS::KMS::Key.", "AWS::KMS::Key.KeyId":
		arn := w.Key(id)
		return arn[strings.LastIndex(arn, "/")+1:], nil
	case "AWS::SQS::Queue.", "AWS::SQS::Queue.QueueUrl":
		return w.Queue(id), nil
	case "AWS::SQS::Queue.Arn":
		url := w.Queue(id)
		return "arn:aws:sqs:" + region + ":000000000000:" + url[strings.LastIndex(url, "/")+1:], nil
	case resource.Type + ".": // a name is all that the others are known by here
		return w.prefix + "-" + id, nil
	default:
		return "", fmt.Errorf("!GetAtt %s.%s has no meaning in a test's world", id, attribute)
	}
}

// Table returns the name of a table, by its logical id.
func (w *World) Table(id string) string {
	w.t.Helper()
	table, ok := w.template.Table(id)
	if !ok {
		w.t.Fatalf("template.yaml has no table %s", id)
	}
	return w.once(id, func() (string, error) { return w.makeTable(table) })
}

// Queue returns the url of a queue, by its logical id. A queue's dead-letter queue is made with it.
func (w *World) Queue(id string) string {
	w.t.Helper()
	queue, ok := w.template.Queue(id)
	if !ok {
		w.t.Fatalf("template.yaml has no queue %s", id)
	}
	redrive := ""
	if queue.Dead.Present() {
		arn, err := queue.Dead.Text(w.lookup)
		if err != nil {
			w.t.Fatalf("dead-letter queue of %s: %v", id, err)
		}
		redrive = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, arn, queue.MaxReceiveCount)
	}
	return w.once(id, func() (string, error) { return w.makeQueue(queue, redrive) })
}

// Key returns the arn of a key, by its logical id. Worlds share the keys: what one has sealed means nothing to another anyway.
func (w *World) Key(id string) string {
	w.t.Helper()
	key, ok := w.template.Key(id)
	if !ok {
		w.t.Fatalf("template.yaml has no key %s", id)
	}
	return w.once(id, func() (string, error) { return w.sharedKey(key) })
}

// once makes a resource the first time it is asked for.
func (w *World) once(id string, produce func() (string, error)) string {
	w.t.Helper()
	w.mu.Lock()
	name, ok := w.made[id]
	w.mu.Unlock()
	if ok {
		return name
	}
	w.making.Lock()
	defer w.making.Unlock()
	w.mu.Lock()
	name, ok = w.made[id]
	w.mu.Unlock()
	if ok {
		return name
	}
	name, err := produce()
	if err != nil {
		w.t.Fatalf("make %s: %v", id, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made[id] = name
	w.labels.add(name, id)
	return name
}
