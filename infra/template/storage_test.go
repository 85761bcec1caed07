package template

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"vestibule/infra/template/sam"
)

// says returns a value's text with logical ids for what is only known after deployment; empty when it is not written.
func says(t *testing.T, v sam.Value) string {
	t.Helper()
	text, err := v.Text(func(id, _ string) (string, error) { return id, nil })
	if errors.Is(err, sam.ErrAbsent) {
		return ""
	}
	if err != nil {
		t.Fatalf("line %d: %v", v.Line(), err)
	}
	return text
}

func TestEveryTableCanBeBroughtBackAndIsEncrypted(t *testing.T) {
	for _, table := range template(t).Tables {
		for _, want := range []struct{ is, text, because string }{
			{says(t, table.Properties.At("BillingMode")), "PAY_PER_REQUEST", "a clinic pays for what it uses"},
			{says(t, table.Properties.At("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")), "true", "a mistake must be undone (T66)"},
			{says(t, table.Properties.At("SSESpecification", "SSEEnabled")), "true", "it holds data of people"},
			{says(t, table.Properties.At("SSESpecification", "SSEType")), "KMS", "its key can be taken away"},
			{says(t, table.Properties.At("SSESpecification", "KMSMasterKeyId")), "DataKey", "its key can be taken away"},
		} {
			if want.is != want.text {
				t.Errorf("%s (line %d): got %q, want %q: %s", table.ID, table.Line, want.is, want.text, want.because)
			}
		}
		if !table.Properties.At("DeletionProtectionEnabled").Present() {
			t.Errorf("%s (line %d) does not say whether it may be deleted", table.ID, table.Line)
		}
		kept(t, table.Resource)
	}
}

func TestEveryKeyRotatesAndIsKept(t *testing.T) {
	for _, key := range template(t).Keys {
		rotates := says(t, key.Properties.At("EnableKeyRotation")) == "true"
		if symmetric := key.Spec == "SYMMETRIC_DEFAULT"; rotates != symmetric {
			t.Errorf("%s (line %d) is of the kind %s and rotates: %t; KMS rotates symmetric keys, and only those", key.ID, key.Line, key.Spec, rotates)
		}
		if days, err := strconv.Atoi(says(t, key.Properties.At("PendingWindowInDays"))); err != nil || days < 30 {
			t.Errorf("%s (line %d) can be gone within %d days; what it sealed is gone with it", key.ID, key.Line, days)
		}
		if key.Comment == "" {
			t.Errorf("%s (line %d) does not say what it seals", key.ID, key.Line)
		}
		kept(t, key.Resource)
	}
}

// kept wants a resource to outlive its stack: what it holds cannot be made again.
func kept(t *testing.T, r sam.Resource) {
	t.Helper()
	var e struct {
		Deletion    string `yaml:"DeletionPolicy"`
		Replacement string `yaml:"UpdateReplacePolicy"`
	}
	entry(t, r.ID, &e)
	if e.Deletion != "Retain" || e.Replacement != "Retain" {
		t.Errorf("%s (line %d): DeletionPolicy %q, UpdateReplacePolicy %q, want Retain", r.ID, r.Line, e.Deletion, e.Replacement)
	}
}

func TestEveryQueueIsEncryptedAndLosesNothing(t *testing.T) {
	dead := map[string]bool{}
	for _, queue := range template(t).Queues {
		if queue.Dead.Present() {
			dead[says(t, queue.Dead)] = true
		}
	}
	for _, queue := range template(t).Queues {
		if says(t, queue.Properties.At("KmsMasterKeyId")) == "" {
			t.Errorf("%s (line %d) is not encrypted under a key of ours", queue.ID, queue.Line)
		}
		if !queue.Dead.Present() && !dead[queue.ID] {
			t.Errorf("%s (line %d) has no dead-letter queue and is none: what cannot be worked off is lost", queue.ID, queue.Line)
		}
		if queue.Dead.Present() && (queue.MaxReceiveCount < 3 || queue.MaxReceiveCount > 20) {
			t.Errorf("%s (line %d) gives up after %d tries", queue.ID, queue.Line, queue.MaxReceiveCount)
		}
		// Fourteen days are the most that SQS keeps.
		if says(t, queue.Properties.At("MessageRetentionPeriod")) != "1209600" {
			t.Errorf("%s (line %d) forgets before a person has come back from holiday", queue.ID, queue.Line)
		}
	}
}

