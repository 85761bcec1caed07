package main

import (
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

func BenchmarkActs(b *testing.B) {
	p := newPlace(b)
	p.clock.turn(time.Since(p.clock.Now())) // what is measured goes by the real time
	e, err := boot.EnvFrom[environment](p.w.Env("RedemptionFunction"))
	if err != nil {
		b.Fatal(err)
	}
	open := func(cfg aws.Config) lambda.Handler {
		door, err := furnish(e, cfg)
		if err != nil {
			b.Fatal(err)
		}
		return lambda.NewHandler(web.Adapt(door))
	}
	redeem := func(t ticket, code string) []byte {
		return webtest.Event(webtest.Form("/join/redeem", "link", t.link, "code", code, "password", password, "password_again", password))
	}
	for _, act := range []awstest.Act{
		{Name: "open link", Answer: `"statusCode":200`, Prepare: func() []byte {
			return webtest.Event(webtest.Form("/join", "link", p.invite().link))
		}},
		{Name: "wrong code", Answer: `"statusCode":422`, Prepare: func() []byte {
			t := p.invite()
			return redeem(t, other(t.code))
		}},
		{Name: "redeem", Answer: `"statusCode":303`, Prepare: func() []byte {
			t := p.invite()
			return redeem(t, t.code)
		}},
	} {
		p.w.Bench(b, open, act)
	}
}
