package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/mail"
	"vestibule/shared/outbox"
	"vestibule/shared/post/posttest"
)

func mailAddress(s string) mail.Address { return mail.Address(s) }

func TestALetterIsSentRecordedAndErased(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("finn@praxis.example"))
	v.stream(m)
	if got := v.get(m); got.State != outbox.Sent || got.Sealed != nil || got.Lease != "" || got.Attempt != 1 || !got.SentAt.Equal(v.clock()) {
		t.Errorf("after sending it is %+v", got)
	}
	sent := v.ses.Mails()
	if len(sent) != 1 || sent[0].To[0] != "finn@praxis.example" || !strings.Contains(sent[0].Text, v.world.Env("CourierFunction")["ORIGIN"]+"/join#"+token) {
		t.Fatalf("the provider has %+v", sent)
	}
	if got := v.get(m); got.ProviderID != sent[0].ProviderID {
		t.Errorf("the provider's id is %q, want %q", got.ProviderID, sent[0].ProviderID)
	}
	v.rest()
	v.once(m)
	if v.measured("letters_sent") != 1 || v.measured("letters_failed") != 0 || v.measured("letters_unsure") != 0 {
		t.Errorf("measured: %s", v.metrics)
	}
}

// The driver with what a deployed function gives it: its HTTP client, and its retries, which sending must not use.
func TestTheDriverConformsAsTheCourierOpensIt(t *testing.T) {
	posttest.Conformance(t, func(t *testing.T, url string) posttest.Driver {
		t.Helper()
		w := awstest.New(t)
		env, err := boot.EnvFrom[environment](w.Env("CourierFunction"))
		if err != nil {
			t.Fatal(err)
		}
		cfg := boot.Config()
		cfg.Region, cfg.BaseEndpoint, cfg.Credentials = "eu-central-1", &url, w.Seed().Credentials
		c, err := open(env, cfg)
		if err != nil {
			t.Fatal(err)
		}
		return c.post
	})
}

func TestALetterTakesFiveCalls(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("finn@praxis.example"))
	v.world.ResetCalls()
	v.stream(m)
	var calls []string
	for _, c := range v.world.Calls() {
		calls = append(calls, c.Service+":"+c.Action)
	}
	want := "[dynamodb:UpdateItem kms:Decrypt dynamodb:UpdateItem ses:SendRawEmail dynamodb:UpdateItem]"
	if fmt.Sprint(calls) != want {
		t.Errorf("got %v, want %v", calls, want)
	}
}

// P45, T52
func TestWhatTheProviderReportsIsWhereALetterEnds(t *testing.T) {
	v := visit(t)
	for to, want := range map[string]outbox.Status{
		"finn@praxis.example":            {State: outbox.Delivered},
		"bounce@praxis.example":          {State: outbox.Bounced},
		"suppressionlist@praxis.example": {State: outbox.Suppressed},
		"complaint@praxis.example":       {State: outbox.Complained},
		"full@praxis.example":            {State: outbox.Bounced, Reason: outbox.Returned},
		"reject@praxis.example":          {State: outbox.Failed, Reason: outbox.Rejected},
	} {
		m := v.commit(invitation(to))
		v.stream(m)
		v.rest()
		if got := v.status(m); got != want {
			t.Errorf("%s: got %v, want %v", to, got, want)
		}
	}
	for name, want := range map[string]int{"letters_sent": 6, "bounces": 2, "suppressed": 1, "complaints": 1, "letters_failed": 1} {
		if got := v.measured(name); got != want {
			t.Errorf("%s: measured %d, want %d", name, got, want)
		}
	}
	// An absence note comes back from a mailbox that has the letter.
	m := v.commit(invitation("ooto@praxis.example"))
	v.stream(m)
	v.rest()
	if got := v.status(m); got.State != outbox.Delivered {
		t.Errorf("with an absence note: got %v", got)
	}
}

func TestWhatTheProviderRefusesForGoodHasFailedAtOnce(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("finn@praxis.example"))
	v.ses.Fail(posttest.Reject)
	v.stream(m)
	got := v.get(m)
	if want := (outbox.Status{State: outbox.Failed, Reason: outbox.Refused}); got.Status != want || got.Sealed != nil || !got.Undelivered() {
		t.Errorf("got %v, erased: %v, want %v", got.Status, got.Sealed == nil, want)
	}
	v.rest()
	if v.ses.Asked() != 1 || v.measured("letters_failed") != 1 {
		t.Errorf("the provider was asked %d times; measured %s", v.ses.Asked(), v.metrics)
	}

	umlaut := v.commit(invitation("jürgen@praxis.example")) // SES takes no such address
	v.stream(umlaut)
	if got := v.get(umlaut); got.Reason != outbox.Refused || got.Sealed != nil || v.ses.Asked() != 1 {
		t.Errorf("an address that cannot be written: got %v", got.Status)
	}
}

func TestWhatTheProviderDoesNotTakeNowIsSentLater(t *testing.T) {
	for _, fault := range []posttest.Fault{posttest.Throttle, posttest.Paused} {
		v := visit(t)
		m := v.commit(invitation("finn@praxis.example"))
		v.ses.Fail(fault, fault, fault)
		v.stream(m)
		if got := v.get(m); got.State != outbox.Queued || got.Sealed == nil || got.Lease != "" {
			t.Errorf("%s: meanwhile it is %+v", fault, got.Status)
		}
		v.rest()
		v.once(m)
		if got := v.get(m); got.Attempt != 4 || got.ResentUnsure != 0 {
			t.Errorf("%s: %d attempts, %d of them unsure", fault, got.Attempt, got.ResentUnsure)
		}
	}
}

