package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// table is what is printed: rows under a heading, and below them what must be known to read them.
type table struct {
	title string
	head  []string
	rows  [][]string
	notes []string
}

// compared is the head of everything that has a goal.
var compared = []string{"name", "ours", "peer", "ratio", "goal", ""}

func (t table) print(to io.Writer) {
	fmt.Fprintf(to, "\n%s\n", t.title)
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range slices.Concat([][]string{t.head}, t.rows) {
		fmt.Fprintln(w, "  "+strings.Join(row, "\t"))
	}
	w.Flush()
	for _, note := range t.notes {
		fmt.Fprintf(to, "  %s\n", note)
	}
}

func verdict(pass bool) string {
	if pass {
		return "PASS"
	}
	return "FAIL"
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// compare makes a row of one quantity of the house and of a peer, round by round: the medians of both in a unit, the median of the rounds'
// ratios, and whether that is within the goal.
func compare(name, format string, ours, peer []float64, goal float64) []string {
	ratios := make([]float64, len(ours))
	for i := range ratios {
		ratios[i] = ours[i] / peer[i]
	}
	ratio := median(ratios)
	return []string{
		name, fmt.Sprintf(format, median(ours)), fmt.Sprintf(format, median(peer)), fmt.Sprintf("%.2f", ratio), fmt.Sprintf("<= %.2f", goal), verdict(ratio <= goal),
	}
}
