package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"vestibule/infra/template/sam"
)

// flags are those of the Makefile. Tests are built with the same, so that nothing is compiled twice.
var flags = []string{"-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"}

// build makes everything that is run, and returns the folder of the functions and the peers.
func build(dir string) (bin string, err error) {
	linked := filepath.Join(dir, "linked") + "/"
	for _, step := range []struct {
		in   string
		args []string
	}{
		{top, []string{"build", "-o", linked, "./functions/..."}},
		{".", []string{"build", "-o", linked, "./peer/..."}},
		{top, []string{"test", "-c", "-o", filepath.Join(dir, "tests") + "/", "./functions/..."}},
	} {
		if err := os.MkdirAll(step.args[len(step.args)-2], 0o755); err != nil {
			return "", err
		}
		args := append([]string{step.args[0]}, flags...)
		command := exec.Command("go", append(args, step.args[1:]...)...)
		command.Dir, command.Env = step.in, append(os.Environ(), "CGO_ENABLED=0")
		if out, err := command.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go %s in %s: %w\n%s", step.args[0], step.in, err, out)
		}
	}
	return linked, nil
}

// function is a binary and the environment it starts in.
type function struct {
	name   string
	binary string
	env    []string
}

// functions are those of template.yaml, with the variables it gives them. Tables and keys are called by their logical ids.
func functions(bin string) ([]function, error) {
	template, err := sam.Load(filepath.Join(top, "template.yaml"))
	if err != nil {
		return nil, err
	}
	lookup := func(id, _ string) (string, error) {
		if value, ok := template.Defaults()[id]; ok {
			return value, nil
		}
		return id, nil
	}
	var all []function
	for _, f := range template.Functions {
		name := strings.ToLower(strings.TrimSuffix(f.ID, "Function"))
		env := surroundings(f.ID)
		for variable, value := range f.Environment {
			text, err := value.Text(lookup)
			if err != nil {
				continue // what is not there in this kind of installation
			}
			env = append(env, variable+"="+text)
		}
		all = append(all, function{name, filepath.Join(bin, name), env})
	}
	return all, nil
}

// surroundings are the variables that Lambda sets.
func surroundings(id string) []string {
	return []string{
		"AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_SESSION_TOKEN=c",
		"AWS_LAMBDA_FUNCTION_NAME=" + id, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=INFO", "TZ=:UTC", "LANG=en_US.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", "LAMBDA_TASK_ROOT=/var/task",
	}
}
