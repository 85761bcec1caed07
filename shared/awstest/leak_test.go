package awstest

import (
	"log/slog"
	"strings"
	"testing"
)

func TestT58WhatMayStandInNoLogIsFound(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"letter sent message=msg_01J00000000000000000000000 kind=invitation outcome=sent": "",
		"to finn@praxis.example":             "an address",
		"link " + strings.Repeat("aB3_", 16): "a token",
		"name=Canary-Finn":                   "a canary",
		"typed Vier bunte Türen":             "a password of a test",
	} {
		var l lines
		slog.New(slog.NewTextHandler(&l, nil)).Info(line)
		if got := l.leak(); !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
