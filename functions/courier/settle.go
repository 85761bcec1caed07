package main

import (
	"context"
	"fmt"
	"log/slog"

	"vestibule/shared/outbox"
	"vestibule/shared/post"
)

// facts is what the provider's events mean for a letter.
var facts = map[post.What]outbox.Status{
	post.Accepted:   {State: outbox.Sent},
	post.Delivered:  {State: outbox.Delivered},
	post.Returned:   {State: outbox.Bounced, Reason: outbox.Returned},
	post.Bounced:    {State: outbox.Bounced},
	post.Suppressed: {State: outbox.Suppressed},
	post.Complained: {State: outbox.Complained},
	post.Rejected:   {State: outbox.Failed, Reason: outbox.Rejected},
}

// counted is what is measured of them.
var counted = map[post.What]string{
	post.Returned: "bounces", post.Bounced: "bounces", post.Suppressed: "suppressed", post.Complained: "complaints", post.Rejected: "letters_failed",
}

// settle takes in what the provider reports of a letter (T52). An event of another sender, or of a letter that is no more, is done with.
func (c *courier) settle(ctx context.Context, body []byte, m *meter) error {
	e, err := post.ReadEvent(body)
	if err != nil {
		return fmt.Errorf("%w: %w", errPoison, err)
	}
	fact, matters := facts[e.What]
	if !matters {
		return nil
	}
	if e.Message == "" || e.Set != c.set {
		m.add("events_unknown")
		return nil
	}
	message, news, err := c.outbox.Settle(ctx, e.Message, fact, e.ProviderID, c.now())
	if err != nil {
		return err
	}
	if message.ID == "" {
		m.add("events_unknown")
		return nil
	}
	if name := counted[e.What]; name != "" && news {
		m.add(name)
	}
	slog.InfoContext(ctx, "event", "message", e.Message, "kind", message.Kind, "event", e.What, "detail", e.Detail, "news", news, "status", message.State)
	return nil
}
