package page_test

import (
	"os"
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/page"
)

// sink is a page with everything on it: what it looks like is what all pages look like.
var sink = page.New(os.DirFS("testdata"))

type sinkRow struct{ Name, Mail, State, Look string }

type sinkData struct {
	Name, Mail, Code, Note string
	At                     time.Time
	Roles, Days            []page.Choice
	Rows                   []sinkRow
	Tasks                  []page.Task
}

func sinkOf(text string) sinkData {
	return sinkData{
		Name: text, Mail: text, Code: "KMR 4X7 P2W", Note: text,
		At: time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC),
		Roles: []page.Choice{
			{Value: "assistant", Text: "Assistenz", Hint: "Sieht Termine und Einladungen."},
			{Value: "colleague", Text: "Ärztin oder Arzt"}, {Value: "administrator", Text: text, Hint: text},
		},
		Days:  []page.Choice{{Value: "mo", Text: "Montag", On: true}, {Value: "tu", Text: "Dienstag"}},
		Rows:  []sinkRow{{text, "petra.schulz@praxis.example", "Ausstehend", ""}, {"Jonas Weber", "jonas.weber@praxis.example", "Geöffnet", "good"}, {"Dr. Maximiliane von Hohenlohe-Langenburg", "maximiliane.von.hohenlohe@sehr-lange-adresse.example", "E-Mail kam nicht an", "bad"}, {"Ida Berg", "ida@klinikk.example", "Gesperrt", "warn"}},
		Tasks: []page.Task{{Text: "Angaben zur Praxis", Href: "/sink", Done: true}, {Text: "Team einladen", Href: "/sink", Hint: text}, {Text: "Freigaben", Tag: "Noch nicht möglich"}},
	}
}

func sinkFrame(zone *time.Location) page.Frame {
	return page.Frame{
		Title: "portal.title", Clinic: "Praxis Dr. Muster", Person: "Dr. Eva Muster", Place: "invitations", Back: "/team", Zone: zone,
		Errors: []fault.Field{{Name: "mail", Code: "mail.malformed"}, {Name: "role", Code: "field.choice"}, {Code: "busy"}},
	}
}
