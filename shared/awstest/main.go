package awstest

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"
	"testing"

	"vestibule/infra/template/sam"
)

// Main runs a function's tests and then compares what they called at AWS with what template.yaml allows that function. A permission
// that is missing and one that nothing used are both failures. A run of a part of the tests compares nothing, nor does one that failed.
//
// Everything that was logged meanwhile is searched for what may stand in no log: addresses of people and tokens (T58, P77).
func Main(m *testing.M, function string) {
	flag.Parse()
	var logged lines
	log.SetOutput(io.MultiWriter(os.Stderr, &logged))
	code := m.Run()
	if leak := logged.leak(); leak != "" && code == 0 {
		fmt.Fprintln(os.Stderr, leak)
		code = 1
	}
	if code == 0 && whole() {
		code = compare(os.Stderr, function)
	}
	os.Exit(code)
}

// whole tells whether all tests of the package ran.
func whole() bool {
	if testing.Short() {
		return false
	}
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if given := flag.Lookup(name); given != nil && given.Value.String() != "" {
			return false
		}
	}
	return true
}

func compare(to io.Writer, function string) (code int) {
	template, err := repository()
	if err != nil {
		fmt.Fprintln(to, err)
		return 1
	}
	f, ok := template.Function(function)
	if !ok {
		fmt.Fprintf(to, "template.yaml has no function %s\n", function)
		return 1
	}
	allowed, err := f.Allowed()
	if err != nil {
		fmt.Fprintf(to, "%s: %v\n", function, err)
		return 1
	}
	if report := difference(function, booked(), allowed); report != "" {
		fmt.Fprint(to, report)
		return 1
	}
	return 0
}

// difference puts what was used beside what is allowed; it is empty when they are the same. Both are sorted.
func difference(function string, used, allowed []sam.Permission) string {
	if slices.Equal(used, allowed) {
		return ""
	}
	all := slices.Concat(used, allowed)
	slices.SortFunc(all, sam.Permission.Compare)
	all = slices.Compact(all)
	width := len("the tests called")
	for _, p := range all {
		width = max(width, len(p.String()))
	}
	var report strings.Builder
	line := func(left, right, remark string) {
		text := fmt.Sprintf("  %-*s  %-*s  %s", width, left, width, right, remark)
		report.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	fmt.Fprintf(&report, "%s: what the tests called is not what template.yaml allows.\n", function)
	line("the tests called", "the policy allows", "")
	for _, p := range all {
		switch {
		case !slices.Contains(allowed, p):
			line(p.String(), "-", "missing in the policy")
		case !slices.Contains(used, p):
			line("-", p.String(), "not used by any test")
		default:
			line(p.String(), p.String(), "")
		}
	}
	return report.String()
}
