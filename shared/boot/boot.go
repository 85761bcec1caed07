// Package boot opens a function: its environment, its AWS configuration, its start.
//
// The SDK's own config package is left out on purpose. It costs more start-up time than the DynamoDB client itself, and all that it
// finds out stands in the environment of a Lambda function.
package boot

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/caarlos0/env/v11"
)

// Env reads the environment into a function's struct; every field is required, and the error names all that are missing.
func Env[T any]() (T, error) {
	var into T
	if err := env.ParseWithOptions(&into, env.Options{RequiredIfNoDef: true}); err != nil {
		return into, fmt.Errorf("read the environment: %w", err)
	}
	return into, nil
}

// EnvFrom is Env for a given set of variables; tests open a function with it.
func EnvFrom[T any](variables map[string]string) (T, error) {
	var into T
	if err := env.ParseWithOptions(&into, env.Options{RequiredIfNoDef: true, Environment: variables}); err != nil {
		return into, fmt.Errorf("read the environment: %w", err)
	}
	return into, nil
}

// Config is the AWS configuration of a function from the variables that Lambda sets.
// AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> point it at doubles on one machine.
func Config() aws.Config {
	cfg := aws.Config{
		Region: os.Getenv("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
				SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
				SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
			}, nil
		}),
		HTTPClient: Client(5 * time.Second),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = 4
				o.MaxBackoff = time.Second
			})
		},
	}
	if url := os.Getenv("AWS_ENDPOINT_URL"); url != "" {
		cfg.BaseEndpoint = aws.String(url)
	}
	return cfg
}

// Endpoint returns the configuration for one service, which may have an endpoint of its own ("SES": AWS_ENDPOINT_URL_SES).
func Endpoint(cfg aws.Config, service string) aws.Config {
	if url := os.Getenv("AWS_ENDPOINT_URL_" + strings.ToUpper(service)); url != "" {
		cfg.BaseEndpoint = aws.String(url)
	}
	return cfg
}
