package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"vestibule/shared/letter"
	"vestibule/shared/letter/mime"
	"vestibule/shared/outbox"
	"vestibule/shared/post"
)

// look looks at a letter: sends it if that is due, and sees to it that it is looked at again if that is needed. An error means that the
// record must come again.
func (c *courier) look(ctx context.Context, n note, r record, m *meter) error {
	var wait time.Duration
	err := safely(ctx, func() (err error) {
		wait, err = c.deliver(ctx, &n, r.last(), m)
		return err
	})
	switch {
	case err == nil && wait == 0:
		return nil
	case err == nil:
		return c.put(ctx, n, wait)
	case r.Source == "aws:dynamodb" || !n.hopeless(err):
		// A stream waits for a record that fails, and all letters behind it wait too. So they fail in the queue only.
		slog.WarnContext(ctx, "letter put off", "message", n.Message, "tries", n.Tries, "error", err)
		n.Tries++
		return c.put(ctx, n, c.pause(n.Tries, c.random))
	default:
		return err
	}
}

// deliver takes a letter, if it is to be sent, and brings it to the provider. It returns after how long the letter must be looked at again,
// 0 when it is done. The last time, a letter for which there is no hope has failed.
func (c *courier) deliver(ctx context.Context, n *note, last bool, m *meter) (time.Duration, error) {
	if n.Sent != "" {
		return 0, c.record(ctx, n, m)
	}
	lease, err := c.lease()
	if err != nil {
		return 0, err
	}
	now := c.now()
	message, step, err := c.outbox.Take(ctx, n.Message, lease, now)
	if err != nil {
		return 0, err
	}
	say := func(outcome string, more ...any) {
		slog.InfoContext(ctx, "letter", append([]any{"message", n.Message, "kind", message.Kind, "attempt", message.Attempt, "outcome", outcome}, more...)...)
	}
	switch step {
	case outbox.Done:
		say("settled")
		return 0, nil
	case outbox.Wait:
		say("waiting")
		return c.until(message, now), nil
	case outbox.Doubt:
		say("uncertain")
		m.add("letters_failed")
		return 0, c.outbox.Fail(ctx, message, outbox.Uncertain)
	case outbox.Again:
		say("sending again, unsure of the time before")
		m.add("letters_resent")
	}
	mail, why, err := c.prepare(ctx, message, now)
	if err != nil {
		return 0, c.giveBack(ctx, message, err, last && n.hopeless(err), m)
	}
	if why != "" {
		say("failed", "reason", why)
		m.add("letters_failed")
		return 0, c.outbox.Fail(ctx, message, why)
	}
	result := c.post.Send(ctx, mail)
	say(result.Outcome.String(), "code", result.Code)
	switch result.Outcome {
	case post.Sent:
		n.Sent = result.ProviderID
		return 0, c.record(ctx, n, m)
	case post.Refused:
		m.add("letters_failed")
		return 0, c.outbox.Fail(ctx, message, outbox.Refused)
	case post.Later:
		err := fmt.Errorf("the provider does not take it now: %s", result.Code)
		return 0, c.giveBack(ctx, message, err, last && n.hopeless(err), m)
	default:
		m.add("letters_unsure")
		return c.until(message, now), nil
	}
}

// prepare makes the mail of a letter. A reason says why it can never be sent.
func (c *courier) prepare(ctx context.Context, message outbox.Message, now time.Time) (post.Mail, outbox.Reason, error) {
	opened, err := c.outbox.Letter(ctx, message)
	if errors.Is(err, outbox.ErrUnreadable) {
		return post.Mail{}, "", fmt.Errorf("%w: %w", errPoison, err)
	}
	if err != nil {
		return post.Mail{}, "", err
	}
	to, err := letter.Envelope(opened)
	if err != nil {
		return post.Mail{}, outbox.Refused, nil
	}
	raw, err := mime.Raw(c.sender, opened, message.ID, now)
	if err != nil {
		return post.Mail{}, "", fmt.Errorf("%w: %w", errPoison, err)
	}
	allowed, err := c.outbox.Count(ctx, message.ID, opened.Recipient(), now)
	if err != nil {
		return post.Mail{}, "", err
	}
	if !allowed {
		return post.Mail{}, outbox.TooMany, nil
	}
	return post.Mail{Message: message.ID, From: c.sender.From(), To: to, Raw: raw}, "", nil
}

// record writes down that a letter was sent. Until it has, the note says so, and the letter is not sent again on its account.
func (c *courier) record(ctx context.Context, n *note, m *meter) error {
	ctx, cancel := after(ctx)
	defer cancel()
	_, news, err := c.outbox.Settle(ctx, n.Message, outbox.Status{State: outbox.Sent}, n.Sent, c.now())
	if news {
		m.add("letters_sent")
	}
	return err
}

// giveBack returns a letter that was certainly not sent, or fails it when it has been tried to the end. The error is why it was not sent.
// If the letter cannot be returned it stays taken, and is looked at when the lease is over.
func (c *courier) giveBack(ctx context.Context, message outbox.Message, why error, end bool, m *meter) error {
	ctx, cancel := after(ctx)
	defer cancel()
	if end {
		m.add("letters_failed")
		return errors.Join(why, c.outbox.Fail(ctx, message, outbox.Exhausted))
	}
	return errors.Join(why, c.outbox.PutBack(ctx, message))
}

// until is how long a letter that somebody has must be left alone; a little longer, at random, so that not all come at once.
func (c *courier) until(message outbox.Message, now time.Time) time.Duration {
	wait := c.pause(0, c.random)
	if message.LeaseUntil != nil {
		wait += message.LeaseUntil.Sub(now)
	}
	return max(wait, time.Second)
}

// lease is a name for having a letter, made anew each time.
func (c *courier) lease() (string, error) {
	var bits [16]byte
	if _, err := io.ReadFull(c.random, bits[:]); err != nil {
		return "", fmt.Errorf("make a lease: %w", err)
	}
	return hex.EncodeToString(bits[:]), nil
}
