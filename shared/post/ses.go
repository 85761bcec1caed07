package post

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Tag is the name under which our message id travels in SES.
const Tag = "message"

// SES sends by Amazon SES.
type SES struct {
	client *ses.Client
	set    string
}

// OpenSES returns SES with a configuration set, whose event destination reports what becomes of the mails. It makes no call.
func OpenSES(cfg aws.Config, set string) *SES {
	return &SES{ses.NewFromConfig(cfg, func(o *ses.Options) {
		o.Retryer = aws.NopRetryer{}
		o.APIOptions = append(o.APIOptions, freshConnection)
	}), set}
}

// freshConnection sends each mail over a connection of its own. One that was kept open while the function was frozen may be dead without
// anybody knowing, and a mail written to it would be Unsure, which delays it by the whole time of waiting for events.
func freshConnection(stack *middleware.Stack) error {
	return stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("post.freshConnection", func(
		ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
	) (middleware.FinalizeOutput, middleware.Metadata, error) {
		if request, ok := in.Request.(*smithyhttp.Request); ok {
			request.Close = true
		}
		return next.HandleFinalize(ctx, in)
	}), middleware.After)
}

// Send hands one mail to SES, in one request.
func (s *SES) Send(ctx context.Context, m Mail) Result {
	var written atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	out, err := s.client.SendRawEmail(ctx, &ses.SendRawEmailInput{
		RawMessage:           &types.RawMessage{Data: m.Raw},
		Source:               &m.From,
		Destinations:         []string{m.To},
		ConfigurationSetName: &s.set,
		Tags:                 []types.MessageTag{{Name: aws.String(Tag), Value: aws.String(string(m.Message))}},
	})
	if err != nil {
		return outcome(err, written.Load())
	}
	return Result{Outcome: Sent, ProviderID: aws.ToString(out.MessageId)}
}

// refusals are answers about this one mail that will be the same tomorrow. Every other refusal is about us (a key, a limit, a set that
// is paused or missing) and ends when somebody has mended it.
var refusals = map[string]bool{
	"MessageRejected":             true,
	"InvalidParameterValue":       true,
	"InvalidParameterCombination": true,
	"MissingParameter":            true,
	"ValidationError":             true,
}

// outcome tells from an error what is known. written says whether any of the request left for the provider.
func outcome(err error, written bool) Result {
	var said smithy.APIError
	var answer *smithyhttp.ResponseError
	code := "none"
	if errors.As(err, &said) {
		code = said.ErrorCode()
	}
	if !written {
		if code == "none" {
			code = "unreached"
		}
		return Result{Outcome: Later, Code: code}
	}
	if !errors.As(err, &answer) || said == nil {
		return Result{Outcome: Unsure, Code: "silent"} // broken off, timed out, or an answer nobody understands
	}
	status := answer.HTTPStatusCode()
	switch {
	case throttled(code) || status == http.StatusTooManyRequests:
		return Result{Outcome: Later, Code: code}
	case status >= 500:
		return Result{Outcome: Unsure, Code: code}
	case refusals[code]:
		return Result{Outcome: Refused, Code: code}
	case status >= 400:
		return Result{Outcome: Later, Code: code}
	default:
		return Result{Outcome: Unsure, Code: code}
	}
}

func throttled(code string) bool {
	_, known := retry.DefaultThrottleErrorCodes[code]
	return known || strings.HasPrefix(code, "Throttling")
}
