package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"

	"vestibule/infra/local/site"
	"vestibule/infra/local/tools"
)

// pages are the rows of the access table that are the same in every run.
func (set settings) pages(s *site.Site) []tools.Row {
	const group = "Pages"
	tool := fmt.Sprintf("http://localhost:%d", set.toolsPort)
	return []tools.Row{
		{Group: group, What: "The house", Link: s.Origin + "/"},
		{Group: group, What: "Signing in", Link: s.Origin + "/login"},
		{Group: group, What: "Sent mails", Link: tool + "/mails"},
		{Group: group, What: "This table and the mail provider", Link: tool + "/"},
		{Group: group, What: "The local AWS", Link: fmt.Sprintf("http://localhost:%d/_ministack/health", set.awsPort)},
	}
}

// print writes the access table, aligned, for people who read it in a terminal.
func print(to io.Writer, rows []tools.Row) {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	last := ""
	for _, row := range rows {
		if row.Group != last {
			fmt.Fprintf(table, "\n  %s\n", row.Group)
			last = row.Group
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", row.What, cmp.Or(row.Login, row.Link), row.Password)
	}
	table.Flush()
	fmt.Fprintln(to)
}
