package id

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"
	"time"
)

func TestIDComesBackAndNothingElseIsOne(t *testing.T) {
	t.Parallel()
	one := New[InviteID](time.Now(), rand.Reader)
	if back, err := Parse[InviteID](string(one)); err != nil || back != one {
		t.Errorf("got %s, %v, want %s", back, err, one)
	}
	b, err := Bytes(one)
	if err != nil || FromBytes[InviteID](b) != one {
		t.Errorf("the short form does not come back: %v", err)
	}
	good := string(one)
	for _, bad := range []string{"", "inv_", good[4:], "mem_" + good[4:], good + "0", good[:29], "INV_" + good[4:], "inv_" + "8" + good[5:], " " + good, good[:10] + "u" + good[11:], "inv_../../../../../etc/passwd0"} {
		if _, err := Parse[InviteID](bad); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	high := New[AuditID](now, bytes.NewReader(bytes.Repeat([]byte{255}, 16)))
	low := New[AuditID](now.Add(time.Millisecond), bytes.NewReader(make([]byte, 16)))
	if high >= low {
		t.Errorf("%s was made before %s and sorts after it", high, low)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("inv_01ARZ3NDEKTSV4RRFFQ69G5FAV")
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := Parse[InviteID](text); err == nil && string(k) != text {
			t.Errorf("%q became %q", text, k)
		}
	})
}
