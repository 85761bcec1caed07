package ministack_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/infra/local/ministack"
)

func TestStateIsKeptBetweenRuns(t *testing.T) {
	t.Parallel()
	python, err := ministack.Prepare(t.Context(), "../../..", func(text string) { t.Log(text) })
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	start := func() *ministack.Server {
		t.Helper()
		s, err := ministack.Start(t.Context(), ministack.Options{Python: python, Dir: dir, Log: t.Output()})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := start()
	if _, err := sqs.NewFromConfig(first.Config()).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("kept")}); err != nil {
		t.Error(err)
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := http.Get(first.URL()); err == nil {
		t.Error("it still answers after it was stopped")
	}
	second := start()
	defer func() {
		if err := second.Stop(); err != nil {
			t.Error(err)
		}
	}()
	queues, err := sqs.NewFromConfig(second.Config()).ListQueues(t.Context(), &sqs.ListQueuesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(queues.QueueUrls) != 1 {
		t.Errorf("after a new start there are the queues %v, want the one from before", queues.QueueUrls)
	}
}

func TestEndIsNoticed(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	_, err := ministack.Start(t.Context(), ministack.Options{Python: "/bin/false", Dir: t.TempDir(), Log: t.Output()})
	if err == nil {
		t.Fatal("a double that ended at once was taken for one that runs")
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v to notice: %v", took, err)
	}
}
