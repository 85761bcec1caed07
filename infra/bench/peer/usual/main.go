// Command usual is a function with DynamoDB as the SDK's own guide writes it: configuration by LoadDefaultConfig, the connection opened by
// the first call. It is the peer of a function's first answer.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	client, table := dynamodb.NewFromConfig(cfg), os.Getenv("CLINIC_TABLE")
	lambda.Start(func(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		out, err := client.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: &table, Key: map[string]types.AttributeValue{"clinic_id": &types.AttributeValueMemberS{Value: "c"}}, ConsistentRead: aws.Bool(true),
		})
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		name, _ := out.Item["name"].(*types.AttributeValueMemberS)
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: name.Value}, nil
	})
}
