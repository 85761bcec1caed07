package template

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryStageIsConfigured(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(top, "samconfig.toml"))
	if err != nil {
		t.Fatal(err)
	}
	asks := map[string]bool{}
	var stages []string
	for _, p := range template(t).Parameters {
		asks[p.ID] = true
		if p.ID == "Stage" {
			stages = slices.DeleteFunc(slices.Clone(p.AllowedValues), func(stage string) bool { return stage == "local" })
		}
	}
	if !slices.Equal(stages, []string{"dev", "staging", "prod"}) {
		t.Errorf("template.yaml is deployed as %q", stages)
	}
	given := regexp.MustCompile(`(\w+)=(\S*)`)
	for _, stage := range stages {
		name := regexp.MustCompile(`(?s)\[` + stage + `\.global\.parameters\]\nstack_name = "vestibule-` + stage + `"\nregion = "[a-z0-9-]+"`)
		if !name.Match(text) {
			t.Errorf("samconfig.toml does not name the stack of %s", stage)
		}
		_, section, found := strings.Cut(string(text), "["+stage+".deploy.parameters]\n")
		if !found {
			t.Errorf("samconfig.toml does not say how %s is deployed", stage)
			continue
		}
		section, _, _ = strings.Cut(section, "\n[")
		overrides := regexp.MustCompile(`(?m)^parameter_overrides = "(.*)"$`).FindStringSubmatch(section)
		if overrides == nil {
			t.Errorf("samconfig.toml gives %s no parameters", stage)
			continue
		}
		values := map[string]string{}
		for _, pair := range given.FindAllStringSubmatch(overrides[1], -1) {
			values[pair[1]] = pair[2]
			if !asks[pair[1]] {
				t.Errorf("samconfig.toml gives %s the parameter %s, which template.yaml does not have", stage, pair[1])
			}
		}
		if values["Stage"] != stage {
			t.Errorf("samconfig.toml deploys %q as %s", values["Stage"], stage)
		}
		if !strings.HasPrefix(values["Origin"], "https://") {
			t.Errorf("samconfig.toml sends the people of %s to %q", stage, values["Origin"])
		}
		if confirms := strings.Contains(section, "confirm_changeset = true"); confirms != (stage != "dev") {
			t.Errorf("samconfig.toml asks before it changes %s: %t", stage, confirms)
		}
	}
}