func TestNoQueueGivesAMessageOutWhileItsFunctionStillHasIt(t *testing.T) {
	for _, f := range template(t).Functions {
		for _, e := range f.Events {
			if e.Type != "SQS" {
				continue
			}
			queue, is := template(t).Queue(says(t, e.Source))
			if !is {
				t.Errorf("%s listens to %q, which is no queue", f.ID, says(t, e.Source))
				continue
			}
			hidden, err := strconv.Atoi(says(t, queue.Properties.At("VisibilityTimeout")))
			if err != nil || hidden < 6*f.Timeout { // AWS's advice for functions
				t.Errorf("%s (line %d) hides a message for %d s, %s may hold it for %d s", queue.ID, queue.Line, hidden, f.ID, f.Timeout)
			}
		}
	}
}

func TestOnePoisonousEventHoldsUpNoOther(t *testing.T) {
	for _, f := range template(t).Functions {
		for _, e := range f.Events {
			if e.Type != "SQS" && e.Type != "DynamoDB" {
				continue
			}
			var types []string
			if v := e.Properties.At("FunctionResponseTypes"); !v.Present() || v.Decode(nil, &types) != nil || !slices.Contains(types, "ReportBatchItemFailures") {
				t.Errorf("the event %s of %s (line %d) does not take ReportBatchItemFailures: one bad event repeats the whole batch (T45)", e.ID, f.ID, e.Line)
			}
			if e.Type == "DynamoDB" && (says(t, e.Properties.At("MaximumRetryAttempts")) == "" || !e.Properties.At("DestinationConfig", "OnFailure").Present()) {
				t.Errorf("the event %s of %s (line %d) is tried until the stream has forgotten it, and nobody is told", e.ID, f.ID, e.Line)
			}
		}
	}
}

func TestEveryLogIsForgottenInTime(t *testing.T) {
	groups := map[string]int{}
	for _, r := range template(t).Resources {
		if r.Type != "AWS::Logs::LogGroup" {
			continue
		}
		days, err := strconv.Atoi(says(t, r.Properties.At("RetentionInDays")))
		if err != nil || days < 1 || days > 90 {
			t.Errorf("%s (line %d) keeps its log for %d days, want 1 to 90", r.ID, r.Line, days)
		}
		groups[r.ID] = days
	}
	var g struct {
		Function struct {
			LoggingConfig struct {
				LogGroup  string `yaml:"LogGroup"` // the id behind !Ref
				LogFormat string `yaml:"LogFormat"`
			} `yaml:"LoggingConfig"`
		} `yaml:"Function"`
	}
	node := raw(t, "template.yaml")["Globals"]
	if err := node.Decode(&g); err != nil {
		t.Fatal(err)
	}
	logging := g.Function.LoggingConfig
	if groups[logging.LogGroup] == 0 {
		t.Errorf("functions log to %q, which is no log group of the template: Lambda makes one that forgets nothing", logging.LogGroup)
	}
	if logging.LogFormat != "JSON" {
		t.Errorf("functions log as %q; alarms look for fields of JSON", logging.LogFormat)
	}
	for _, f := range template(t).Functions {
		if f.Properties.At("LoggingConfig").Present() {
			t.Errorf("%s (line %d) has a log of its own: Globals say where functions log", f.ID, f.Line)
		}
	}
	for _, r := range template(t).Resources {
		if r.Type == "AWS::Serverless::HttpApi" && groups[says(t, r.Properties.At("AccessLogSettings", "DestinationArn"))] == 0 {
			t.Errorf("%s (line %d) logs to no log group of the template", r.ID, r.Line)
		}
	}
}

func TestWhatAnyoneCanCallIsThrottled(t *testing.T) {
	for _, r := range template(t).Resources {
		if r.Type != "AWS::Serverless::HttpApi" {
			continue
		}
		for _, limit := range []string{"ThrottlingBurstLimit", "ThrottlingRateLimit"} {
			if says(t, r.Properties.At("DefaultRouteSettings", limit)) == "" {
				t.Errorf("%s (line %d) has no %s", r.ID, r.Line, limit)
			}
		}
	}
}

func TestEveryTopicIsEncrypted(t *testing.T) {
	for _, r := range template(t).Resources {
		if r.Type == "AWS::SNS::Topic" && says(t, r.Properties.At("KmsMasterKeyId")) == "" {
			t.Errorf("%s (line %d) is not encrypted", r.ID, r.Line)
		}
	}
}
