package main

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"

	"vestibule/shared/id"
	"vestibule/shared/outbox"
	"vestibule/shared/post/posttest"
)

func TestWhatIsNoneOfTheCouriersBusinessIsDoneWith(t *testing.T) {
	v := visit(t)
	m := v.commit(invitation("finn@praxis.example"))
	events, letters := v.world.Queue("PostEventsQueue"), v.world.Queue("LettersQueue")
	stranger := posttest.Mail{From: "a@b.example", To: []string{"finn@praxis.example"}, ProviderID: "0107", Time: v.clock()}
	tagged := func(message, set string) string {
		s := stranger
		s.Tags = map[string]string{"message": message, "ses:configuration-set": set}
		return string(s.Event("Bounce Permanent General"))
	}
	gone := string(id.New[id.MessageID](v.clock(), rand.Reader))
	for name, r := range map[string]map[string]any{
		"a letter that changed":                streamEvent("MODIFY", string(m), "1"),
		"a letter whose time is over":          streamEvent("REMOVE", string(m), "1"),
		"a counter":                            streamEvent("INSERT", "to#abc#2026-11-21T09", "1"),
		"a letter that is gone":                streamEvent("INSERT", gone, "1"),
		"a note of a letter that is gone":      queueRecord(letters, "1", fmt.Sprintf(`{"message":%q}`, gone), 1),
		"a sent note of a letter that is gone": queueRecord(letters, "1", fmt.Sprintf(`{"message":%q,"sent":"0107"}`, gone), 1),
		"an event of a letter that is gone":    queueRecord(events, "1", tagged(gone, v.courier.set), 1),
		"an event of no letter":                queueRecord(events, "1", string(stranger.Event("Delivery")), 1),
		"an event of another sender":           queueRecord(events, "1", tagged(string(m), "another-set"), 1),
		"an event that does not matter":        queueRecord(events, "1", strings.Replace(tagged(string(m), v.courier.set), `"Bounce"`, `"Open"`, 1), 1),
	} {
		if again := v.invoke([]map[string]any{r}); len(again) != 0 {
			t.Errorf("%s must come again", name)
		}
	}
	if got := v.get(m); got.State != outbox.Queued || v.ses.Asked() != 0 {
		t.Errorf("it did something to a letter: %v, %d requests", got.Status, v.ses.Asked())
	}
	if dump := v.world.Dump(t.Context())["OutboxTable"]; len(dump) != 1 {
		t.Errorf("the table has %d items", len(dump))
	}
	for name, r := range map[string]map[string]any{
		"no note":                      queueRecord(letters, "1", "finn@praxis.example", 1),
		"a note of no message":         queueRecord(letters, "1", `{"message":"finn@praxis.example"}`, 1),
		"a note of a batch of records": queueRecord(letters, "1", `{"DDBStreamBatchInfo":{"shardId":"1"}}`, 1),
		"no event":                     queueRecord(events, "1", `finn@praxis.example`, 1),
		"a record of nowhere":          {"messageId": "1", "eventSource": "aws:sns", "body": "finn@praxis.example"},
	} {
		if again := v.invoke([]map[string]any{r}); !slices.Equal(again, []string{"1"}) {
			t.Errorf("%s: %v must come again, want it", name, again)
		}
	}
}
