package gateway

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// record is a stream record as a function gets it.
func (s *stream) record(r types.Record) map[string]any {
	change := map[string]any{
		"Keys": attributes(r.Dynamodb.Keys), "SequenceNumber": aws.ToString(r.Dynamodb.SequenceNumber),
		"SizeBytes": aws.ToInt64(r.Dynamodb.SizeBytes), "StreamViewType": string(r.Dynamodb.StreamViewType),
	}
	if at := r.Dynamodb.ApproximateCreationDateTime; at != nil {
		change["ApproximateCreationDateTime"] = at.Unix()
	}
	if r.Dynamodb.NewImage != nil {
		change["NewImage"] = attributes(r.Dynamodb.NewImage)
	}
	if r.Dynamodb.OldImage != nil {
		change["OldImage"] = attributes(r.Dynamodb.OldImage)
	}
	event := map[string]any{
		"eventID": aws.ToString(r.EventID), "eventName": string(r.EventName), "eventVersion": "1.1", "eventSource": "aws:dynamodb",
		"awsRegion": s.region, "dynamodb": change, "eventSourceARN": s.arn,
	}
	if by := r.UserIdentity; by != nil {
		event["userIdentity"] = map[string]any{"principalId": aws.ToString(by.PrincipalId), "type": aws.ToString(by.Type)}
	}
	return event
}

func sequence(record map[string]any) string {
	return record["dynamodb"].(map[string]any)["SequenceNumber"].(string)
}

func attributes(all map[string]types.AttributeValue) map[string]any {
	out := map[string]any{}
	for name, value := range all {
		out[name] = attribute(value)
	}
	return out
}

func attribute(value types.AttributeValue) map[string]any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}
	case *types.AttributeValueMemberBS:
		return map[string]any{"BS": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": attributes(v.Value)}
	case *types.AttributeValueMemberL:
		list := make([]any, 0, len(v.Value))
		for _, item := range v.Value {
			list = append(list, attribute(item))
		}
		return map[string]any{"L": list}
	default:
		return nil
	}
}
