package main

import (
	"fmt"
	"maps"
	"net/http"
	"testing"

	"vestibule/infra/demo"
	"vestibule/shared/awstest"
	"vestibule/shared/invite"
)

// TestT46EveryCallOfEveryActMayFail lets each AWS call of each act go wrong in each way, and sends the act again under its key as a person
// or a script would. Each act is done whole or not at all, and in the end once: one change, one entry, no letter lost and none doubled.
func TestT46EveryCallOfEveryActMayFail(t *testing.T) {
	for _, act := range []struct {
		name    string
		send    func(caro person, inv invite.Invite, key string) answer
		done    int // status of success
		letters int // that the act sends
		version int // of the invitation afterwards
	}{
		{"create", func(caro person, _ invite.Invite, key string) answer {
			in := guest
			in.Name = "Petra " + key
			return caro.api("POST", "/api/invitations", body(in), key)
		}, http.StatusCreated, 1, 0},
		{"create for a member", func(caro person, _ invite.Invite, key string) answer {
			in := guest
			in.Name, in.MemberId = "Petra "+key, text(string(demo.Mia.ID))
			return caro.api("POST", "/api/invitations", body(in), key)
		}, http.StatusCreated, 1, 0},
		{"resend", func(caro person, inv invite.Invite, key string) answer {
			return doors["page"](caro, inv, "resend", "", key)
		}, http.StatusSeeOther, 1, 1},
		{"mail", func(caro person, inv invite.Invite, key string) answer {
			return doors["API"](caro, inv, "mail", "new@post.example", key)
		}, http.StatusOK, 2, 1},
		{"new code", func(caro person, inv invite.Invite, key string) answer {
			return doors["page"](caro, inv, "new-code", "", key)
		}, http.StatusSeeOther, 0, 1},
		{"extend", func(caro person, inv invite.Invite, key string) answer {
			return doors["API"](caro, inv, "extend", "", key)
		}, http.StatusOK, 0, 1},
		{"withdraw", func(caro person, inv invite.Invite, key string) answer {
			return doors["page"](caro, inv, "withdraw", "", key)
		}, http.StatusSeeOther, 0, 1},
	} {
		t.Run(act.name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			caro := h.as(demo.Caro)
			points := 0
			for _, kind := range awstest.Kinds {
				for n := 1; ; n++ {
					name, key := fmt.Sprintf("%v at call %d", kind, n), fmt.Sprintf("%d-%d", kind, n)
					inv := caro.invite()
					before := h.dump()
					h.world.Faults().Reset()
					h.world.Faults().At(n, kind)
					var got answer
					killed := awstest.Survive(func() { got = act.send(caro, inv, key) })
					fired := h.world.Faults().Fired()
					h.world.Faults().Reset()
					if fired == 0 {
						break
					}
					points++
					whole := map[string]int{"AuditTable": 1, "OnceTable": 1}
					if act.letters > 0 {
						whole["OutboxTable"] = act.letters
					}
					if act.version == 0 {
						whole["InviteTable"] = 1
					}
					half := more(before, h.dump())
					switch {
					case len(half) != 0 && !maps.Equal(half, whole):
						t.Errorf("%s: half of it is written: %v", name, half)
					case !killed && got.Status != act.done && got.Status != http.StatusInternalServerError:
						t.Errorf("%s: got %d", name, got.Status)
					case got.Status == act.done && len(half) == 0:
						t.Errorf("%s: it is said to be done and is not", name)
					case kind == awstest.Throttle && got.Status != act.done:
						t.Errorf("%s: got %d, and the SDK should have tried again", name, got.Status)
					}
					for range 2 {
						if got := act.send(caro, inv, key); got.Status != act.done {
							t.Errorf("%s, sent again: got %d %s", name, got.Status, got.code())
						}
					}
					if grown := more(before, h.dump()); !maps.Equal(grown, whole) {
						t.Errorf("%s, sent again: %v, want %v", name, grown, whole)
					}
					if got := h.again(inv).Version; act.version > 0 && got != inv.Version+act.version {
						t.Errorf("%s, sent again: version %d", name, got)
					}
				}
			}
			h.checkRecord()
			t.Logf("%d fault points", points)
			if points < 15 {
				t.Error("hardly anything failed")
			}
		})
	}
}

// TestT11NoCodeIsSeenWithoutAnEntryWhateverFails is the same for looking at a code.
func TestT11NoCodeIsSeenWithoutAnEntryWhateverFails(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	points := 0
	for how, look := range looks {
		for _, kind := range awstest.Kinds {
			for n := 1; ; n++ {
				name := fmt.Sprintf("%s, %v at call %d", how, kind, n)
				inv := caro.invite()
				code, err := h.codes.Show(h.ctx(), inv)
				h.must(err)
				h.world.Faults().Reset()
				h.world.Faults().At(n, kind)
				var got answer
				awstest.Survive(func() { got = look(caro, inv) })
				fired := h.world.Faults().Fired()
				h.world.Faults().Reset()
				if fired == 0 {
					break
				}
				points++
				views := 0
				if shows(got, code.Reveal()) {
					views++
				}
				entries := len(h.record(inv)) - 1
				if entries < views || entries > 1 || kind == awstest.Throttle && views != 1 {
					t.Errorf("%s: %d views, %d entries", name, views, entries)
				}
				if again := look(caro, inv); !shows(again, code.Reveal()) || len(h.record(inv))-1 != entries+1 {
					t.Errorf("%s, looked again: %d entries after %d", name, len(h.record(inv))-1, entries)
				}
			}
		}
	}
	t.Logf("%d fault points", points)
	if points < 60 {
		t.Error("hardly anything failed")
	}
}
