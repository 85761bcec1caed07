package seal

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
	client *kms.Client
	key    string
}

// OpenBox returns the box of a key (ARN). It makes no call.
func OpenBox(cfg aws.Config, key string) Box { return Box{client: kms.NewFromConfig(cfg), key: key} }

// Seal encrypts.
func (b Box) Seal(ctx context.Context, plain []byte, about map[string]string) ([]byte, error) {
	out, err := b.client.Encrypt(ctx, &kms.EncryptInput{KeyId: &b.key, Plaintext: plain, EncryptionContext: about})
	if err != nil {
		return nil, fmt.Errorf("encrypt under KMS: %w", err)
	}
	return out.CiphertextBlob, nil
}

// Open decrypts what was sealed about the same thing.
func (b Box) Open(ctx context.Context, sealed []byte, about map[string]string) ([]byte, error) {
	out, err := b.client.Decrypt(ctx, &kms.DecryptInput{KeyId: &b.key, CiphertextBlob: sealed, EncryptionContext: about})
	if err != nil {
		return nil, fmt.Errorf("decrypt under KMS: %w", err)
	}
	return out.Plaintext, nil
}

// Mac makes and checks keyed hashes under one KMS HMAC key. A stolen table is worth nothing without that key.
type Mac struct {
	client *kms.Client
	key    string
}

// OpenMac returns the keyed hash of a key (ARN). It makes no call.
func OpenMac(cfg aws.Config, key string) Mac { return Mac{client: kms.NewFromConfig(cfg), key: key} }

// Sum is the keyed hash of a message.
func (m Mac) Sum(ctx context.Context, message []byte) ([]byte, error) {
	out, err := m.client.GenerateMac(ctx, &kms.GenerateMacInput{KeyId: &m.key, Message: message, MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	if err != nil {
		return nil, fmt.Errorf("make a keyed hash under KMS: %w", err)
	}
	return out.Mac, nil
}

// Check reports whether a keyed hash is that of a message; KMS compares, in constant time.
func (m Mac) Check(ctx context.Context, message, sum []byte) (bool, error) {
	out, err := m.client.VerifyMac(ctx, &kms.VerifyMacInput{KeyId: &m.key, Message: message, Mac: sum, MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	var wrong *types.KMSInvalidMacException
	if errors.As(err, &wrong) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("check a keyed hash under KMS: %w", err)
	}
	return out.MacValid, nil
}
