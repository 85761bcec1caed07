// Package sam reads template.yaml: the functions, tables, keys and queues of an installation, and what the functions may do.
//
// It reads only. Values that depend on where the template is used (!Ref, !GetAtt, !Sub, !If ...) stay as they are written until
// somebody resolves them with a Lookup.
package sam

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"gopkg.in/yaml.v3"
)

// Template is a SAM template. Everything stands in the order of the file.
type Template struct {
	Parameters []Parameter
	Resources  []Resource // all of them, those below too
	Functions  []Function
	Tables     []Table
	Keys       []Key
	Queues     []Queue
	Outputs    []Output

	conditions map[string]*yaml.Node
}

// Parameter is what is chosen at deployment.
type Parameter struct {
	ID            string
	Type          string
	Default       string
	HasDefault    bool
	AllowedValues []string
}

// Resource is one entry under Resources, of any type.
type Resource struct {
	ID         string
	Type       string
	Comment    string // the comment right above the entry, without its # signs
	Line       int
	Properties Value
	entry      *yaml.Node
}

// Function is an AWS::Serverless::Function with the Globals worked in.
type Function struct {
	Resource
	CodeURI       string
	Handler       string
	Runtime       string
	Architectures []string
	MemorySize    int
	Timeout       int
	BuildMethod   string
	Environment   map[string]Value
	Statements    []Statement
	PolicyNames   []string // managed policies and SAM policy templates named instead of written out
	Events        []Event
}

// Statement is one statement of a function's policies.
type Statement struct {
	Sid       string
	Effect    string
	Actions   []string
	Resources []Value
	Condition Value
	Line      int
}

// Event is what calls a function. Method and Path are set for an HttpApi, Source for a stream or a queue.
type Event struct {
	ID         string
	Type       string
	Method     string
	Path       string
	Source     Value
	Properties Value
	Line       int
}

// Table is an AWS::DynamoDB::Table.
type Table struct {
	Resource
	Partition  string
	Sort       string            // empty when the key has one part
	Attributes map[string]string // attribute definitions: name to S, N or B
	TTL        string            // the attribute, empty without one
	Stream     string            // StreamViewType, empty without a stream
	Indexes    []Index           // global secondary indexes
}

// Index is a global secondary index of a table.
type Index struct {
	Name             string
	Partition        string
	Sort             string
	Projection       string // ALL, KEYS_ONLY, INCLUDE
	NonKeyAttributes []string
}

// Key is an AWS::KMS::Key.
type Key struct {
	Resource
	Spec  string // SYMMETRIC_DEFAULT, HMAC_256 ...
	Usage string // ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC
}

// Queue is an AWS::SQS::Queue.
type Queue struct {
	Resource
	Dead            Value // the arn of the dead-letter queue; absent without one
	MaxReceiveCount int
}

// Output is an entry under Outputs.
type Output struct {
	ID    string
	Value Value
}

// Load reads a template file.
func Load(path string) (*Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	t, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Parse reads the text of a template.
func Parse(text []byte) (*Template, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, errors.New("an empty template")
	}
	root := document.Content[0]
	t := &Template{conditions: map[string]*yaml.Node{}}
	for id, node := range entries(child(root, "Parameters")) {
		var p struct {
			Type          string
			Default       *string  `yaml:"Default"`
			AllowedValues []string `yaml:"AllowedValues"`
		}
		if err := decode(node, &p); err != nil {
			return nil, fmt.Errorf("parameter %s: %w", id.Value, err)
		}
		parameter := Parameter{ID: id.Value, Type: p.Type, AllowedValues: p.AllowedValues, HasDefault: p.Default != nil}
		if p.Default != nil {
			parameter.Default = *p.Default
		}
		t.Parameters = append(t.Parameters, parameter)
	}
	for id, node := range entries(child(root, "Conditions")) {
		t.conditions[id.Value] = node
	}
	globals := child(root, "Globals", "Function")
	for id, node := range entries(child(root, "Resources")) {
		if err := t.resource(id, node, globals); err != nil {
			return nil, fmt.Errorf("%s (line %d): %w", id.Value, id.Line, err)
		}
	}
	for id, node := range entries(child(root, "Outputs")) {
		t.Outputs = append(t.Outputs, Output{ID: id.Value, Value: t.value(child(node, "Value"))})
	}
	return t, nil
}

