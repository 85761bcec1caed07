package demo

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/account"
	"vestibule/shared/awstest"
	"vestibule/shared/id"
	"vestibule/shared/mail"
	"vestibule/shared/seal"
)

func TestDemoIsMadeOfWhatTheHouseAccepts(t *testing.T) {
	t.Parallel()
	for _, c := range Clinics {
		if _, err := id.Parse[id.ClinicID](string(c.ID)); err != nil {
			t.Errorf("%s: its id: %v", c.Name, err)
		}
		if _, err := c.Location(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		for _, p := range c.People {
			if _, err := id.Parse[id.MemberID](string(p.ID)); err != nil {
				t.Errorf("%s: member id: %v", p.Name, err)
			}
			if p.Mail == "" {
				continue
			}
			a, err := mail.Parse(p.Mail)
			if err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
			if err := account.CheckPassword(seal.NewPassword(Password), a, p.Name); err != nil {
				t.Errorf("%s: the demo's password: %v", p.Name, err)
			}
		}
	}
}

func TestFillingInTwiceIsFillingInOnce(t *testing.T) {
	t.Parallel()
	w := awstest.New(t)
	house := Open(w.Seed(), w.Table)
	ctx := context.Background()
	if err := house.Fill(ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	before := w.Dump(ctx)
	if err := house.Fill(ctx, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, w.Dump(ctx)); diff != "" {
		t.Errorf("the second filling changed something:\n%s", diff)
	}
	if _, err := house.SignIn(ctx, Caro, time.Now()); err != nil {
		t.Errorf("sign in: %v", err)
	}
}
