// Command local runs the whole house on one machine: `make run` starts it, Ctrl-C ends it, and what was done in it is there the next
// time. FRESH=1 starts over; PORT, TOOLS_PORT and AWS_PORT choose other ports.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"vestibule/infra/local/site"
	"vestibule/infra/local/tools"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "\nmake run:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	set, err := readSettings()
	if err != nil {
		return err
	}
	if err := set.check(); err != nil {
		return err
	}
	begun := time.Now()
	say("starting; the first time takes a minute or two")
	s, err := site.Up(ctx, site.Options{Root: set.root, Dir: set.dir, Port: set.port, AWSPort: set.awsPort, Say: say})
	if err != nil {
		if ctx.Err() != nil {
			return nil // stopped while starting
		}
		return err
	}
	defer func() {
		say("stopping")
		err = errors.Join(err, s.Down())
	}()
	logins, err := seed(ctx, s)
	if err != nil {
		return fmt.Errorf("fill the demo clinics: %w", err)
	}
	access := append(set.pages(s), logins...)
	page := &http.Server{
		Addr:              fmt.Sprintf("127.0.0.1:%d", set.toolsPort),
		Handler:           tools.Handler(tools.Source{Access: access, Mails: s.Mails, Post: s.Post}),
		ReadHeaderTimeout: 10 * time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- page.ListenAndServe() }()
	defer page.Close()
	print(os.Stdout, access)
	say(fmt.Sprintf("ready after %.1f s; Ctrl-C stops it", time.Since(begun).Seconds()))
	select {
	case <-ctx.Done():
		stop() // a second Ctrl-C ends at once
		return nil
	case err := <-failed:
		return fmt.Errorf("the tools page: %w", err)
	case <-s.Ended():
		return fmt.Errorf("the local AWS has ended: see %s", set.log("aws"))
	}
}

func say(text string) { fmt.Println("·", text) }
