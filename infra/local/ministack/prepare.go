package ministack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Prepare installs the double into .venv/run of the repository, pinned by infra/tools/requirements.txt, unless it is there already.
// It returns the Python to start it with.
func Prepare(ctx context.Context, root string, say func(string)) (string, error) {
	requirements := filepath.Join(root, "infra", "tools", "requirements.txt")
	list, err := os.ReadFile(requirements)
	if err != nil {
		return "", fmt.Errorf("read what the local AWS needs: %w", err)
	}
	sum := sha256.Sum256(list)
	home := filepath.Join(root, ".venv", "run")
	python := filepath.Join(home, "bin", "python")
	stamp := filepath.Join(home, "installed")
	if installed, err := os.ReadFile(stamp); err == nil && string(installed) == hex.EncodeToString(sum[:]) {
		return python, nil
	}
	say("installing the local AWS into .venv/run (once, some ten seconds)")
	if _, err := os.Stat(python); err != nil {
		base, err := findPython(ctx)
		if err != nil {
			return "", err
		}
		if err := quietly(exec.CommandContext(ctx, base, "-m", "venv", home)); err != nil {
			return "", fmt.Errorf("make a Python environment (on Debian it takes the package python3-venv): %w", err)
		}
	}
	// The list is complete, and pip before 24 stumbles over some of its names when it looks for more.
	install := exec.CommandContext(ctx, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", requirements)
	if err := quietly(install); err != nil {
		return "", fmt.Errorf("install the local AWS: %w", err)
	}
	if err := os.WriteFile(stamp, []byte(hex.EncodeToString(sum[:])), 0o644); err != nil {
		return "", fmt.Errorf("note what is installed: %w", err)
	}
	return python, nil
}

// findPython returns a Python that is new enough.
func findPython(ctx context.Context) (string, error) {
	var seen []string
	for _, name := range []string{"python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		version, err := exec.CommandContext(ctx, path, "-c", "import sys; print('%d.%d' % sys.version_info[:2]); sys.exit(sys.version_info < (3, 10))").Output()
		if err == nil {
			return path, nil
		}
		seen = append(seen, name+" is "+strings.TrimSpace(string(version)))
	}
	if len(seen) == 0 {
		return "", errors.New("the local AWS needs Python 3.10 or newer, and there is no python3 in the PATH")
	}
	return "", fmt.Errorf("the local AWS needs Python 3.10 or newer: %s", strings.Join(seen, ", "))
}

// quietly runs a command whose words matter only when it fails.
func quietly(command *exec.Cmd) error {
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(string(said)))
	}
	return nil
}
