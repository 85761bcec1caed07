// Command bench measures what the house costs: what each use case asks of AWS and of a processor, and how fast each function starts beside
// peers that are built and run in the same minutes. `make bench` runs it.
//
// A peer and the house take turns, round by round, and what counts is the median of the rounds' ratios: whatever else the machine does
// meets both. Starts are compared by CPU time, which a busy machine lengthens less than the time on the wall. Nothing here is a test: a
// goal that is missed is told and explained, and does not fail the command.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"
)

// top is the folder of what is measured; the command runs in its own.
const top = "../.."

func main() {
	log.SetFlags(0)
	if err := run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(to io.Writer) error {
	began := time.Now()
	dir, err := os.MkdirTemp("", "vestibule-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	say := func(what string) { fmt.Fprintf(os.Stderr, "%4.0fs  %s\n", time.Since(began).Seconds(), what) }

	say("build the functions, their benchmarks and the peers")
	bin, err := build(dir)
	if err != nil {
		return err
	}
	functions, err := functions(bin)
	if err != nil {
		return err
	}
	say("use cases, beside the double and alone")
	acts, err := measureActs(dir)
	if err != nil {
		return err
	}
	say("starts")
	starts, err := measureStarts(bin, functions)
	if err != nil {
		return err
	}
	say("first answers")
	answers, err := measureAnswers(dir, bin, functions)
	if err != nil {
		return err
	}
	say("done")

	asked, spent := acts.tables()
	asked.print(to)
	spent.print(to)
	starts.print(to)
	answers.print(to)
	return nil
}
