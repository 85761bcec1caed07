package main

import (
	"fmt"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/awstest"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

func BenchmarkActs(b *testing.B) {
	h := openHouse(b)
	muster := h.clinic("Praxis Dr. Muster")
	people := 0
	h.world.Bench(b, func(cfg aws.Config) lambda.Handler {
		door, err := furnish(h.env, cfg)
		if err != nil {
			b.Fatal(err)
		}
		return lambda.NewHandler(web.Adapt(door))
	}, awstest.Act{
		Name: "login", Answer: `"statusCode":303`,
		Prepare: func() []byte {
			people++
			address := fmt.Sprintf("finn%d@praxis.example", people)
			h.person(address, "Finn Probe", muster)
			return webtest.Event(webtest.Form("/login", "mail", address, "password", password))
		},
	})
}
