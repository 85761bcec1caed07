// Command echo is the function that the tests of the gateway call.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func main() {
	if os.Getenv("BROKEN") != "" {
		fmt.Println("this one does not start")
		os.Exit(1)
	}
	lambda.Start(handle)
}

type answer struct {
	StatusCode      int               `json:"statusCode,omitempty"`
	Headers         map[string]string `json:"headers,omitempty"`
	Cookies         []string          `json:"cookies,omitempty"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded,omitempty"`
}

type item struct {
	Body      string `json:"body"`
	MessageID string `json:"messageId"`
	DynamoDB  struct {
		Keys           map[string]map[string]string
		SequenceNumber string
	} `json:"dynamodb"`
}

func handle(ctx context.Context, event json.RawMessage) (any, error) {
	var e struct {
		RawPath string `json:"rawPath"`
		Records []item
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	if e.Records != nil {
		return work(e.Records, event)
	}
	switch {
	case e.RawPath == "/crash":
		fmt.Println("about to crash")
		os.Exit(3)
	case e.RawPath == "/sleep":
		time.Sleep(5 * time.Second)
	case e.RawPath == "/error":
		return nil, errors.New("no")
	case e.RawPath == "/bare":
		return map[string]string{"said": "nothing of a status"}, nil
	case e.RawPath == "/nonsense":
		return answer{StatusCode: 42}, nil
	case e.RawPath == "/cookies":
		return answer{StatusCode: 303, Headers: map[string]string{"Location": "/"}, Cookies: []string{"a=1; Path=/", "b=2"}}, nil
	case e.RawPath == "/binary":
		return answer{StatusCode: 200, Headers: map[string]string{"Content-Type": "image/png"}, Body: "AP8Q", IsBase64Encoded: true}, nil
	case e.RawPath == "/who":
		time.Sleep(20 * time.Millisecond)
		return answer{StatusCode: 200, Body: fmt.Sprint(os.Getpid())}, nil
	case e.RawPath == "/around":
		around, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		text, _ := json.Marshal(map[string]any{
			"id": around.AwsRequestID, "arn": around.InvokedFunctionArn, "left": time.Until(deadline).Seconds(), "env": os.Environ(),
		})
		return answer{StatusCode: 200, Body: string(text)}, nil
	}
	return answer{StatusCode: 200, Headers: map[string]string{"Content-Type": "application/json"}, Body: string(event)}, nil
}

// work keeps each batch as a line in a file and reports what is called poison as failed.
func work(items []item, event json.RawMessage) (any, error) {
	book, err := os.OpenFile(os.Getenv("BOOK"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	if _, err := fmt.Fprintf(book, "%s\n", event); err != nil {
		return nil, err
	}
	failures := []map[string]string{}
	for _, i := range items {
		switch name := i.Body + i.DynamoDB.Keys["id"]["S"]; {
		case strings.HasPrefix(name, "poison"):
			failures = append(failures, map[string]string{"itemIdentifier": i.MessageID + i.DynamoDB.SequenceNumber})
		case strings.HasPrefix(name, "bomb"):
			os.Exit(1)
		}
	}
	return map[string]any{"batchItemFailures": failures}, nil
}
