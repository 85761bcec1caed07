package clinic

import (
	"fmt"
	"time"

	"vestibule/shared/fault"
	"vestibule/shared/id"
)

// ErrUnknown is the answer when there is no such clinic.
var ErrUnknown = fault.New(fault.NotFound, "clinic.unknown")

// Clinic is a clinic's profile.
type Clinic struct {
	ID   id.ClinicID `dynamodbav:"clinic_id"`
	Name string      `dynamodbav:"name"`
	Zone string      `dynamodbav:"zone"` // IANA name; all of the clinic's times are meant in it
	Lang string      `dynamodbav:"lang"` // of its letters when the recipient's is not known
	// CodeForm is what activation codes look like: "letters" (8 characters, the default) or "digits" (6), decision 8.
	CodeForm string `dynamodbav:"code_form"`
}

// Location returns the clinic's time zone.
func (c Clinic) Location() (*time.Location, error) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone of clinic %s: %w", c.ID, err)
	}
	return zone, nil
}
