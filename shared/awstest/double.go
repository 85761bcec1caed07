package awstest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

var ministack = sync.OnceValues(func() (string, error) {
	if url := os.Getenv("VESTIBULE_AWS"); url != "" {
		return url, nil
	}
	root, err := root()
	if err != nil {
		return "", err
	}
	python := filepath.Join(root, ".venv", "run", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		return "", fmt.Errorf("the AWS double is not installed (%s is missing): run `make venv`", filepath.Join(".venv", "run"))
	}
	return start("ministack", func(port, dir string) *exec.Cmd {
		cmd := tied(dir, python, "-m", "ministack")
		cmd.Env = append(os.Environ(),
			"GATEWAY_PORT="+port, "BIND_HOST=127.0.0.1", "MINISTACK_HOST=127.0.0.1", "AWS_ENDPOINT_URL=http://127.0.0.1:"+port,
			"MINISTACK_REGION="+region, "AWS_DEFAULT_REGION="+region, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
			"SFTP_ENABLED=0", "IOT_MTLS_ENABLED=0", "DOCKER_HOST=unix:///nonexistent", "LOG_LEVEL=WARNING", "TMPDIR="+dir)
		return cmd
	})
})

var dynamoLocal = sync.OnceValues(func() (string, error) {
	if url := os.Getenv("VESTIBULE_DYNAMODB_LOCAL"); url != "" {
		return url, nil
	}
	root, err := root()
	if err != nil {
		return "", err
	}
	jars := filepath.Join(root, ".local", "dynamodb-local")
	if found, _ := filepath.Glob(filepath.Join(jars, "DynamoDBLocal-*.jar")); len(found) == 0 {
		return "", fmt.Errorf("DynamoDB Local is not installed (%s is empty): run `make dynamodb-local`", filepath.Join(".local", "dynamodb-local"))
	}
	return start("DynamoDB Local", func(port, dir string) *exec.Cmd {
		cmd := tied(dir, "java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.library.path="+jars, "-cp", filepath.Join(jars, "*"),
			"software.amazon.dynamodb.services.local.main.ServerRunner", "-inMemory", "-disableTelemetry", "-port", port)
		cmd.Env = append(os.Environ(), "TMPDIR="+dir)
		return cmd
	})
})

// tied makes a command that ends when this process ends, in whatever way: it is watched by a shell that reads from a pipe which only
// this process holds open. The directory goes with it.
func tied(dir, name string, args ...string) *exec.Cmd {
	const watch = `dir=$1; shift; "$@" </dev/null & child=$!; cat >/dev/null; kill -9 $child; wait $child 2>/dev/null; rm -rf "$dir"`
	cmd := exec.Command("sh", append([]string{"-c", watch, "tied", dir, name}, args...)...)
	// Ctrl-C goes to a whole group. In a group of its own the shell outlives it and can do its work.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// held keeps the pipes to the doubles open as long as this process lives.
var held struct {
	sync.Mutex
	pipes []io.Closer
}

// start runs a double on a free port and waits until it answers HTTP.
func start(name string, command func(port, dir string) *exec.Cmd) (string, error) {
	dir, err := os.MkdirTemp("", "vestibule-double-")
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	said, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", err
	}
	cmd := command(port, dir)
	cmd.Stdout, cmd.Stderr = said, said
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", name, err)
	}
	held.Lock()
	held.pipes = append(held.pipes, pipe)
	held.Unlock()
	url := "http://127.0.0.1:" + port
	for patience := time.Now().Add(30 * time.Second); time.Now().Before(patience); time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get(url)
		if err == nil {
			answer.Body.Close()
			return url, nil
		}
	}
	log, _ := os.ReadFile(said.Name())
	return "", fmt.Errorf("%s did not answer on port %s; it said:\n%s", name, port, log)
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
}

// root is the folder of go.mod, where template.yaml and the installed doubles are.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", fmt.Errorf("no go.mod above the test's folder")
		}
		dir = above
	}
}
