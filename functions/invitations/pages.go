package main

import (
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"

	"vestibule/shared/fault"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/page"
	"vestibule/shared/web"
)

func (d *desk) frame(staff web.Staff, title string, args ...any) page.Frame {
	return page.Frame{
		Title: title, TitleArgs: args, Clinic: staff.Clinic.Name, Person: staff.Name, Place: "invitations", Zone: staff.Zone,
	}
}

// key makes an Idempotency-Key for a form: sending the form twice is one act.
func (d *desk) key() string {
	key := make([]byte, 16)
	if _, err := io.ReadFull(d.random, key); err != nil {
		return "" // then two clicks are two acts
	}
	return hex.EncodeToString(key)
}

// sent is the Idempotency-Key that came with a form. Two of them are as they would come through the gateway, which is none that is good.
func sent(r *http.Request) string { return strings.Join(r.Header.Values(web.IdempotencyKey), ",") }

// which invitation an address means. What cannot be an id is answered like an id that is not there.
func which(text string) (id.InviteID, error) {
	i, err := id.Parse[id.InviteID](text)
	if err != nil {
		return "", invite.ErrUnknown
	}
	return i, nil
}

// done is which act has just been done, for the confirmation; only those that there are.
func done(r *http.Request) string {
	what := r.URL.Query().Get("done")
	if slices.Contains([]string{"created", "withdrawn", "resent", "extended", "recoded", "readdressed"}, what) {
		return what
	}
	return ""
}

// shown is what a page shows of a refusal, beside the field it is about or above everything. What no page of ours could mend is for
// web.Fail.
func shown(err error, field string) ([]fault.Field, bool) {
	f := fault.Of(err)
	if f == nil || slices.Contains([]fault.Kind{fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Invalid, fault.TooLarge}, f.Kind()) {
		return nil, false
	}
	return web.Fields(err, field)
}
