// Command sessions is the door for who has a key already: it signs people in by address and password, lets those who work at several
// clinics walk from one to another, and signs them out, here or everywhere.
package main

import (
	"crypto/rand"
	"log"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/account"
	"vestibule/shared/boot"
	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/seal"
	"vestibule/shared/session"
	"vestibule/shared/web"
)

//go:generate go tool -modfile=../../infra/tools/go.mod oapi-codegen -config oapi.yaml ../../openapi.yaml

type environment struct {
	SessionTable string `env:"SESSION_TABLE"`
	AccountTable string `env:"ACCOUNT_TABLE"`
	ClinicTable  string `env:"CLINIC_TABLE"`
}

func furnish(e environment, cfg aws.Config) (http.Handler, error) {
	return open(e, cfg).routes(), nil
}

func open(e environment, cfg aws.Config) *desk {
	db := dynamo.Open(cfg)
	d := &desk{
		db: db, compare: seal.CheckPassword, now: time.Now, random: rand.Reader,
		accounts: account.Open(db, e.AccountTable),
		sessions: session.Open(db, e.SessionTable),
		clinics:  clinic.Open(db, e.ClinicTable),
	}
	d.door = web.Door{DB: db, Sessions: d.sessions, Clinics: d.clinics, Now: func() time.Time { return d.now() }}
	return d
}

func main() {
	e, err := boot.Env[environment]()
	if err != nil {
		log.Fatal(err)
	}
	h, err := furnish(e, boot.Connect(boot.Config(), "dynamodb"))
	if err != nil {
		log.Fatal(err)
	}
	web.Serve(h)
}
