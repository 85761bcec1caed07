// Package site is the whole house on one machine: the double of AWS with the deployed template, the functions behind their gateway, and
// a mail provider that only notes what it would send. Everything listens on loopback. `make run` brings it up, and so do the stories.
package site

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/infra/local/gateway"
	"vestibule/infra/local/ministack"
	"vestibule/infra/local/stack"
	"vestibule/shared/post/posttest"
)

// Options of a site.
type Options struct {
	Root    string       // the repository
	Dir     string       // keeps the state of AWS, the mails, the binaries and the logs
	Port    int          // of the house, 0 for a free one
	AWSPort int          // of the double of AWS, 0 for a free one
	Say     func(string) // told what is going on; nil for silence
}

// Site is up.
type Site struct {
	Origin  string // where people reach it
	AWS     aws.Config
	Stack   *stack.Stack
	Gateway *gateway.Gateway
	Post    *posttest.SES // sends nothing, notes everything

	options Options
	double  *ministack.Server
	old     []posttest.Mail // of earlier runs
	logs    logs
	down    func() error
}

// Up brings everything up and warms the functions, so that one that cannot start is known at once.
func Up(ctx context.Context, options Options) (_ *Site, err error) {
	if options.Say == nil {
		options.Say = func(string) {}
	}
	if options.Port, err = portOr(options.Port); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(options.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for the state: %w", err)
	}
	s := &Site{Origin: fmt.Sprintf("http://localhost:%d", options.Port), options: options, logs: logs{dir: options.Dir}}
	s.down = sync.OnceValue(s.stop)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Down())
		}
	}()
	binary, err := s.prepare(ctx)
	if err != nil {
		return nil, err
	}
	s.AWS = s.double.Config()
	if s.Stack, err = stack.Deploy(ctx, stack.Options{
		AWS: s.AWS, Template: filepath.Join(options.Root, "template.yaml"), Binary: binary,
		Parameters: map[string]string{"Stage": "local", "Origin": s.Origin},
	}); err != nil {
		return nil, fmt.Errorf("deploy template.yaml: %w", err)
	}
	if s.Stack.Changed {
		options.Say("deployed template.yaml into the local AWS")
	}
	if err := s.openPost(); err != nil {
		return nil, err
	}
	if s.Gateway, err = gateway.Start(ctx, gateway.Options{
		Template: filepath.Join(options.Root, "template.yaml"),
		Addr:     fmt.Sprintf("127.0.0.1:%d", options.Port),
		Env:      s.variables,
		Binary:   binary,
		Log:      s.logs.of,
		Died: func(function string, why error) {
			options.Say(fmt.Sprintf("%v; it is started again when it is needed, see %s", why, s.logs.path(function)))
		},
		Sources: &gateway.Sources{AWS: s.AWS, Name: s.Stack.Name},
	}); err != nil {
		return nil, err
	}
	if err := s.Gateway.Warm(ctx); err != nil {
		return nil, fmt.Errorf("%w (what they say is in %s)", err, options.Dir)
	}
	return s, nil
}

// prepare builds the functions while the double of AWS starts.
func (s *Site) prepare(ctx context.Context) (binary func(string) string, err error) {
	var building sync.WaitGroup
	var failed error
	building.Go(func() {
		binary, failed = stack.Build(ctx, s.options.Root, filepath.Join(s.options.Dir, "bin"))
	})
	python, err := ministack.Prepare(ctx, s.options.Root, s.options.Say)
	if err == nil {
		var log *os.File
		if log, err = s.logs.open("aws"); err == nil {
			s.double, err = ministack.Start(ctx, ministack.Options{
				Python: python, Port: s.options.AWSPort, Dir: filepath.Join(s.options.Dir, "aws"), Log: log,
			})
		}
	}
	building.Wait()
	return binary, errors.Join(err, failed)
}

// variables are the environment of a function: what the template gives it, and what Lambda and this machine add.
func (s *Site) variables(function string) []string {
	return append(s.Stack.Variables(function),
		"AWS_REGION="+ministack.Region, "AWS_DEFAULT_REGION="+ministack.Region,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_ENDPOINT_URL="+s.double.URL(), "AWS_ENDPOINT_URL_SES="+s.Post.URL(),
	)
}

// Ended is closed when the double of AWS is gone, and the site with it.
func (s *Site) Ended() <-chan struct{} { return s.double.Ended() }

// Down stops everything in order: requests and letters on their way are finished, then the state is saved.
func (s *Site) Down() error { return s.down() }

func (s *Site) stop() error {
	var all []error
	if s.Gateway != nil {
		all = append(all, s.Gateway.Close())
	}
	if s.Post != nil {
		all = append(all, s.closePost())
	}
	if s.double != nil {
		all = append(all, s.double.Stop())
	}
	s.logs.close()
	return errors.Join(all...)
}
