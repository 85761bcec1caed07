package gateway

import (
	"encoding/json"
	"testing"
	"time"
)

func TestFilters(t *testing.T) {
	t.Parallel()
	const record = `{"eventName":"INSERT","dynamodb":{"Keys":{"message_id":{"S":"msg_01"}}}}`
	for name, c := range map[string]struct {
		pattern string
		want    bool
	}{
		"an exact value":             {`{"eventName":["MODIFY","INSERT"]}`, true},
		"another value":              {`{"eventName":["REMOVE"]}`, false},
		"all fields count":           {`{"eventName":["INSERT"],"eventSource":["aws:sqs"]}`, false},
		"a prefix deep inside":       {`{"dynamodb":{"Keys":{"message_id":{"S":[{"prefix":"msg_"}]}}}}`, true},
		"another prefix":             {`{"dynamodb":{"Keys":{"message_id":{"S":[{"prefix":"inv_"}]}}}}`, false},
		"a suffix":                   {`{"dynamodb":{"Keys":{"message_id":{"S":[{"suffix":"01"}]}}}}`, true},
		"anything but this":          {`{"eventName":[{"anything-but":["INSERT"]}]}`, false},
		"anything but something":     {`{"eventName":[{"anything-but":"REMOVE"}]}`, true},
		"what is there":              {`{"eventName":[{"exists":true}]}`, true},
		"what is missing":            {`{"userIdentity":[{"exists":false}]}`, true},
		"a field below one not here": {`{"userIdentity":{"type":["Service"]}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			var pattern, value any
			if err := json.Unmarshal([]byte(c.pattern), &pattern); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(record), &value); err != nil {
				t.Fatal(err)
			}
			if got, err := matches(pattern, value); got != c.want || err != nil {
				t.Errorf("got %v (%v), want %v", got, err, c.want)
			}
		})
	}
	for name, pattern := range map[string]string{"a numeric form": `{"n":[{"numeric":[">",1]}]}`, "or": `{"$or":[{"a":["b"]}]}`, "no list": `{"a":"b"}`} {
		t.Run(name+" is refused, not ignored", func(t *testing.T) {
			var asked any
			if err := json.Unmarshal([]byte(pattern), &asked); err != nil {
				t.Fatal(err)
			}
			if _, err := matches(asked, map[string]any{}); err == nil {
				t.Error("it was taken")
			}
		})
	}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]time.Duration{"rate(1 minute)": time.Minute, "rate(5 minutes)": 5 * time.Minute, "rate(1 day)": 24 * time.Hour} {
		got, err := source{ScheduleExpression: expression}.schedule()
		if err != nil || got.(*schedule).every != want {
			t.Errorf("%s: got %v (%v)", expression, got, err)
		}
	}
	for _, expression := range []string{"cron(0 6 * * ? *)", "rate(0 minutes)", "rate(1 week)", ""} {
		if got, err := (source{ScheduleExpression: expression}).schedule(); err == nil {
			t.Errorf("%q was taken as %v", expression, got)
		}
	}
}
