// Package awstest gives a test a world of its own: fresh tables and queues and the keys of template.yaml, on an AWS double on this
// machine. It keeps book of the AWS calls made in that world, can make any of them fail, and compares the book with what the template
// allows the function.
//
//	w := awstest.New(t)
//	handler, err := furnish(environment, w.Config())
//
// Tables, keys and queues are made when they are first asked for and dropped when the test ends. Tables have no TTL here: tests bring
// their own clock, and the double would delete by its own.
//
// Two doubles are in use. Everything runs against ministack; Each runs a test a second time with Amazon's DynamoDB Local for the
// tables, which is stricter about names and expressions. VESTIBULE_AWS and VESTIBULE_DYNAMODB_LOCAL name running ones; without them
// a test program starts its own and they end with it.
package awstest
