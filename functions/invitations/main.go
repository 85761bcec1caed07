// Command invitations lets staff invite people to their clinic and look after what is pending (manual 000, chapter 2): the table of
// waiting invitations, withdraw, change the address, resend, extend, a new code, and the code for its inviter's eyes.
package main

import (
	"crypto/rand"
	"log"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/audit"
	"vestibule/shared/boot"
	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/invite"
	"vestibule/shared/once"
	"vestibule/shared/outbox"
	"vestibule/shared/session"
	"vestibule/shared/team"
	"vestibule/shared/vault"
	"vestibule/shared/web"
)

//go:generate go tool -modfile=../../infra/tools/go.mod oapi-codegen -config oapi.yaml ../../openapi.yaml

type environment struct {
	InviteTable  string `env:"INVITE_TABLE"`
	TeamTable    string `env:"TEAM_TABLE"`
	ClinicTable  string `env:"CLINIC_TABLE"`
	SessionTable string `env:"SESSION_TABLE"`
	OutboxTable  string `env:"OUTBOX_TABLE"`
	AuditTable   string `env:"AUDIT_TABLE"`
	OnceTable    string `env:"ONCE_TABLE"`
	CodeKey      string `env:"CODE_KEY"`
	CheckKey     string `env:"CHECK_KEY"`
	LetterKey    string `env:"LETTER_KEY"`
}

func furnish(e environment, cfg aws.Config) (http.Handler, error) {
	return open(e, cfg).routes(), nil
}

func open(e environment, cfg aws.Config) *desk {
	db := dynamo.Open(cfg)
	return &desk{
		db: db, now: time.Now, random: rand.Reader,
		invites: invite.Open(db, e.InviteTable),
		teams:   team.Open(db, e.TeamTable),
		outbox:  outbox.Open(db, e.OutboxTable, vault.OpenBox(cfg, e.LetterKey)),
		audit:   audit.Open(db, e.AuditTable),
		once:    once.Open(db, e.OnceTable),
		codes:   invite.Codes{Mac: vault.OpenMac(cfg, e.CheckKey), Box: vault.OpenBox(cfg, e.CodeKey)},
		door: web.Door{
			DB: db, Sessions: session.Open(db, e.SessionTable), Clinics: clinic.Open(db, e.ClinicTable), Now: time.Now,
		},
	}
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
