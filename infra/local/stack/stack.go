// Package stack brings template.yaml into the double of AWS as a deployment would: functions built and zipped, zips in a bucket, a
// change set created and executed. What is deployed already is left as it is.
package stack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/infra/template/sam"
)

// Name is what the stack is called in the double.
const Name = "vestibule"

// Options of a deployment.
type Options struct {
	AWS        aws.Config
	Template   string                       // path of template.yaml
	Binary     func(function string) string // path of a function's binary
	Parameters map[string]string
}

// Stack is a deployed template.
type Stack struct {
	Changed   bool // something was deployed now
	names     map[string]string
	variables map[string][]string
}

// Deploy deploys the template unless the stack is the same already.
func Deploy(ctx context.Context, options Options) (*Stack, error) {
	template, err := sam.Load(options.Template)
	if err != nil {
		return nil, err
	}
	c := client{options.AWS}
	store := bucket{c, "vestibule-code"}
	if err := store.open(ctx); err != nil {
		return nil, err
	}
	places := map[string]string{}
	for _, f := range template.Functions {
		if places[f.ID], err = store.function(ctx, f.ID, options.Binary(f.ID)); err != nil {
			return nil, err
		}
	}
	text, err := adapt(ctx, options.Template, places, store)
	if err != nil {
		return nil, err
	}
	s := &Stack{}
	if s.Changed, err = c.bring(ctx, text, options.Parameters); err != nil {
		return nil, err
	}
	if s.names, err = c.resources(ctx); err != nil {
		return nil, err
	}
	s.variables = map[string][]string{}
	for _, f := range template.Functions {
		if s.variables[f.ID], err = c.variables(ctx, s.names[f.ID]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Name is the physical id of a resource by its logical one: the name of a table, the url of a queue, the id of a key.
func (s *Stack) Name(id string) string { return s.names[id] }

// Variables are the environment variables of a function as they were deployed.
func (s *Stack) Variables(function string) []string { return slices.Clone(s.variables[function]) }

// fingerprint tells two deployments apart.
func fingerprint(template string, parameters map[string]string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", template)
	for _, name := range sorted(parameters) {
		fmt.Fprintf(h, "%q=%q", name, parameters[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func sorted(all map[string]string) []string {
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Folder is the folder under functions/ and the name of the binary of a function: RedemptionFunction lives in functions/redemption.
func Folder(function string) string { return strings.ToLower(strings.TrimSuffix(function, "Function")) }

func read(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return text, nil
}
