// Command team shows the people of the own practice (manual 000, chapter 1): who works here, as what, and whether they have a login of
// their own.
package main

import (
	"log"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/boot"
	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/session"
	"vestibule/shared/team"
	"vestibule/shared/web"
)

//go:generate go tool -modfile=../../infra/tools/go.mod oapi-codegen -config oapi.yaml ../../openapi.yaml

type environment struct {
	TeamTable    string `env:"TEAM_TABLE"`
	SessionTable string `env:"SESSION_TABLE"`
	ClinicTable  string `env:"CLINIC_TABLE"`
}

func furnish(e environment, cfg aws.Config) (http.Handler, error) {
	db := dynamo.Open(cfg)
	d := &desk{
		door: web.Door{
			DB: db, Sessions: session.Open(db, e.SessionTable), Clinics: clinic.Open(db, e.ClinicTable), Now: time.Now,
		},
		teams: team.Open(db, e.TeamTable),
	}
	return d.routes(), nil
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
