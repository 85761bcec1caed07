package stack

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
)

// bucket holds what CloudFormation fetches: the zips of the functions and nested templates, each under the hash of what it is.
type bucket struct {
	client
	name string
}

func (b bucket) open(ctx context.Context) error {
	if b.has(ctx, "") {
		return nil
	}
	where := `<CreateBucketConfiguration><LocationConstraint>` + b.cfg.Region + `</LocationConstraint></CreateBucketConfiguration>`
	if _, err := b.call(ctx, "s3", http.MethodPut, "/"+b.name, "application/xml", []byte(where)); err != nil {
		return fmt.Errorf("make the bucket for code: %w", err)
	}
	return nil
}

func (b bucket) has(ctx context.Context, key string) bool {
	_, err := b.call(ctx, "s3", http.MethodHead, "/"+b.name+"/"+key, "", nil)
	return err == nil
}

func (b bucket) put(ctx context.Context, key string, content []byte) error {
	if b.has(ctx, key) {
		return nil
	}
	if _, err := b.call(ctx, "s3", http.MethodPut, "/"+b.name+"/"+key, "application/octet-stream", content); err != nil {
		return fmt.Errorf("upload %s: %w", key, err)
	}
	return nil
}

// function uploads a binary as Lambda wants it and returns its CodeUri.
func (b bucket) function(ctx context.Context, id, binary string) (string, error) {
	code, err := read(binary)
	if err != nil {
		return "", fmt.Errorf("the binary of %s: %w", id, err)
	}
	key := Folder(id) + "-" + hash(code) + ".zip"
	if b.has(ctx, key) {
		return "s3://" + b.name + "/" + key, nil
	}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	// Not compressed: it does not travel.
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	header.SetMode(0o755)
	file, err := archive.CreateHeader(header)
	if err == nil {
		_, err = file.Write(code)
	}
	if err := errors.Join(err, archive.Close()); err != nil {
		return "", fmt.Errorf("zip %s: %w", id, err)
	}
	return "s3://" + b.name + "/" + key, b.put(ctx, key, packed.Bytes())
}

// template uploads a nested template and returns its TemplateURL.
func (b bucket) template(ctx context.Context, path, text string) (string, error) {
	key := strings.TrimSuffix(filepath.Base(path), ".yaml") + "-" + hash([]byte(text)) + ".yaml"
	return "https://s3." + b.cfg.Region + ".amazonaws.com/" + b.name + "/" + key, b.put(ctx, key, []byte(text))
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}
