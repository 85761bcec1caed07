package stack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// client makes the few calls that a deployment takes. The SDK's clients for CloudFormation, S3 and Lambda would be three of the largest
// dependencies of the repository, and the product needs none of them.
type client struct{ cfg aws.Config }

// refused is an answer of AWS that is not a success.
type refused struct {
	status int
	body   []byte
}

func (r refused) Error() string { return fmt.Sprintf("answered %d: %s", r.status, r.body) }

func (c client) call(ctx context.Context, service, method, path, contentType string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, *c.cfg.BaseEndpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	request.Header.Set("X-Amz-Content-Sha256", hash)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	credentials, err := c.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hash, service, c.cfg.Region, time.Now()); err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode/100 != 2 {
		return nil, refused{response.StatusCode, answer}
	}
	return answer, nil
}

// formation calls an action of CloudFormation and reads its result.
func (c client) formation(ctx context.Context, action string, arguments url.Values, into any) error {
	arguments.Set("Action", action)
	arguments.Set("Version", "2010-05-15")
	arguments.Set("StackName", Name)
	answer, err := c.call(ctx, "cloudformation", http.MethodPost, "/", "application/x-www-form-urlencoded", []byte(arguments.Encode()))
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	if into == nil {
		return nil
	}
	if err := xml.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s: read the answer: %w", action, err)
	}
	return nil
}
