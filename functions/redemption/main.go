// Command redemption lets an invited person in (manual 000, chapter 3): it opens the mailed link, counts and checks the code that was
// told by another way, and makes or links the account, all in one transaction.
package main

import (
	"crypto/rand"
	"log"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/account"
	"vestibule/shared/audit"
	"vestibule/shared/boot"
	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/invite"
	"vestibule/shared/outbox"
	"vestibule/shared/session"
	"vestibule/shared/team"
	"vestibule/shared/vault"
	"vestibule/shared/web"
)

//go:generate go tool -modfile=../../infra/tools/go.mod oapi-codegen -config oapi.yaml ../../openapi.yaml

type environment struct {
	InviteTable  string `env:"INVITE_TABLE"`
	AccountTable string `env:"ACCOUNT_TABLE"`
	TeamTable    string `env:"TEAM_TABLE"`
	SessionTable string `env:"SESSION_TABLE"`
	ClinicTable  string `env:"CLINIC_TABLE"`
	OutboxTable  string `env:"OUTBOX_TABLE"`
	AuditTable   string `env:"AUDIT_TABLE"`
	CheckKey     string `env:"CHECK_KEY"`
	LetterKey    string `env:"LETTER_KEY"`
}

func furnish(e environment, cfg aws.Config) (http.Handler, error) {
	return open(e, cfg).routes(), nil
}

func open(e environment, cfg aws.Config) *desk {
	db := dynamo.Open(cfg)
	sessions := session.Open(db, e.SessionTable)
	return &desk{
		db: db, now: time.Now, random: rand.Reader,
		invites:  invite.Open(db, e.InviteTable),
		accounts: account.Open(db, e.AccountTable),
		teams:    team.Open(db, e.TeamTable),
		sessions: sessions,
		outbox:   outbox.Open(db, e.OutboxTable, vault.OpenBox(cfg, e.LetterKey)),
		audit:    audit.Open(db, e.AuditTable),
		mac:      vault.OpenMac(cfg, e.CheckKey),
		door:     web.Door{DB: db, Sessions: sessions, Clinics: clinic.Open(db, e.ClinicTable), Now: time.Now},
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
