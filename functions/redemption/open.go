package main

import (
	"net/http"

	"vestibule/shared/invite"
	"vestibule/shared/web"
)

// open says who invites whom to who holds the link, and notes for the inviter that it was opened. Only a POST does: what a mail scanner
// fetches changes nothing (P35).
func (d *desk) open(r *http.Request, in LinkHolder) (invite.Invite, *web.Staff, error) {
	link, err := invite.ParseLink(in.Link.Reveal())
	if err != nil {
		return invite.Invite{}, nil, err
	}
	as, err := d.who(r)
	if err != nil {
		return invite.Invite{}, nil, err
	}
	inv, err := d.invites.Open(r.Context(), link, d.now())
	return inv, as, err
}
