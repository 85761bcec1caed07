// Package demo is the two clinics that a fresh house shows: "Praxis Dr. Muster" with two doctors and two assistants, and a second one in
// another country, so that what is kept apart can be tried by hand. `make run` fills them in, and tests begin with them.
//
// Nobody in it exists. The numbers are made up and fail the checks of real ones.
package demo

import (
	"vestibule/shared/clinic"
	"vestibule/shared/id"
	"vestibule/shared/team"
)

// Password opens every login of the demo.
const Password = "vier bunte Türen im Hof"

// Person is somebody of a demo clinic.
type Person struct {
	team.Member
	Mail string // empty: no login of their own yet
}

// Clinic is a demo clinic with its people.
type Clinic struct {
	clinic.Clinic
	People []Person
}

// The people of Praxis Dr. Muster.
var (
	Caro  = person("1", "A", "Dr. med. Caro Muster", "Fachärztin für Allgemeinmedizin", "999999901", "caro.muster@praxis-muster.example", team.Administrator, team.Practitioner)
	Jonas = person("1", "B", "Dr. med. Jonas Beispiel", "Facharzt für Innere Medizin", "999999902", "jonas.beispiel@praxis-muster.example", team.Practitioner)
	Lena  = person("1", "C", "Lena Probe", "MFA", "", "lena.probe@praxis-muster.example", team.Assistant)
	Mia   = person("1", "D", "Mia Neumann", "MFA", "", "", team.Assistant)
)

// The people of Fjordgata legesenter.
var (
	Ingrid = person("2", "A", "Ingrid Eksempel", "Fastlege", "", "ingrid.eksempel@fjordgata.example", team.Administrator, team.Practitioner)
	Ola    = person("2", "B", "Ola Prøve", "Helsesekretær", "", "ola.prove@fjordgata.example", team.Assistant)
)

// The clinics.
var (
	Muster = Clinic{clinic.Clinic{
		ID: Caro.ClinicID, Name: "Praxis Dr. Muster", Zone: "Europe/Berlin", Lang: "de", CodeForm: "letters",
	}, []Person{Caro, Jonas, Lena, Mia}}
	Fjordgata = Clinic{clinic.Clinic{
		ID: Ingrid.ClinicID, Name: "Fjordgata legesenter", Zone: "Europe/Oslo", Lang: "nb", CodeForm: "digits",
	}, []Person{Ingrid, Ola}}
)

// Clinics is all of them.
var Clinics = []Clinic{Muster, Fjordgata}

// person makes ids that are the same each time, so that filling in twice is filling in once.
func person(clinicN, n, name, function, lanr, mail string, roles ...team.Role) Person {
	m := team.Member{
		ClinicID: id.ClinicID("cli_01J0000000000000000000000" + clinicN),
		ID:       id.MemberID("mem_01J000000000000000000000" + clinicN + n),
		Name:     name, Function: function, LANR: lanr, Roles: roles, Active: true,
	}
	if mail != "" {
		m.AccountID = id.AccountID("acc_01J000000000000000000000" + clinicN + n)
	}
	return Person{m, mail}
}
