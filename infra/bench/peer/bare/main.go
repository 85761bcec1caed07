// Command bare is a function with DynamoDB as the house opens it and nothing else: no pages, no texts, no other service. What a function
// starts slower than this is its own; what this starts slower than hello is the SDK's.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"vestibule/shared/boot"
	"vestibule/shared/dynamo"
)

func main() {
	db, table := dynamo.Open(boot.Connect(boot.Config(), "dynamodb")), os.Getenv("CLINIC_TABLE")
	lambda.Start(func(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		var clinic struct {
			Name string `dynamodbav:"name"`
		}
		_, err := db.Get(ctx, table, dynamo.Key("clinic_id", "c"), true, &clinic)
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: clinic.Name}, err
	})
}
