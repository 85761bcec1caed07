// Package ministack runs the double of AWS: a Python program that holds tables, keys, queues and a stack of template.yaml in memory,
// and on disk between runs.
package ministack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Region is where everything of the double is. It keeps regions apart, so that another one looks empty.
const Region = "eu-central-1"

// Options of a double.
type Options struct {
	Python string    // of the environment that Prepare made
	Port   int       // 0 for a free one
	Dir    string    // where it keeps its state between runs
	Log    io.Writer // what it says
}

// Server is a running double.
type Server struct {
	port    int
	command *exec.Cmd
	leash   io.Closer
	ended   chan struct{}
	reason  error
}

// A shell holds the program on a leash: it tells it to save its state and stop when the pipe from this process closes, however this
// process ends. The program's own end ends the shell.
const leash = `exec 3<&0; "$@" </dev/null & child=$!; (cat <&3; kill -TERM $child) >/dev/null 2>&1 & exec 3<&-; wait $child`

// Start returns when the double answers.
func Start(ctx context.Context, options Options) (*Server, error) {
	port := options.Port
	if port == 0 {
		free, err := freePort()
		if err != nil {
			return nil, err
		}
		port = free
	}
	temp := filepath.Join(options.Dir, "tmp")
	if err := os.MkdirAll(temp, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of the double: %w", err)
	}
	s := &Server{port: port, ended: make(chan struct{})}
	s.command = exec.Command("sh", "-c", leash, "ministack", options.Python, "-m", "ministack")
	s.command.Env = append(os.Environ(),
		"GATEWAY_PORT="+strconv.Itoa(port), "BIND_HOST=127.0.0.1", "MINISTACK_HOST=127.0.0.1",
		"AWS_ENDPOINT_URL="+s.URL(), // a function that the double runs by itself would call the real AWS otherwise
		"MINISTACK_REGION="+Region, "AWS_DEFAULT_REGION="+Region, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"PERSIST_STATE=1", "STATE_DIR="+filepath.Join(options.Dir, "state"), "S3_PERSIST=1", "S3_DATA_DIR="+filepath.Join(options.Dir, "s3"),
		"SFTP_ENABLED=0", "IOT_MTLS_ENABLED=0", "DOCKER_HOST=unix:///nonexistent", "LOG_LEVEL=WARNING", "TMPDIR="+temp)
	s.command.Stdout, s.command.Stderr = options.Log, options.Log
	s.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us: the double must outlive the gateway
	pipe, err := s.command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the double of AWS: %w", err)
	}
	s.leash = pipe
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("start the double of AWS: %w", err)
	}
	go func() {
		s.reason = s.command.Wait()
		close(s.ended)
	}()
	if err := s.wait(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Server) wait(ctx context.Context) error {
	patience, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(patience, http.MethodGet, s.URL()+"/_ministack/health", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-patience.Done():
			return fmt.Errorf("wait for the double of AWS on port %d: %w", s.port, patience.Err())
		case <-s.ended:
			return fmt.Errorf("the double of AWS did not start: %w", s.Reason())
		case <-time.After(25 * time.Millisecond):
		}
	}
}

// URL is the address of the double.
func (s *Server) URL() string { return "http://127.0.0.1:" + strconv.Itoa(s.port) }

// Config is an AWS configuration for the double.
func (s *Server) Config() aws.Config {
	return aws.Config{
		Region: Region, BaseEndpoint: aws.String(s.URL()),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}
}

// Ended is closed when the double is gone.
func (s *Server) Ended() <-chan struct{} { return s.ended }

// Reason tells how the double went. Ask only when Ended is closed.
func (s *Server) Reason() error {
	if s.reason == nil {
		return errors.New("it ended by itself")
	}
	return s.reason
}

// Stop lets the double save its state and end.
func (s *Server) Stop() error {
	s.leash.Close()
	select {
	case <-s.ended:
		return nil
	case <-time.After(15 * time.Second):
		// The group has the same number as the shell that leads it.
		syscall.Kill(-s.command.Process.Pid, syscall.SIGKILL)
		<-s.ended
		return errors.New("the double of AWS did not stop within 15 seconds: what it held since the last clean stop is lost")
	}
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
