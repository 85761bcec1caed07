// Command sbom writes the software bill of materials of what is deployed: the modules that are linked into the functions, with the hashes
// of go.sum, as CycloneDX 1.6 JSON. `make sbom` puts it into dist/.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

type component struct {
	Type    string     `json:"type"`
	Name    string     `json:"name"`
	Version string     `json:"version,omitempty"`
	PURL    string     `json:"purl,omitempty"`
	Props   []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type bill struct {
	Format  string `json:"bomFormat"`
	Version string `json:"specVersion"`
	Serial  int    `json:"version"`
	Meta    struct {
		Component component `json:"component"`
	} `json:"metadata"`
	Components []component `json:"components"`
}

func main() {
	b, err := list()
	if err == nil {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		err = out.Encode(b)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

// list asks the go command what the functions are linked from, as they are built for Lambda.
func list() (bill, error) {
	b := bill{Format: "CycloneDX", Version: "1.6", Serial: 1}
	b.Meta.Component = component{Type: "application", Name: "vestibule"}
	sums, err := sums()
	if err != nil {
		return b, err
	}
	ask := exec.Command("go", "list", "-deps", "-tags", "lambda.norpc", "-f", "{{with .Module}}{{if .Version}}{{.Path}} {{.Version}}{{end}}{{end}}", "./functions/...")
	ask.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	ask.Stderr = os.Stderr
	out, err := ask.Output()
	if err != nil {
		return b, fmt.Errorf("list what the functions are made of: %w", err)
	}
	modules := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(modules)
	for _, m := range slices.Compact(modules) {
		path, version, ok := strings.Cut(m, " ")
		if !ok {
			continue
		}
		c := component{Type: "library", Name: path, Version: version, PURL: "pkg:golang/" + path + "@" + version}
		if sum := sums[m]; sum != "" {
			c.Props = []property{{"go:sum", sum}}
		}
		b.Components = append(b.Components, c)
	}
	return b, nil
}

// sums reads go.sum.
func sums() (map[string]string, error) {
	text, err := os.ReadFile("go.sum")
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) == 3 {
			sums[f[0]+" "+f[1]] = f[2]
		}
	}
	return sums, nil
}
