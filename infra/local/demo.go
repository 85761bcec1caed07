package main

import (
	"context"
	"time"

	"vestibule/infra/demo"
	"vestibule/infra/local/site"
	"vestibule/infra/local/tools"
)

// seed fills the demo clinics, unless they are there from an earlier run, and returns who can sign in.
func seed(ctx context.Context, s *site.Site) ([]tools.Row, error) {
	if err := demo.Open(s.AWS, s.Stack.Name).Fill(ctx, time.Now()); err != nil {
		return nil, err
	}
	var logins []tools.Row
	for _, c := range demo.Clinics {
		for _, p := range c.People {
			row := tools.Row{Group: "Logins: " + c.Name, What: p.Name + " (" + p.Function + ")", Login: p.Mail, Password: demo.Password}
			if p.Mail == "" {
				row.Login, row.Password = "no login yet: send an invitation", ""
			}
			logins = append(logins, row)
		}
	}
	return logins, nil
}