func (t *Template) resource(id, node, globals *yaml.Node) error {
	r := Resource{
		ID: id.Value, Type: text(child(node, "Type")), Line: id.Line, Comment: comment(id),
		Properties: t.value(child(node, "Properties")), entry: node,
	}
	t.Resources = append(t.Resources, r)
	switch r.Type {
	case "AWS::Serverless::Function":
		f, err := t.function(r, globals)
		if err != nil {
			return err
		}
		t.Functions = append(t.Functions, f)
	case "AWS::DynamoDB::Table":
		table, err := t.table(r)
		if err != nil {
			return err
		}
		t.Tables = append(t.Tables, table)
	case "AWS::KMS::Key":
		key := Key{Resource: r, Spec: "SYMMETRIC_DEFAULT", Usage: "ENCRYPT_DECRYPT"}
		if spec := child(r.Properties.node, "KeySpec"); spec != nil {
			key.Spec = spec.Value
		}
		if usage := child(r.Properties.node, "KeyUsage"); usage != nil {
			key.Usage = usage.Value
		}
		t.Keys = append(t.Keys, key)
	case "AWS::SQS::Queue":
		queue := Queue{Resource: r, Dead: t.value(child(r.Properties.node, "RedrivePolicy", "deadLetterTargetArn"))}
		if count := child(r.Properties.node, "RedrivePolicy", "maxReceiveCount"); count != nil {
			if err := count.Decode(&queue.MaxReceiveCount); err != nil {
				return err
			}
		}
		t.Queues = append(t.Queues, queue)
	}
	return nil
}

func (t *Template) table(r Resource) (Table, error) {
	table := Table{
		Resource: r, Attributes: map[string]string{},
		TTL:    text(child(r.Properties.node, "TimeToLiveSpecification", "AttributeName")),
		Stream: text(child(r.Properties.node, "StreamSpecification", "StreamViewType")),
	}
	var keys keySchema
	if err := decode(child(r.Properties.node, "KeySchema"), &keys); err != nil {
		return table, fmt.Errorf("KeySchema: %w", err)
	}
	table.Partition, table.Sort = keys.parts()
	var attributes []struct {
		Name string `yaml:"AttributeName"`
		Type string `yaml:"AttributeType"`
	}
	if err := decode(child(r.Properties.node, "AttributeDefinitions"), &attributes); err != nil {
		return table, fmt.Errorf("AttributeDefinitions: %w", err)
	}
	for _, a := range attributes {
		table.Attributes[a.Name] = a.Type
	}
	var indexes []struct {
		Name       string    `yaml:"IndexName"`
		Keys       keySchema `yaml:"KeySchema"`
		Projection struct {
			Type       string   `yaml:"ProjectionType"`
			Attributes []string `yaml:"NonKeyAttributes"`
		} `yaml:"Projection"`
	}
	if err := decode(child(r.Properties.node, "GlobalSecondaryIndexes"), &indexes); err != nil {
		return table, fmt.Errorf("GlobalSecondaryIndexes: %w", err)
	}
	for _, i := range indexes {
		index := Index{Name: i.Name, Projection: i.Projection.Type, NonKeyAttributes: i.Projection.Attributes}
		index.Partition, index.Sort = i.Keys.parts()
		table.Indexes = append(table.Indexes, index)
	}
	return table, nil
}

type keySchema []struct {
	Name string `yaml:"AttributeName"`
	Type string `yaml:"KeyType"`
}

func (k keySchema) parts() (partition, sort string) {
	for _, key := range k {
		if key.Type == "HASH" {
			partition = key.Name
		} else {
			sort = key.Name
		}
	}
	return partition, sort
}

// Function returns a function by its logical id.
func (t *Template) Function(id string) (Function, bool) {
	return find(t.Functions, func(f Function) bool { return f.ID == id })
}

// Table returns a table by its logical id.
func (t *Template) Table(id string) (Table, bool) {
	return find(t.Tables, func(table Table) bool { return table.ID == id })
}

// Key returns a key by its logical id.
func (t *Template) Key(id string) (Key, bool) {
	return find(t.Keys, func(key Key) bool { return key.ID == id })
}

// Queue returns a queue by its logical id.
func (t *Template) Queue(id string) (Queue, bool) {
	return find(t.Queues, func(queue Queue) bool { return queue.ID == id })
}

// Resource returns any resource by its logical id.
func (t *Template) Resource(id string) (Resource, bool) {
	return find(t.Resources, func(r Resource) bool { return r.ID == id })
}

// Defaults returns the parameters that have a default.
func (t *Template) Defaults() map[string]string {
	defaults := map[string]string{}
	for _, p := range t.Parameters {
		if p.HasDefault {
			defaults[p.ID] = p.Default
		}
	}
	return defaults
}

func find[T any](in []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(in, is); i >= 0 {
		return in[i], true
	}
	var none T
	return none, false
}
