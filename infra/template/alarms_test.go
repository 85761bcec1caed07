package template

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vestibule/infra/template/sam"
)

func alarms(t *testing.T) *sam.Template {
	t.Helper()
	alarms, err := sam.Load(filepath.Join(top, "infra", "alarms.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return alarms
}

// watched lists what the alarms watch, as "Namespace Metric Dimension".
func watched(t *testing.T) map[string]bool {
	t.Helper()
	type metric struct {
		Namespace  string `yaml:"Namespace"`
		Name       string `yaml:"MetricName"`
		Dimensions []struct {
			Value string `yaml:"Value"`
		} `yaml:"Dimensions"`
	}
	found := map[string]bool{}
	note := func(m metric) {
		for _, d := range m.Dimensions {
			found[m.Namespace+" "+m.Name+" "+d.Value] = true
		}
		if len(m.Dimensions) == 0 {
			found[m.Namespace+" "+m.Name] = true
		}
	}
	for _, r := range alarms(t).Resources {
		if r.Type != "AWS::CloudWatch::Alarm" {
			continue
		}
		var alarm struct {
			One metric `yaml:",inline"`
			Sum []struct {
				Stat struct {
					Metric metric `yaml:"Metric"`
				} `yaml:"MetricStat"`
			} `yaml:"Metrics"`
		}
		if err := r.Properties.Decode(names, &alarm); err != nil {
			t.Fatalf("%s: %v", r.ID, err)
		}
		if alarm.One.Name != "" {
			note(alarm.One)
		}
		for _, s := range alarm.Sum {
			if s.Stat.Metric.Name != "" {
				note(s.Stat.Metric)
			}
		}
	}
	return found
}

// names leaves logical ids where values are only known after deployment.
func names(id, _ string) (string, error) { return id, nil }

func TestWhatCanFailHasItsAlarm(t *testing.T) {
	var want []string
	for _, f := range template(t).Functions {
		want = append(want, "AWS/Lambda Errors "+f.ID, "AWS/Lambda Throttles "+f.ID)
		for _, e := range f.Events {
			if e.Type == "DynamoDB" {
				want = append(want, "AWS/Lambda IteratorAge "+f.ID)
			}
		}
	}
	for _, queue := range template(t).Queues {
		if !queue.Dead.Present() {
			want = append(want, "AWS/SQS ApproximateNumberOfMessagesVisible "+queue.ID)
		}
	}
	want = append(want, "AWS/ApiGateway 5xx Api", "AWS/ApiGateway Latency Api", "AWS/SES Reputation.BounceRate", "AWS/SES Reputation.ComplaintRate",
		"Vestibule/Stage code_breaker_open", "Vestibule letters_unsure Stage")
	are := watched(t)
	for _, metric := range want {
		if !are[metric] {
			t.Errorf("no alarm in infra/alarms.yaml watches %s; watched are\n%s", metric, strings.Join(slices.Sorted(maps.Keys(are)), "\n"))
		}
	}
}

func TestEveryAlarmTellsSomebodyWhatPeopleNotice(t *testing.T) {
	for _, r := range alarms(t).Resources {
		switch r.Type {
		case "AWS::CloudWatch::Alarm":
			var actions []string
			if err := r.Properties.At("AlarmActions").Decode(names, &actions); err != nil || !slices.Equal(actions, []string{"AlarmTopic"}) {
				t.Errorf("%s (line %d) tells %q, want AlarmTopic", r.ID, r.Line, actions)
			}
			if text := says(t, r.Properties.At("AlarmDescription")); len(strings.Fields(text)) < 5 || !strings.HasSuffix(text, ".") {
				t.Errorf("%s (line %d) says %q, not what people notice", r.ID, r.Line, text)
			}
			if says(t, r.Properties.At("TreatMissingData")) != "notBreaching" {
				t.Errorf("%s (line %d) rings at night, when nothing happens", r.ID, r.Line)
			}
		case "AWS::SNS::Topic":
			if says(t, r.Properties.At("KmsMasterKeyId")) == "" {
				t.Errorf("%s (line %d) is not encrypted", r.ID, r.Line)
			}
		}
	}
}

// An alarm on a word of the log or on a count of ours is silent for ever when the code says another word.
func TestWhatAnAlarmListensForIsSaid(t *testing.T) {
	var said strings.Builder
	for _, f := range template(t).Functions {
		files, err := filepath.Glob(filepath.Join(top, "functions", folder(f.ID), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name, "_test.go") {
				said.Write(text)
			}
		}
	}
	filter := regexp.MustCompile(`^\{ \$\.message = "([a-z_]+)" \}$`)
	filtered := map[string]bool{}
	for _, r := range alarms(t).Resources {
		if r.Type != "AWS::Logs::MetricFilter" {
			continue
		}
		pattern := says(t, r.Properties.At("FilterPattern"))
		word := filter.FindStringSubmatch(pattern)
		if word == nil {
			t.Errorf("%s (line %d) listens for %s, not for one message", r.ID, r.Line, pattern)
			continue
		}
		filtered[word[1]] = true
		if !regexp.MustCompile(`slog\.(Warn|Error|Info)(Context)?\([^"\n]*"` + word[1] + `"`).MatchString(said.String()) {
			t.Errorf("%s (line %d) listens for %q, but no function logs that message", r.ID, r.Line, word[1])
		}
	}
	counted := 0
	for metric := range watched(t) {
		namespace, rest, _ := strings.Cut(metric, " ")
		name, _, _ := strings.Cut(rest, " ")
		if !strings.HasPrefix(namespace, "Vestibule") {
			continue
		}
		counted++
		if !filtered[name] && !strings.Contains(said.String(), `.add("`+name+`")`) {
			t.Errorf("an alarm watches %s, but no function counts it", metric)
		}
	}
	if counted < 2 {
		t.Errorf("alarms watch %d of our own metrics", counted)
	}
}

func TestTheAlarmsAreGivenWhatTheyAskFor(t *testing.T) {
	stack, is := template(t).Resource("Alarms")
	if !is || says(t, stack.Properties.At("TemplateURL")) != "infra/alarms.yaml" {
		t.Fatal("template.yaml does not nest infra/alarms.yaml as Alarms")
	}
	given := map[string]string{}
	if err := stack.Properties.At("Parameters").Decode(names, &given); err != nil {
		t.Fatal(err)
	}
	for _, p := range alarms(t).Parameters {
		if given[p.ID] == "" && !p.HasDefault {
			t.Errorf("infra/alarms.yaml asks for %s, template.yaml does not give it", p.ID)
		}
		// A parameter is named after what it is the name of, so that two cannot be swapped.
		if _, known := template(t).Resource(p.ID); known && given[p.ID] != p.ID {
			t.Errorf("the alarms are given %s as %s", given[p.ID], p.ID)
		}
		delete(given, p.ID)
	}
	for name := range given {
		t.Errorf("template.yaml gives the alarms %s, they do not ask for it", name)
	}
}
