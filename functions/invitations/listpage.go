package main

import (
	"net/http"

	"vestibule/shared/id"
	"vestibule/shared/seal"
	"vestibule/shared/web"
)

// list is the page of the waiting invitations.
type list struct {
	Rows  []row
	Looks []string // explained below the table
	Done  string
}

func (d *desk) showPending(w http.ResponseWriter, r *http.Request, staff web.Staff) error {
	return d.writeList(w, r, staff, list{Done: done(r)}, "", seal.Code{})
}

// writeList shows the table, with the code of one invitation in its row.
func (d *desk) writeList(w http.ResponseWriter, r *http.Request, staff web.Staff, data list, revealed id.InviteID, code seal.Code) error {
	waiting, delivery, err := d.pending(r.Context(), staff)
	if err != nil {
		return err
	}
	data.Looks = []string{"pending", "opened", undelivered, "expired", "locked"}
	for _, inv := range waiting {
		v := d.row(staff, inv, delivery[inv.MessageID])
		if inv.ID == revealed {
			v.Code = code
		}
		data.Rows = append(data.Rows, v)
	}
	frame := d.frame(staff, "invitations.title")
	frame.Self = "/invitations"
	pages.Write(w, r, http.StatusOK, "pending", frame, data)
	return nil
}
