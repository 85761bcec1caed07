package main

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/web/webtest"
)

// seen is all that somebody who tries out addresses can see of an answer.
type seen struct {
	Status int
	Header http.Header
	Body   string
}

func (h *house) see(r *http.Request) seen {
	h.t.Helper()
	before := h.compared.Load()
	answer := h.browser().send(r)
	if got := h.compared.Load() - before; got != 1 {
		h.t.Errorf("%d comparisons for one login", got)
	}
	return seen{answer.StatusCode, answer.Header, body(h.t, answer)}
}

func TestUnknownWrongAndDelayedLookTheSame_T12(t *testing.T) {
	t.Parallel()
	const address = "finn@praxis.example"
	for name, ask := range map[string]func(password string) *http.Request{
		"form": func(password string) *http.Request {
			return webtest.Form("/login", "mail", address, "password", password)
		},
		"JSON": func(password string) *http.Request {
			return webtest.JSON("POST", "/api/sessions", fmt.Sprintf(`{"mail":%q,"password":%q}`, address, password))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t)
			answers := map[string]seen{"unknown": h.see(ask("not the password"))}
			calls := map[string][]string{"unknown": h.calls()}
			h.person(address, "Finn", h.clinic("Praxis"))
			answers["wrong"], calls["wrong"] = h.see(ask("not the password")), h.calls()
			h.failures(address, 5)
			answers["delayed, wrong"], calls["delayed, wrong"] = h.see(ask("not the password")), h.calls()
			answers["delayed, right"], calls["delayed, right"] = h.see(ask(password)), h.calls()
			if answers["unknown"].Status != http.StatusUnauthorized {
				t.Errorf("answer %d", answers["unknown"].Status)
			}
			for how := range answers {
				if diff := cmp.Diff(answers["unknown"], answers[how]); diff != "" {
					t.Errorf("%s: %s", how, diff)
				}
				if diff := cmp.Diff(calls["unknown"], calls[how]); diff != "" {
					t.Errorf("%s, at AWS: %s", how, diff)
				}
			}
		})
	}
}

// calls returns what was called at AWS since it was last asked.
func (h *house) calls() (all []string) {
	for _, c := range h.world.Calls() {
		all = append(all, c.Action+" "+strings.Join(c.Tables, "+"))
	}
	h.world.ResetCalls()
	return all
}

func TestWhatIsNoAddressIsAnsweredLikeAnUnknownOne_T12(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	var last seen
	for i, address := range []string{"nobody@praxis.example", "nobody-at-praxis.exampl", "nobody@praxis@xexample", "nobody praxis.examplexx"} {
		got := h.see(webtest.Form("/login", "mail", address, "password", "x"))
		got.Body = strings.ReplaceAll(got.Body, address, "")
		if diff := cmp.Diff(last, got); i > 0 && diff != "" {
			t.Errorf("%s: %s", address, diff)
		}
		last = got
	}
}

// TestClockTellsLittle reports how long the three refusals take. A clock on a busy machine proves nothing, so it does not judge: that
// each costs one write and one comparison is asserted above.
func TestClockTellsLittle_T12(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for some seconds")
	}
	h := openHouse(t)
	clinic := h.clinic("Praxis")
	h.person("wrong@praxis.example", "Finn", clinic)
	h.person("later@praxis.example", "Ida", clinic)
	h.failures("later@praxis.example", 100)
	const rounds = 30
	took := map[string][]float64{}
	for range rounds {
		h.wait(15 * time.Minute)
		for kind, address := range map[string]string{"unknown": "nobdy@praxis.example", "wrong": "wrong@praxis.example", "delayed": "later@praxis.example"} {
			r := webtest.JSON("POST", "/api/sessions", `{"mail":"`+address+`","password":"not the password"}`)
			began := time.Now()
			h.browser().send(r)
			took[kind] = append(took[kind], float64(time.Since(began).Microseconds()))
		}
	}
	for _, kind := range []string{"wrong", "delayed"} {
		t.Logf("unknown %.1f ms, %s %.1f ms (medians of %d), Welch's t = %.2f",
			median(took["unknown"])/1000, kind, median(took[kind])/1000, rounds, welch(took["unknown"], took[kind]))
	}
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func welch(a, b []float64) float64 {
	mean := func(all []float64) (m, v float64) {
		for _, x := range all {
			m += x / float64(len(all))
		}
		for _, x := range all {
			v += (x - m) * (x - m) / float64(len(all)-1)
		}
		return m, v / float64(len(all))
	}
	ma, va := mean(a)
	mb, vb := mean(b)
	return (ma - mb) / math.Sqrt(va+vb)
}

