package words

import (
	"testing"
	"time"
)

func TestP52DatesReadAsPeopleWriteThemInTheClinicsZone(t *testing.T) {
	zones := map[Lang]string{German: "Europe/Berlin", Norwegian: "Europe/Oslo", Danish: "Europe/Copenhagen", English: "Europe/Berlin"}
	for _, c := range []struct {
		name string
		utc  time.Time
		want map[Lang]string
	}{
		{"winter, and the next day already", time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC), map[Lang]string{
			German: "22. November 2026, 00:30 Uhr", Norwegian: "22. november 2026 kl. 00.30",
			Danish: "22. november 2026 kl. 00.30", English: "22 November 2026 at 00:30",
		}},
		{"the last minute of winter time", time.Date(2026, 3, 29, 0, 59, 0, 0, time.UTC), map[Lang]string{
			German: "29. März 2026, 01:59 Uhr", Norwegian: "29. mars 2026 kl. 01.59",
			Danish: "29. marts 2026 kl. 01.59", English: "29 March 2026 at 01:59",
		}},
		{"the first minute of summer time", time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), map[Lang]string{
			German: "29. März 2026, 03:00 Uhr", Norwegian: "29. mars 2026 kl. 03.00",
			Danish: "29. marts 2026 kl. 03.00", English: "29 March 2026 at 03:00",
		}},
		{"half past two for the first time", time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), map[Lang]string{
			German: "25. Oktober 2026, 02:30 Uhr", Norwegian: "25. oktober 2026 kl. 02.30",
			Danish: "25. oktober 2026 kl. 02.30", English: "25 October 2026 at 02:30",
		}},
		{"half past two for the second time", time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), map[Lang]string{
			German: "25. Oktober 2026, 02:30 Uhr", Norwegian: "25. oktober 2026 kl. 02.30",
			Danish: "25. oktober 2026 kl. 02.30", English: "25 October 2026 at 02:30",
		}},
		{"the year turns", time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), map[Lang]string{
			German: "1. Januar 2027, 00:00 Uhr", Norwegian: "1. januar 2027 kl. 00.00",
			Danish: "1. januar 2027 kl. 00.00", English: "1 January 2027 at 00:00",
		}},
	} {
		for lang, want := range c.want {
			zone, err := time.LoadLocation(zones[lang])
			if err != nil {
				t.Fatal(err)
			}
			if got := DateTime(lang, c.utc, zone); got != want {
				t.Errorf("%s: %s says %q, want %q", c.name, lang, got, want)
			}
		}
	}
}

func TestDateAloneHasNoTimeOfDay(t *testing.T) {
	at := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	for lang, want := range map[Lang]string{
		German: "3. Mai 2026", Norwegian: "3. mai 2026", Danish: "3. maj 2026", English: "3 May 2026", Lang("xx"): "3 May 2026",
	} {
		if got := Date(lang, at, nil); got != want {
			t.Errorf("%s says %q, want %q", lang, got, want)
		}
	}
}