// P02: the provider may have it. While its events arrive nothing is sent twice.
func TestWhatMayHaveBeenSentIsSettledByEventsAndNotSentAgain(t *testing.T) {
	for _, fault := range []posttest.Fault{posttest.TakeBreak, posttest.TakeError} {
		v := visit(t)
		m := v.commit(invitation("finn@praxis.example"))
		v.ses.Fail(fault)
		v.stream(m)
		if got := v.get(m); got.State != outbox.Sending || got.Sealed == nil {
			t.Errorf("%s: meanwhile it is %v", fault, got.Status)
		}
		// Told again, by whomever and however often, before an event comes: nothing happens.
		for range 5 {
			v.stream(m)
			v.fetch()
			v.deliverNotes()
			v.pass(2 * time.Minute)
		}
		if v.ses.Asked() != 1 {
			t.Fatalf("%s: it was sent again blindly", fault)
		}
		v.rest()
		v.once(m)
		if got := v.get(m); got.ResentUnsure != 0 || v.measured("letters_unsure") != 1 || v.measured("letters_resent") != 0 {
			t.Errorf("%s: got %+v; measured %s", fault, got.Status, v.metrics)
		}
	}
}

func TestWhatMayHaveBeenSentIsSentAgainAfterASilenceAndMarked(t *testing.T) {
	for _, fault := range []posttest.Fault{posttest.Break, posttest.Error} { // the provider never got it
		v := visit(t)
		m := v.commit(invitation("finn@praxis.example"))
		v.ses.Fail(fault)
		began := v.clock()
		v.stream(m)
		v.rest()
		v.once(m)
		if got := v.get(m); got.ResentUnsure != 1 || v.measured("letters_resent") != 1 {
			t.Errorf("%s: it is not marked: %+v; measured %s", fault, got.Status, v.metrics)
		}
		if waited := v.clock().Sub(began); waited < outbox.Window || waited > outbox.Window+time.Minute {
			t.Errorf("%s: it was sent again after %v, want %v", fault, waited, outbox.Window)
		}
	}
}

func TestWhoNeverHearsOfALetterStopsSendingIt(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("finn@praxis.example"))
	v.ses.FailAll(posttest.TakeError)
	v.stream(m)
	for range 20 { // the provider takes it every time, says that it did not, and no event ever arrives
		v.report()
		v.fetch()
		v.deliverNotes()
		v.pass(10 * time.Minute)
	}
	got := v.get(m)
	if want := (outbox.Status{State: outbox.Failed, Reason: outbox.Uncertain, ResentUnsure: outbox.Resends}); got.Status != want || got.Sealed != nil {
		t.Errorf("got %+v, erased: %v, want %+v", got.Status, got.Sealed == nil, want)
	}
	if v.ses.Asked() != 1+outbox.Resends {
		t.Errorf("the provider was asked %d times", v.ses.Asked())
	}
	// Even then an event is believed.
	v.deliverEvents(v.ses.Mails()[0].Event("Delivery"))
	if got := v.status(m); got.State != outbox.Delivered {
		t.Errorf("after an event it is %v", got)
	}
}

// P47: over all clinics.
func TestAMailboxGetsNoMoreThanItsShare(t *testing.T) {
	v := visit(t)
	for i := range outbox.PerHour + 2 {
		l := invitation("finn@praxis.example")
		l.Clinic = fmt.Sprintf("Praxis Kanari %d", i)
		m := v.commit(l)
		v.stream(m)
		got, want := v.status(m), outbox.Status{State: outbox.Sent}
		if i >= outbox.PerHour {
			want = outbox.Status{State: outbox.Failed, Reason: outbox.TooMany}
		}
		if got != want {
			t.Errorf("letter %d of the hour: got %v, want %v", i+1, got, want)
		}
	}
	v.pass(time.Hour)
	m := v.commit(invitation("finn@praxis.example"))
	v.stream(m)
	if got := v.status(m); got.State != outbox.Sent {
		t.Errorf("in the next hour: got %v", got)
	}
}

func TestPausesGrowAndAreRandomAndSQSTakesThem(t *testing.T) {
	for try := range 100 {
		bound := min(5*time.Second<<min(try, 10), longest)
		low, high := bound, time.Duration(0)
		for range 300 {
			pause := backoff(try, rand.Reader)
			low, high = min(low, pause), max(high, pause)
		}
		if low < time.Second || high > bound || low > bound/2 || high < bound/2 {
			t.Errorf("try %d: pauses from %v to %v, want from 1s to %v", try, low, high, bound)
		}
	}
	if got := backoff(3, strings.NewReader("")); got != 40*time.Second {
		t.Errorf("without randomness: %v", got)
	}
}

func TestMetricsAreInTheFormatThatCloudWatchReads(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("bounce@praxis.example"))
	v.stream(m)
	v.rest()
	var line struct {
		AWS struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
		Stage string
		Sent  int `json:"letters_sent"`
	}
	first, _, _ := strings.Cut(v.metrics.String(), "\n")
	if err := json.Unmarshal([]byte(first), &line); err != nil {
		t.Fatal(err)
	}
	if d := line.AWS.CloudWatchMetrics; line.Sent != 1 || line.Stage != "local" || len(d) != 1 || d[0].Namespace != "Vestibule" || d[0].Metrics[0].Name != "letters_sent" ||
		d[0].Metrics[0].Unit != "Count" || d[0].Dimensions[0][0] != "Stage" || line.AWS.Timestamp < v.clock().Add(-time.Hour).UnixMilli() {
		t.Errorf("got %s", first)
	}
	if strings.Count(v.metrics.String(), "\n") != 2 { // the letter, and its bounce
		t.Errorf("calls in which nothing happened are measured, too:\n%s", v.metrics)
	}
}
