package awstest

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/infra/template/sam"
)

// uses lists what IAM asks for when a call is made: a transaction is judged by its parts, a batch of SQS by its single action, and a
// call of KMS by the key that answered, for Decrypt need not name one. A call that is not known here counts under its own name on "?",
// so that no policy fits it and it is noticed.
func uses(names *labels, call Call, input, output any) []sam.Permission {
	var found []sam.Permission
	use := func(action string, resource string) {
		if p := (sam.Permission{Action: call.Service + ":" + action, Resource: resource}); !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	table := func(name *string) { use(call.Action, names.logical(name)) }
	index := func(name, index *string) {
		if index != nil {
			use(call.Action, names.logical(name)+"/index/"+*index)
			return
		}
		table(name)
	}
	key := func(asked, answered *string) {
		if answered != nil {
			asked = answered
		}
		use(call.Action, names.logical(asked))
	}
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		table(in.TableName)
	case *dynamodb.PutItemInput:
		table(in.TableName)
	case *dynamodb.UpdateItemInput:
		table(in.TableName)
	case *dynamodb.DeleteItemInput:
		table(in.TableName)
	case *dynamodb.QueryInput:
		index(in.TableName, in.IndexName)
	case *dynamodb.ScanInput:
		index(in.TableName, in.IndexName)
	case *dynamodb.DescribeTableInput:
		table(in.TableName)
	case *dynamodb.BatchGetItemInput:
		for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
			table(&name)
		}
	case *dynamodb.BatchWriteItemInput:
		for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
			table(&name)
		}
	case *dynamodb.TransactGetItemsInput:
		for _, part := range in.TransactItems {
			use("GetItem", names.logical(part.Get.TableName))
		}
	case *dynamodb.TransactWriteItemsInput:
		for _, part := range in.TransactItems {
			switch {
			case part.Put != nil:
				use("PutItem", names.logical(part.Put.TableName))
			case part.Update != nil:
				use("UpdateItem", names.logical(part.Update.TableName))
			case part.Delete != nil:
				use("DeleteItem", names.logical(part.Delete.TableName))
			case part.ConditionCheck != nil:
				use("ConditionCheckItem", names.logical(part.ConditionCheck.TableName))
			}
		}
	case *kms.EncryptInput:
		out, _ := output.(*kms.EncryptOutput)
		key(in.KeyId, answered(out, func() *string { return out.KeyId }))
	case *kms.DecryptInput:
		out, _ := output.(*kms.DecryptOutput)
		key(in.KeyId, answered(out, func() *string { return out.KeyId }))
	case *kms.GenerateDataKeyInput:
		out, _ := output.(*kms.GenerateDataKeyOutput)
		key(in.KeyId, answered(out, func() *string { return out.KeyId }))
	case *kms.GenerateMacInput:
		out, _ := output.(*kms.GenerateMacOutput)
		key(in.KeyId, answered(out, func() *string { return out.KeyId }))
	case *kms.VerifyMacInput:
		out, _ := output.(*kms.VerifyMacOutput)
		key(in.KeyId, answered(out, func() *string { return out.KeyId }))
	case *sqs.SendMessageInput:
		table(in.QueueUrl)
	case *sqs.SendMessageBatchInput:
		use("SendMessage", names.logical(in.QueueUrl))
	case *sqs.ReceiveMessageInput:
		table(in.QueueUrl)
	case *sqs.DeleteMessageInput:
		table(in.QueueUrl)
	case *sqs.ChangeMessageVisibilityInput:
		table(in.QueueUrl)
	default:
		if call.Service == "ses" && strings.HasPrefix(call.Action, "Send") {
			use(call.Action, "ses")
		} else {
			use(call.Action, "?")
		}
	}
	return found
}

// answered reads a field of an output that a failed call does not have.
func answered[T any](out *T, field func() *string) *string {
	if out == nil {
		return nil
	}
	return field()
}
