// Package vault seals and checks with keys that never leave KMS.
//
// It stands apart from shared/seal because of what it costs: who only holds a token or compares a password does not start KMS with it.
package vault

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// Box encrypts small things (up to 4 KB) under one KMS key. What it is about is bound in: opening it as something else fails.
type Box struct {
	encrypt call[kms.EncryptInput, kms.EncryptOutput]
	decrypt call[kms.DecryptInput, kms.DecryptOutput]
	key     string
}

// call is held instead of the client for the reason that shared/dynamo gives.
type call[In, Out any] = func(context.Context, *In, ...func(*kms.Options)) (*Out, error)

// OpenBox returns the box of a key (ARN). It makes no call.
func OpenBox(cfg aws.Config, key string) Box {
	client := kms.NewFromConfig(cfg)
	return Box{client.Encrypt, client.Decrypt, key}
}

// Seal encrypts.
func (b Box) Seal(ctx context.Context, plain []byte, about map[string]string) ([]byte, error) {
	out, err := b.encrypt(ctx, &kms.EncryptInput{KeyId: &b.key, Plaintext: plain, EncryptionContext: about})
	if err != nil {
		return nil, fmt.Errorf("encrypt under KMS: %w", err)
	}
	return out.CiphertextBlob, nil
}

// Open decrypts what was sealed about the same thing.
func (b Box) Open(ctx context.Context, sealed []byte, about map[string]string) ([]byte, error) {
	out, err := b.decrypt(ctx, &kms.DecryptInput{KeyId: &b.key, CiphertextBlob: sealed, EncryptionContext: about})
	if err != nil {
		return nil, fmt.Errorf("decrypt under KMS: %w", err)
	}
	return out.Plaintext, nil
}

// Mac makes and checks keyed hashes under one KMS HMAC key. A stolen table is worth nothing without that key.
type Mac struct {
	generate call[kms.GenerateMacInput, kms.GenerateMacOutput]
	verify   call[kms.VerifyMacInput, kms.VerifyMacOutput]
	key      string
}

// OpenMac returns the keyed hash of a key (ARN). It makes no call.
func OpenMac(cfg aws.Config, key string) Mac {
	client := kms.NewFromConfig(cfg)
	return Mac{client.GenerateMac, client.VerifyMac, key}
}

// Sum is the keyed hash of a message.
func (m Mac) Sum(ctx context.Context, message []byte) ([]byte, error) {
	out, err := m.generate(ctx, &kms.GenerateMacInput{KeyId: &m.key, Message: message, MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	if err != nil {
		return nil, fmt.Errorf("make a keyed hash under KMS: %w", err)
	}
	return out.Mac, nil
}

// Check reports whether a keyed hash is that of a message; KMS compares, in constant time.
func (m Mac) Check(ctx context.Context, message, sum []byte) (bool, error) {
	out, err := m.verify(ctx, &kms.VerifyMacInput{KeyId: &m.key, Message: message, Mac: sum, MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	var wrong *types.KMSInvalidMacException
	if errors.As(err, &wrong) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("check a keyed hash under KMS: %w", err)
	}
	return out.MacValid, nil
}
