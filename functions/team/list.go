package main

import (
	"cmp"
	"net/http"
	"slices"

	"vestibule/shared/page"
	"vestibule/shared/team"
	"vestibule/shared/web"
)

// list reads the team of the clinic where the asking person is signed in; there is no other way to say whose team is meant (A01).
func (d *desk) list(r *http.Request) (web.Staff, []team.Member, error) {
	staff, err := d.door.Staff(r)
	if err != nil {
		return web.Staff{}, nil, err
	}
	members, err := d.teams.All(r.Context(), staff.ClinicID)
	return staff, members, err
}

type row struct {
	team.Member
	Self   bool // the reader's own
	Invite bool // the reader may let this person in, who has no login yet
}

type teamData struct {
	Rows    []row
	Welcome string // name of who has just joined
	Invite  bool   // the reader may let people in
	Numbers bool   // somebody has a LANR; where doctors have none, nobody is asked to wonder what it is
}

func (d *desk) teamPage(w http.ResponseWriter, r *http.Request) {
	staff, members, err := d.list(r)
	if err != nil {
		web.Fail(w, r, err)
		return
	}
	data := teamData{Invite: team.MayInvite(staff.Roles)}
	for _, m := range members {
		if m.Active {
			data.Rows = append(data.Rows, row{m, m.ID == staff.MemberID, data.Invite && !m.HasAccess()})
			data.Numbers = data.Numbers || m.LANR != ""
		}
	}
	slices.SortStableFunc(data.Rows, func(a, b row) int { return cmp.Compare(a.Name, b.Name) })
	if r.URL.Query().Get("welcome") == "1" {
		data.Welcome = staff.Name
	}
	pages.Write(w, r, http.StatusOK, "team", page.Frame{
		Title: "team.title", Clinic: staff.Clinic.Name, Person: staff.Name, Invites: data.Invite, Place: "team", Zone: staff.Zone,
	}, data)
}
