package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

const startRounds = 101

// limits of a function's start beside hello.
type limits struct {
	cpu, size, memory float64
	why               string // one is missed
}

// startLimits are what a function may cost, by what it is made of. The plan names 1.6 for DynamoDB alone and 2.0 with S3, SES or SMS
// besides; a KMS client is counted like those.
var startLimits = map[string]limits{
	"bare":        {cpu: 1.6, size: 1.6, memory: 1.6, why: "the SDK's DynamoDB client (since 1.69) builds half a megabyte of schemas before main"},
	"portal":      {cpu: 1.6, size: 2, memory: 2, why: "it touches no table, but the door for the signed-in comes with shared/web, and the DynamoDB client with the door"},
	"team":        {cpu: 1.6, size: 2, memory: 2, why: "bare, and html/template and the languages"},
	"sessions":    {cpu: 1.6, size: 2, memory: 2, why: "bare, and html/template, the languages, checked JSON and Argon2id"},
	"invitations": {cpu: 2, size: 2, memory: 2, why: "bare, and KMS with schemas of its own, html/template, the languages and checked JSON"},
	"redemption":  {cpu: 2, size: 2, memory: 2, why: "bare, and KMS with schemas of its own, html/template, the languages, checked JSON and Argon2id"},
	"courier":     {cpu: 2, size: 1.6, memory: 1.6, why: "four clients (DynamoDB, KMS, SES, SQS), and html/template for its mails"},
}

// measureStarts compares each function with hello until both ask for their first event (L1), and what they take up (L4). In a round each is
// started once, in an order drawn anew: who is started more often than others finds more in the processor's caches. No service can be
// reached, so no connection is opened; that is part of the first answer.
func measureStarts(bin string, functions []function) (table, error) {
	t := table{title: "L1 and L4: start, size and memory beside a hello-world function", head: compared}
	hello := function{"hello", filepath.Join(bin, "hello"), surroundings("hello")}
	subjects := append([]function{{"bare", filepath.Join(bin, "bare"), surroundings("bare")}}, functions...)
	all := append([]function{hello}, subjects...)
	cpu, memory := map[string][]float64{}, map[string][]float64{}
	for range startRounds {
		for _, i := range rand.Perm(len(all)) {
			f := all[i]
			f.env = append(slices.Clone(f.env), "AWS_ENDPOINT_URL=http://127.0.0.1:1")
			c, err := start(f.binary, f.env)
			if err != nil {
				return t, err
			}
			bytes, err := c.resident()
			if err != nil {
				return t, err
			}
			cpu[f.name] = append(cpu[f.name], c.end().Seconds()*1e3)
			memory[f.name] = append(memory[f.name], bytes/1e6)
		}
	}
	for _, f := range subjects {
		limits, ok := startLimits[f.name]
		if !ok {
			return t, fmt.Errorf("%s has no goals", f.name)
		}
		ours, err := os.Stat(f.binary)
		if err != nil {
			return t, err
		}
		peer, err := os.Stat(hello.binary)
		if err != nil {
			return t, err
		}
		rows := [][]string{
			compare("L1 "+f.name+" init CPU", "%.2f ms", cpu[f.name], cpu[hello.name], limits.cpu),
			compare("L4 "+f.name+" size", "%.1f MB", []float64{float64(ours.Size()) / 1e6}, []float64{float64(peer.Size()) / 1e6}, limits.size),
			compare("L4 "+f.name+" RSS", "%.1f MB", memory[f.name], memory[hello.name], limits.memory),
		}
		t.rows = append(t.rows, rows...)
		if slices.ContainsFunc(rows, func(row []string) bool { return row[len(row)-1] == verdict(false) }) {
			t.notes = append(t.notes, f.name+": "+limits.why+".")
		}
	}
	t.notes = append(t.notes,
		fmt.Sprintf("CPU time of the whole process from exec until it asks for its first event, %d rounds. No service can be reached, so no connection is", startRounds),
		"opened: that belongs to the first answer below. RSS when it asks. The goals of a function with KMS are those of one with SES.",
		"bare is shared/boot and shared/dynamo with no page and no text. A busy machine slows hello more than the others: ratios of L1 move by",
		"one or two tenths from run to run.")
	return t, nil
}
