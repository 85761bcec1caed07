package gateway_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"vestibule/infra/local/gateway"
)

func TestWhatSurroundsAnInvocation(t *testing.T) {
	t.Parallel()
	g := echo(t, nil)
	_, body := get(t, g.URL()+"/around")
	var around struct {
		ID, Arn string
		Left    float64
		Env     []string
	}
	if err := json.Unmarshal([]byte(body), &around); err != nil {
		t.Fatal(err)
	}
	if len(around.ID) != 36 || !strings.HasSuffix(around.Arn, ":EchoFunction") {
		t.Errorf("got the request id %q and the function %q", around.ID, around.Arn)
	}
	if around.Left < 0.5 || around.Left > 1 {
		t.Errorf("got %.2f s until the deadline, want nearly the second that the template gives", around.Left)
	}
	if !slices.Contains(around.Env, "COLOUR=green") || !slices.Contains(around.Env, "AWS_LAMBDA_FUNCTION_NAME=EchoFunction") {
		t.Errorf("the environment lacks its variables: %q", around.Env)
	}
	for _, variable := range around.Env {
		if strings.HasPrefix(variable, "HOME=") || strings.HasPrefix(variable, "GO") {
			t.Errorf("the developer's environment reaches the function: %s", variable)
		}
	}
}

func TestCrashIsAnInternalErrorAndTheNextRequestIsServed(t *testing.T) {
	t.Parallel()
	var log paper
	g := echo(t, func(o *gateway.Options) { o.Log = func(string) io.Writer { return &log } })
	_, before := get(t, g.URL()+"/who")
	response, body := get(t, g.URL()+"/crash")
	if response.StatusCode != http.StatusInternalServerError {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	response, after := get(t, g.URL()+"/who")
	if response.StatusCode != http.StatusOK || after == before {
		t.Errorf("after the crash: got %d from process %s, it was %s before", response.StatusCode, after, before)
	}
	if said := log.String(); !strings.Contains(said, "about to crash") || !strings.Contains(said, "exit status 3") {
		t.Errorf("the log lacks the function's words or its end: %s", said)
	}
}

func TestKilledProcessIsReplaced(t *testing.T) {
	t.Parallel()
	g := echo(t, nil)
	if err := g.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, pid := range g.Pids("EchoFunction") {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	for len(g.Pids("EchoFunction")) > 0 {
		time.Sleep(time.Millisecond)
	}
	if response, body := get(t, g.URL()+"/who"); response.StatusCode != http.StatusOK {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
}

func TestTooSlowIsAnInternalErrorAtTheFunctionsTimeout(t *testing.T) {
	t.Parallel()
	g := echo(t, nil)
	begun := time.Now()
	response, body := get(t, g.URL()+"/sleep")
	if response.StatusCode != http.StatusInternalServerError {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	if took := time.Since(begun); took < time.Second || took > 3*time.Second {
		t.Errorf("answered after %v, the function has one second", took)
	}
	if response, body := get(t, g.URL()+"/who"); response.StatusCode != http.StatusOK {
		t.Errorf("afterwards: got %d %s", response.StatusCode, body)
	}
}

func TestManyAtOnceShareFewProcesses(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	cold := 0
	g := echo(t, func(o *gateway.Options) {
		o.Processes = 3
		o.Served = func(_ string, d gateway.Invocation) {
			mu.Lock()
			defer mu.Unlock()
			if d.Cold {
				cold++
			}
		}
	})
	var all sync.WaitGroup
	pids := map[string]bool{}
	for range 64 {
		all.Go(func() {
			response, err := http.Get(g.URL() + "/who")
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != http.StatusOK {
				t.Errorf("got %d %s %v", response.StatusCode, body, err)
			}
			mu.Lock()
			defer mu.Unlock()
			pids[string(body)] = true
		})
	}
	all.Wait()
	if len(pids) != 3 || cold != 3 {
		t.Errorf("64 requests were served by %d processes (%d cold starts), want 3", len(pids), cold)
	}
}

func TestFunctionThatDoesNotStartSaysSo(t *testing.T) {
	t.Parallel()
	var log paper
	g := echo(t, func(o *gateway.Options) {
		o.Env = func(string) []string { return []string{"BROKEN=yes"} }
		o.Log = func(string) io.Writer { return &log }
	})
	var failed gateway.FunctionError
	if err := g.Warm(t.Context()); !errors.As(err, &failed) || failed.Function != "EchoFunction" {
		t.Errorf("got %v", err)
	}
	if response, body := get(t, g.URL()+"/who"); response.StatusCode != http.StatusInternalServerError {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	if !strings.Contains(log.String(), "this one does not start") {
		t.Errorf("the log lacks the function's words: %s", log.String())
	}
}

func TestCloseEndsAllProcesses(t *testing.T) {
	t.Parallel()
	g := echo(t, nil)
	get(t, g.URL()+"/who")
	pids := g.Pids("EchoFunction")
	if len(pids) != 1 {
		t.Fatalf("got %d processes, want 1", len(pids))
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pids[0], 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d is still there", pids[0])
	}
}
