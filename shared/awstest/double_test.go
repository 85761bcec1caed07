package awstest

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets this test program also play a test program that only starts a double and ends.
func TestMain(m *testing.M) {
	if os.Getenv("AWSTEST_ONLY_START") == "" {
		os.Exit(m.Run())
	}
	for _, double := range []func() (string, error){ministack, dynamoLocal} {
		url, err := double()
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(url)
	}
}

func startsDoubles(t *testing.T, in string) []string {
	t.Helper()
	program, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Dir = in
	cmd.Env = append(os.Environ(), "AWSTEST_ONLY_START=1", "VESTIBULE_AWS=", "VESTIBULE_DYNAMODB_LOCAL=")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return strings.Split(strings.TrimSpace(string(said)), "\n")
}

func TestDoublesEndWithTheTestProgramThatStartedThem(t *testing.T) {
	urls := startsDoubles(t, ".")
	if len(urls) != 2 {
		t.Fatalf("started %q", urls)
	}
	for _, url := range urls {
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Fatal(url)
		}
		for patience := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			answer, err := http.Get(url)
			if err != nil {
				break
			}
			answer.Body.Close()
			if time.Now().After(patience) {
				t.Fatalf("%s still answers", url)
			}
		}
	}
}

func TestMissingDoublesSayHowToInstallThem(t *testing.T) {
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	said := startsDoubles(t, empty)
	if len(said) != 2 || !strings.Contains(said[0], "run `make venv`") || !strings.Contains(said[1], "run `make dynamodb-local`") {
		t.Errorf("%q", said)
	}
}
