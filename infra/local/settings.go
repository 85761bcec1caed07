package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"vestibule/infra/local/site"
)

// settings are what the environment says about this run.
type settings struct {
	root, dir                string
	port, toolsPort, awsPort int
	fresh                    bool
}

func readSettings() (set settings, err error) {
	if set.root, err = repository(); err != nil {
		return set, err
	}
	set.dir = filepath.Join(set.root, ".local")
	set.fresh = os.Getenv("FRESH") == "1"
	for _, p := range []struct {
		name  string
		usual int
		into  *int
	}{{"PORT", 8080, &set.port}, {"TOOLS_PORT", 8081, &set.toolsPort}, {"AWS_PORT", 4566, &set.awsPort}} {
		*p.into = p.usual
		if given := os.Getenv(p.name); given != "" {
			if *p.into, err = strconv.Atoi(given); err != nil || *p.into < 1 || *p.into > 65535 {
				return set, fmt.Errorf("%s=%s is no port: it takes a number from 1 to 65535", p.name, given)
			}
		}
	}
	return set, nil
}

// check finds what would stop the run later, and starts over if that is wanted.
func (set settings) check() error {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("the functions are built with Go, and there is no go in the PATH")
	}
	for _, p := range []struct {
		what, variable string
		port           int
	}{{"the house", "PORT", set.port}, {"the tools page", "TOOLS_PORT", set.toolsPort}, {"the local AWS", "AWS_PORT", set.awsPort}} {
		if err := site.Free(p.what, p.port, p.variable); err != nil {
			return err
		}
	}
	if !set.fresh {
		return nil
	}
	say("starting over: what was in .local is gone")
	return errors.Join(os.RemoveAll(filepath.Join(set.dir, "aws")), os.RemoveAll(filepath.Join(set.dir, "mails.json")))
}

func (set settings) log(name string) string { return filepath.Join(set.dir, name+".log") }

// repository is the folder of go.mod, at or above the working folder.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not in the repository", dir)
		}
	}
}