func TestManyTriesAtOnceGetNoMoreComparedThanOneAfterTheOther_T13(t *testing.T) {
	h := openHouse(t)
	const address = "finn@praxis.example"
	h.person(address, "Finn", h.clinic("Praxis"))
	const contenders = 256
	statuses := make([]int, contenders)
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range contenders {
		all.Go(func() {
			<-start
			wrong := fmt.Sprintf("wrong password %d", i)
			r := webtest.Form("/login", "mail", address, "password", wrong)
			if i%2 == 0 {
				r = webtest.JSON("POST", "/api/sessions", fmt.Sprintf(`{"mail":%q,"password":%q}`, address, wrong))
			}
			statuses[i] = h.browser().send(r).StatusCode
		})
	}
	close(start)
	all.Wait()
	if slices.ContainsFunc(statuses, func(s int) bool { return s != http.StatusUnauthorized }) {
		t.Errorf("answers %v", statuses)
	}
	if got := h.against.Load(); got != 5 {
		t.Errorf("%d tries were compared, not 5", got)
	}
	if got := h.counted(); got != 5 {
		t.Errorf("%d tries are counted, not 5", got)
	}
	if got := h.compared.Load(); got != contenders {
		t.Errorf("%d comparisons for %d tries: a clock could tell them apart", got, contenders)
	}
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 401}, {59 * time.Second, 401}, {time.Second, 303}, {0, 303}} {
		h.wait(c.after)
		if got := h.browser().send(webtest.Form("/login", "mail", address, "password", password)).StatusCode; got != c.want {
			t.Errorf("the right password, another %v later: answer %d, not %d", c.after, got, c.want)
		}
	}
	if got := h.counted(); got != 0 {
		t.Errorf("%d failures after a success", got)
	}
}

// counted is the number of tries that stand against the only account.
func (h *house) counted() int64 {
	h.t.Helper()
	for _, item := range h.world.Dump(h.t.Context())["AccountTable"] {
		if n, ok := item["failures"].(int64); ok {
			return n
		}
	}
	h.t.Fatal("no count of tries")
	return 0
}

func TestDelayGrowsWithTheTries_T13(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	const address = "finn@praxis.example"
	h.person(address, "Finn", h.clinic("Praxis"))
	for _, c := range []struct {
		failures int
		after    time.Duration
		want     int
	}{
		{0, 0, 303}, {4, 0, 303},
		{5, 59 * time.Second, 401}, {5, time.Minute, 303}, {9, 59 * time.Second, 401}, {9, time.Minute, 303},
		{10, time.Minute, 401}, {10, 15*time.Minute - time.Second, 401}, {10, 15 * time.Minute, 303}, {99, 15 * time.Minute, 303},
		{100, 15 * time.Minute, 401}, {100, 365 * 24 * time.Hour, 401},
	} {
		h.failures(address, c.failures)
		h.wait(c.after)
		if got := h.browser().send(webtest.Form("/login", "mail", address, "password", password)).StatusCode; got != c.want {
			t.Errorf("after %d failures and %v: answer %d, not %d", c.failures, c.after, got, c.want)
		}
	}
}

func TestTriesAreCountedAgainBeforeTheyAreForgotten_T13(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	const address = "finn@praxis.example"
	h.person(address, "Finn", h.clinic("Praxis"))
	for i := range 6 {
		h.browser().send(webtest.Form("/login", "mail", address, "password", "not the password"))
		if got, want := h.counted(), min(int64(i)+1, 5); got != want {
			t.Errorf("after %d tries %d are counted, not %d", i+1, got, want)
		}
	}
}
