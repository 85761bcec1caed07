package stack

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"vestibule/infra/local/ministack"
)

// TestDeploy deploys the repository's own template with a program in place of each function: it is not called here.
func TestDeploy(t *testing.T) {
	t.Parallel()
	python, err := ministack.Prepare(t.Context(), "../../..", func(text string) { t.Log(text) })
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	up := func() *ministack.Server {
		t.Helper()
		double, err := ministack.Start(t.Context(), ministack.Options{Python: python, Dir: dir, Log: t.Output()})
		if err != nil {
			t.Fatal(err)
		}
		return double
	}
	program := filepath.Join(t.TempDir(), "bootstrap")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(program, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write("#!/bin/sh\n")
	double := up()
	defer func() { double.Stop() }()
	deploy := func(origin string) *Stack {
		t.Helper()
		s, err := Deploy(t.Context(), Options{
			AWS: double.Config(), Template: "../../../template.yaml", Binary: func(string) string { return program },
			Parameters: map[string]string{"Stage": "local", "Origin": origin},
		})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := deploy("http://localhost:8080")
	if !first.Changed {
		t.Error("the first deployment says that nothing changed")
	}
	variables := first.Variables("InvitationsFunction")
	for _, want := range []string{"STAGE=local", "ORIGIN=http://localhost:8080", "INVITE_TABLE=" + first.Name("InviteTable")} {
		if !slices.Contains(variables, want) {
			t.Errorf("the variables lack %s: %v", want, variables)
		}
	}
	if queue := first.Name("LettersQueue"); !strings.HasPrefix(queue, double.URL()) {
		t.Errorf("LettersQueue is %s, want a url of %s", queue, double.URL())
	}
	// The gateway serves the queues: a message must not go to a function of the double.
	queues := sqs.NewFromConfig(double.Config())
	letters := first.Name("LettersQueue")
	if _, err := queues.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &letters, MessageBody: &letters}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond) // its poller looks once a second
	got, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &letters, MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Messages) != 1 || got.Messages[0].Attributes["ApproximateReceiveCount"] != "1" {
		t.Errorf("the message was taken by somebody else: got %v", got.Messages)
	}

	if deploy("http://localhost:8080").Changed {
		t.Error("the same again was deployed")
	}
	if err := double.Stop(); err != nil {
		t.Fatal(err)
	}
	double = up()
	if again := deploy("http://localhost:8080"); again.Changed || again.Name("InviteTable") != first.Name("InviteTable") {
		t.Errorf("after a new start: changed %v, the table %s became %s", again.Changed, first.Name("InviteTable"), again.Name("InviteTable"))
	}
	// The double is on another port now; the urls of its queues have the old one in them.
	letters = first.Name("LettersQueue")
	if _, err := sqs.NewFromConfig(double.Config()).SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &letters, MessageBody: &letters}); err != nil {
		t.Errorf("the queue cannot be used after a new start: %v", err)
	}
	write("#!/bin/sh\nexit 1\n")
	if !deploy("http://localhost:8080").Changed {
		t.Error("new code was not deployed")
	}
	if other := deploy("http://localhost:9090"); !other.Changed || other.Name("InviteTable") != first.Name("InviteTable") {
		t.Errorf("with another origin: changed %v, the table is %s", other.Changed, other.Name("InviteTable"))
	}
}
