// Package template holds template.yaml and the code together by tests. What a function may touch stands in four places: its imports, its
// environment struct, its variables in the template and its IAM statements; what it answers stands in openapi.yaml, in its routes and in
// the template's. A test compares each with the next; shared/awstest compares the statements with the calls that were really made.
package template
