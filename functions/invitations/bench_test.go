package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/infra/demo"
	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

// bench is the function in real time, with the demo clinics.
type bench struct {
	*testing.B
	env   environment
	world *awstest.World
	house demo.House
	door  http.Handler // for what is done before an act
}

func (b *bench) open(cfg aws.Config) http.Handler {
	door, err := furnish(b.env, cfg)
	if err != nil {
		b.Fatal(err)
	}
	return door
}

// by is a request of somebody who is signed in.
func (b *bench) by(who demo.Person, r *http.Request) *http.Request {
	cookie, err := b.house.SignIn(context.Background(), who, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: web.CookieName, Value: cookie.Value()})
	return r
}

// invite invites somebody new and returns the page of that invitation.
func (b *bench) invite(who demo.Person) string {
	body, err := json.Marshal(map[string]string{"name": "Mia Neumann", "function": "MFA", "mail": strings.ToLower(rand.Text()[:8]) + "@praxis-muster.example", "role": "assistant"})
	if err != nil {
		b.Fatal(err)
	}
	answer := httptest.NewRecorder()
	b.door.ServeHTTP(answer, b.by(who, webtest.JSON(http.MethodPost, "/api/invitations", string(body))))
	var made Invitation
	if err := json.Unmarshal(answer.Body.Bytes(), &made); err != nil || answer.Code != http.StatusCreated {
		b.Fatalf("invite: %d %s", answer.Code, answer.Body)
	}
	return "/invitations/" + made.InviteId
}

func BenchmarkActs(outer *testing.B) {
	b := &bench{B: outer, world: awstest.New(outer)}
	var err error
	if b.env, err = boot.EnvFrom[environment](b.world.Env("InvitationsFunction")); err != nil {
		b.Fatal(err)
	}
	b.house, b.door = demo.Open(b.world.Seed(), b.world.Table), b.open(b.world.Seed())
	if err := b.house.Fill(context.Background(), time.Now()); err != nil {
		b.Fatal(err)
	}
	for range 20 { // in a clinic of their own, so that the list of them stays as long as it is
		b.invite(demo.Ingrid)
	}
	once := func() string { return strings.ToLower(rand.Text()) }
	one := func(act string) func() []byte {
		return func() []byte {
			return webtest.Event(b.by(demo.Caro, webtest.Form(b.invite(demo.Caro)+act, "once", once())))
		}
	}
	for _, act := range []awstest.Act{
		{Name: "authenticated request", Answer: `"statusCode":200`, Prepare: func() []byte {
			return webtest.Event(b.by(demo.Caro, webtest.Get("/invitations/new")))
		}},
		{Name: "invite", Answer: `"statusCode":303`, Prepare: func() []byte {
			return webtest.Event(b.by(demo.Caro, webtest.Form("/invitations", "name", "Mia Neumann", "function", "MFA",
				"mail", strings.ToLower(rand.Text()[:8])+"@praxis-muster.example", "language", "de", "role", "assistant", "once", once())))
		}},
		{Name: "pending list", Answer: `"statusCode":200`, Prepare: func() []byte {
			return webtest.Event(b.by(demo.Ingrid, webtest.Get("/invitations")))
		}},
		{Name: "withdraw", Answer: `"statusCode":303`, Prepare: one("/withdraw")},
		{Name: "resend", Answer: `"statusCode":303`, Prepare: one("/resend")},
		{Name: "reveal", Answer: `"statusCode":200`, Prepare: one("/code")},
	} {
		b.world.Bench(outer, func(cfg aws.Config) lambda.Handler { return lambda.NewHandler(web.Adapt(b.open(cfg))) }, act)
	}
}
