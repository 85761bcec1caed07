package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"vestibule/infra/demo"
	"vestibule/shared/id"
	"vestibule/shared/letter"
	"vestibule/shared/outbox"
	"vestibule/shared/web/webtest"
)

// TestT05WhatARequestSaysOfItsHostReachesNoMail sends a thousand invitations under other hosts. A link's origin is no part of a letter: the
// courier puts it there, from its own configuration.
func TestT05WhatARequestSaysOfItsHostReachesNoMail(t *testing.T) {
	h := openHouse(t)
	caro := h.as(demo.Caro)
	hosts := []string{
		"evil.example", "portal.example.evil.example", "evil.example:8080", "portal.example@evil.example", "evil.example/join", "https://evil.example",
		"EVIL.example", "evil.example, portal.example", "127.0.0.1", "[::1]:80", "evil.example#", "evil.example?x=",
	}
	headers := []string{
		"Host", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "X-Original-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Proto",
		"X-Forwarded-Port", "X-Forwarded-Prefix", "True-Client-IP", "X-HTTP-Host-Override", "Via",
	}
	sent := 0
	for round := 0; sent < 1000; round++ {
		for i, host := range hosts {
			header := headers[(i+round)%len(headers)]
			in := guest
			in.Mail = fmt.Sprintf("guest%d@post.example", sent)
			r := webtest.JSON("POST", "/api/invitations", body(in))
			r.Header.Set(header, host)
			r.Header.Set("Forwarded", "host="+host+";proto=http")
			if header == "Host" {
				r.Host = host
			}
			if got := caro.send(r); got.Status != 201 || strings.Contains(strings.ToLower(got.Body), "evil") {
				t.Fatalf("%s: %s: answer %d names the host: %v", header, host, got.Status, strings.Contains(got.Body, "evil"))
			}
			sent++
		}
	}
	letters := 0
	for _, item := range h.dump()["OutboxTable"] {
		l, err := h.outbox.Letter(h.ctx(), outbox.Message{ID: id.MessageID(item["message_id"].(string)), Sealed: item["sealed"].([]byte)})
		h.must(err)
		text, err := json.Marshal(l)
		h.must(err)
		if all := strings.ToLower(string(text) + l.(letter.Invitation).Token.Reveal()); strings.Contains(all, "evil.") || strings.Contains(all, "http") || strings.Contains(all, "127.0") {
			t.Fatalf("a letter holds a host: %s", text)
		}
		letters++
	}
	if letters != sent {
		t.Errorf("%d letters for %d invitations", letters, sent)
	}
	t.Logf("%d requests under other hosts, %d letters read", sent, letters)
}
