package words

import (
	"fmt"
	"time"
	_ "time/tzdata" // a function's machine need not have the time zones of its clinics
)

var months = map[Lang][12]string{
	German:    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	Norwegian: {"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	Danish:    {"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
	English:   {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Date writes a day as people write it in that language, as it is in the zone: "21. November 2026".
func Date(lang Lang, t time.Time, zone *time.Location) string {
	local := in(t, zone)
	month := months[known(lang)][local.Month()-1]
	if known(lang) == English {
		return fmt.Sprintf("%d %s %d", local.Day(), month, local.Year())
	}
	return fmt.Sprintf("%d. %s %d", local.Day(), month, local.Year())
}

// DateTime writes a day and a time of day: "21. November 2026, 14:05 Uhr".
func DateTime(lang Lang, t time.Time, zone *time.Location) string {
	return fmt.Sprintf(map[Lang]string{
		German: "%s, %s Uhr", Norwegian: "%s kl. %s", Danish: "%s kl. %s", English: "%s at %s",
	}[known(lang)], Date(lang, t, zone), Clock(lang, t, zone))
}

// Clock writes a time of day. All four write 24 hours: a clinic's English readers live where the clocks on the wall do.
func Clock(lang Lang, t time.Time, zone *time.Location) string {
	switch local := in(t, zone); known(lang) {
	case Norwegian, Danish:
		return local.Format("15.04")
	default:
		return local.Format("15:04")
	}
}

func in(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone)
}

func known(lang Lang) Lang {
	if _, ok := months[lang]; ok {
		return lang
	}
	return Fallback
}
