package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// rounds that benchmarks are run; the median of each figure counts.
const actRounds = 3

// acts are the figures of each use case by unit, of all rounds.
type acts map[string]map[string][]float64

// measureActs runs the benchmarks that stand beside the functions. They are built already, and run one after the other.
func measureActs(dir string) (acts, error) {
	all := acts{}
	tests, err := filepath.Glob(filepath.Join(dir, "tests", "*.test"))
	if err != nil {
		return nil, err
	}
	for round := range actRounds {
		for _, test := range tests {
			for kind, times := range map[string]string{"double": "10x", "alone": "100x"} {
				if kind == "double" && round > 0 {
					continue // what is asked of AWS is counted, and counting once is enough
				}
				command := exec.Command(test, "-test.run=^$", "-test.bench=^BenchmarkActs$/./^"+kind+"$", "-test.benchtime="+times)
				command.Dir = filepath.Join(top, "functions", strings.TrimSuffix(filepath.Base(test), ".test"))
				command.Stderr = os.Stderr
				out, err := command.Output()
				if err != nil {
					return nil, fmt.Errorf("benchmark of %s: %w\n%s", filepath.Base(command.Dir), err, out)
				}
				if err := all.read(string(out), kind); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, g := range goals {
		if all[g.act] == nil {
			return nil, fmt.Errorf("no function has a benchmark of the act %q", g.act)
		}
	}
	return all, nil
}

// read takes the figures from lines like "BenchmarkActs/open_link/alone-2  100  504567 ns/op  110197 B/op".
func (a acts) read(out, kind string) error {
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "BenchmarkActs/") {
			continue
		}
		name := strings.ReplaceAll(strings.Split(fields[0], "/")[1], "_", " ")
		if a[name] == nil {
			a[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return fmt.Errorf("read %q: %w", line, err)
			}
			unit := kind + " " + fields[i+1]
			a[name][unit] = append(a[name][unit], value)
		}
	}
	return nil
}

// goal is what an act may ask of DynamoDB at most, by the table "Round trips and capacity per action" of the plan.
type goal struct {
	act                  string
	calls, reads, writes float64
	why                  string // it is missed, on purpose
}

// door is what letting a signed-in person in may cost; an act of theirs may cost that and its own.
var door = goal{calls: 1, reads: 1}

func signedIn(act string, calls, reads, writes float64, why string) goal {
	return goal{act, calls + door.calls, reads + door.reads, writes + door.writes, why}
}

var goals = []goal{
	{"login", 2, 0.5, 2, "the try is counted before the password is compared, forgotten when it was right, and then the session begins: three writes"},
	signedIn("authenticated request", 0, 0, 0, "the session is read strongly (1), so that signing out counts at once, and the clinic's name and time zone with it (0.5)"),
	signedIn("invite", 1, 0, 8, "the half unit over is the clinic's profile, read at the door"),
	{act: "pending list"},
	{"open link", 1, 0.5, 0, "that the link was opened is noted for the inviter in the same call that reads the invitation: one write unit instead of a read"},
	{"wrong code", 1, 0, 1, "a try is counted on the invitation and a wrong one on the clinic's day, which stops guessing at many invitations (T03)"},
	{"redeem", 2, 0, 12, "a wrong code's two counts, and one transaction of nine writes: among them the check that the inviter may still let this person in (T09), the day's count given back and the session"},
	{act: "withdraw"},
	{act: "resend"},
	{act: "reveal"},
	{act: "courier send"},
}

// tables are what the acts ask of AWS, beside the goals, and what they cost a processor.
func (a acts) tables() (asked, spent table) {
	asked = table{title: "What each use case asks of AWS", head: compared}
	spent = table{title: "What each use case costs a processor", head: []string{"name", "ns/op alone", "allocs/op", "B/op", "ns/op with the double"}}
	for _, g := range goals {
		units := a[g.act]
		row, pass := g.row(units)
		asked.rows = append(asked.rows, row)
		if !pass {
			asked.notes = append(asked.notes, g.act+": "+g.why+".")
		}
		cost := []string{g.act}
		for _, unit := range []string{"alone ns/op", "alone allocs/op", "alone B/op", "double ns/op"} {
			cost = append(cost, fmt.Sprintf("%.0f", median(units[unit])))
		}
		spent.rows = append(spent.rows, cost)
	}
	asked.notes = append(asked.notes,
		"Units are those of DynamoDB's price list: a transaction costs double. No goal: the plan names none. An act of a signed-in person",
		"begins with the door (1 call, 1 read unit at most), so its goal is the plan's and the door's.")
	spent.notes = []string{
		"From the event that Lambda hands over to the answer. Alone: the answers of AWS are those of a recorded run, given back in process, so it",
		"is our code and the SDK's (build, sign, read), without sockets and without the double. login and redeem hash a password on purpose.",
	}
	return asked, spent
}

func (g goal) row(units map[string][]float64) (row []string, pass bool) {
	of := func(unit string) float64 { return slices.Max(units["double "+unit]) }
	calls, reads, writes := of("calls/op"), of("rcu/op"), of("wcu/op")
	ours := shown(calls, reads, writes)
	if n := of("kms/op"); n > 0 {
		ours += fmt.Sprintf(", KMS %v", n)
	}
	if n := of("other/op"); n > 0 {
		ours += fmt.Sprintf(", SES %v", n)
	}
	if g.calls == 0 {
		return []string{g.act, ours, "-", "-", "-", ""}, true
	}
	pass = calls <= g.calls && reads <= g.reads && writes <= g.writes
	return []string{g.act, ours, "-", "-", "<= " + shown(g.calls, g.reads, g.writes), verdict(pass)}, pass
}

func shown(calls, reads, writes float64) string {
	plural := "s"
	if calls == 1 {
		plural = ""
	}
	return fmt.Sprintf("%v call%s, %v RRU, %v WRU", calls, plural, reads, writes)
}
