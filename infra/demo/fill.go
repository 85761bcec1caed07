package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/account"
	"vestibule/shared/clinic"
	"vestibule/shared/dynamo"
	"vestibule/shared/mail"
	"vestibule/shared/seal"
	"vestibule/shared/session"
	"vestibule/shared/team"
)

// House is the tables that the demo is filled into.
type House struct {
	DB       *dynamo.DB
	Clinics  *clinic.Store
	Teams    *team.Store
	Accounts *account.Store
	Sessions *session.Store
}

// Open opens the tables of a house; table gives the name of a logical id ("ClinicTable").
func Open(cfg aws.Config, table func(logical string) string) House {
	db := dynamo.Open(cfg)
	return House{
		DB: db, Clinics: clinic.Open(db, table("ClinicTable")), Teams: team.Open(db, table("TeamTable")),
		Accounts: account.Open(db, table("AccountTable")), Sessions: session.Open(db, table("SessionTable")),
	}
}

// Fill writes the demo clinics. Who is there already is left as they are.
func (h House) Fill(ctx context.Context, now time.Time) error {
	for _, c := range Clinics {
		if err := h.Add(ctx, c, now); err != nil {
			return err
		}
	}
	return nil
}

// Add writes one clinic with its people. Who is there already is left as they are.
func (h House) Add(ctx context.Context, c Clinic, now time.Time) error {
	hash, err := seal.HashPassword(seal.NewPassword(Password), rand.Reader)
	if err != nil {
		return err
	}
	if err := h.Clinics.Put(ctx, c.Clinic); err != nil {
		return fmt.Errorf("fill in %s: %w", c.Name, err)
	}
	for _, p := range c.People {
		if err := h.place(ctx, c, p, hash, now); err != nil {
			return fmt.Errorf("fill in %s: %w", p.ID, err)
		}
	}
	return nil
}

func (h House) place(ctx context.Context, c Clinic, p Person, hash string, now time.Time) error {
	tx := h.DB.Begin()
	h.Teams.Join(tx, p.Member)
	if p.Mail != "" {
		h.Accounts.Create(tx, account.Account{ID: p.AccountID, Mail: mail.Address(p.Mail), Name: p.Name, Lang: c.Lang, CreatedAt: now}, hash, c.ID)
		if _, err := h.Sessions.Seat(tx, p.seat(), now, rand.Reader); err != nil {
			return err
		}
	}
	if err := tx.Commit(ctx); !errors.Is(err, team.ErrHasAccess) {
		return err
	}
	return nil
}

// SignIn signs a person of the demo in, without the login page.
func (h House) SignIn(ctx context.Context, p Person, now time.Time) (session.Cookie, error) {
	return h.Sessions.Begin(ctx, p.AccountID, p.ClinicID, now, rand.Reader)
}

func (p Person) seat() session.Seat {
	roles := make([]string, len(p.Roles))
	for i, r := range p.Roles {
		roles[i] = string(r)
	}
	return session.Seat{AccountID: p.AccountID, ClinicID: p.ClinicID, MemberID: p.ID, Name: p.Name, Roles: roles}
}
