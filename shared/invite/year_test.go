package invite

import (
	"context"
	"errors"
	"math"
	"testing"

	"vestibule/shared/awstest"
)

// TestT03YearWithAllLinksStolen lets somebody who holds every link of a clinic guess all day for a year, and holds what was compared
// against the bound that docs/decisions state.
func TestT03YearWithAllLinksStolen(t *testing.T) {
	t.Parallel()
	ctx, s, clinic := context.Background(), open(awstest.New(t)), clinicID()
	compared := 0
	for day := range 365 {
		now := monday.AddDate(0, 0, day)
		for frozen := false; !frozen; {
			_, link := s.freshAt(t, clinic, now)
			for {
				_, err := s.store.Try(ctx, link, now)
				if frozen = errors.Is(err, ErrFrozen); frozen || errors.Is(err, ErrLocked) {
					break
				}
				if err != nil {
					t.Fatalf("day %d: %v", day, err)
				}
				compared++
			}
		}
	}
	if compared != 365*Wrongs {
		t.Errorf("%d codes compared in a year, want %d", compared, 365*Wrongs)
	}
	t.Logf("%d codes compared in a year: odds %.1e with 8 characters, %.1e with 6 digits", compared, float64(compared)/math.Pow(2, 40), float64(compared)/1e6)
}
