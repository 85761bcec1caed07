package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Build builds all functions of the repository for this machine, as they are built for AWS otherwise, and returns where a function's
// binary is.
func Build(ctx context.Context, root, into string) (binary func(function string) string, err error) {
	if err := os.MkdirAll(into, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for the binaries: %w", err)
	}
	// Without the commit in them, the binaries of two commits are equal when their code is, and are not deployed twice.
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w",
		"-o", into+string(filepath.Separator), "./functions/...")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the functions: %w\n%s", err, strings.TrimSpace(string(said)))
	}
	return func(function string) string { return filepath.Join(into, Folder(function)) }, nil
}
