package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vestibule/shared/awstest"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/team"
	"vestibule/shared/web/webtest"
)

// muster is the practice of manual 000: a doctor who asks, an assistant with and one without a login of their own, and one who has left.
func muster(p *practice) (clinic id.ClinicID, eva *http.Cookie, ids []id.MemberID) {
	p.t.Helper()
	clinic = p.clinic("Praxis Dr. Muster")
	for i, m := range []team.Member{
		{Name: "Dr. Eva Muster", Function: "Fachärztin", LANR: "123456601", Roles: []team.Role{team.Administrator, team.Practitioner}, AccountID: newAccount(), Active: true},
		{Name: "Finn Berg", Function: "MFA", Roles: []team.Role{team.Assistant}, AccountID: newAccount(), Active: true},
		{Name: "Petra Schulz", Function: "MFA", Roles: []team.Role{}, Active: true},
		{Name: "Gustav Gegangen", Function: "MFA", Roles: []team.Role{team.Assistant}},
	} {
		m.ClinicID = clinic
		member, cookie := p.member(m)
		ids = append(ids, member)
		if i == 0 {
			eva = cookie
		}
	}
	return clinic, eva, ids
}

func TestTeamShowsEverybodyOfTheOwnPractice_A01_A05(t *testing.T) {
	t.Parallel()
	p := openPractice(t)
	_, eva, ids := muster(p)
	lanr := "123456601"
	want := []Member{
		{MemberId: string(ids[0]), Name: "Dr. Eva Muster", Function: "Fachärztin", Lanr: &lanr, Roles: []Role{Administrator, Practitioner}, HasAccess: true, Active: true},
		{MemberId: string(ids[1]), Name: "Finn Berg", Function: "MFA", Roles: []Role{Assistant}, HasAccess: true, Active: true},
		{MemberId: string(ids[2]), Name: "Petra Schulz", Function: "MFA", Roles: []Role{}, Active: true},
		{MemberId: string(ids[3]), Name: "Gustav Gegangen", Function: "MFA", Roles: []Role{Assistant}},
	}
	if diff := cmp.Diff(want, p.members(eva)); diff != "" {
		t.Error(diff)
	}
	_, page := p.ask(german("/team"), eva)
	for _, part := range []string{
		"Dr. Eva Muster", "Fachärztin", lanr, "Finn Berg", "Petra Schulz", "Praxis Dr. Muster",
		`<span class="tag">Das sind Sie</span>`, "Verwaltung der Praxis, Ärztin oder Arzt", `href="/clinics"`, `action="/logout/everywhere"`,
	} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is not on the page", part)
		}
	}
	if strings.Contains(page, "Gustav") {
		t.Error("who has left is on the page")
	}
	if got := strings.Count(page, "Das sind Sie"); got != 1 {
		t.Errorf("%d people are the reader", got)
	}
}

func german(path string) *http.Request {
	r := webtest.Get(path)
	r.Header.Set("Accept-Language", "de")
	return r
}

func TestTeamOfAnotherClinicIsNeverShown_A01(t *testing.T) {
	t.Parallel()
	p := openPractice(t)
	musterID, eva, _ := muster(p)
	other := p.clinic("Praxis Fremd")
	_, ida := p.member(team.Member{ClinicID: other, Name: "Ida Fremd", Function: "Ärztin", Roles: []team.Role{team.Administrator}, AccountID: newAccount(), Active: true})

	for _, path := range []string{"/team", "/team?clinic_id=" + string(other), "/api/team", "/api/team?clinic_id=" + string(other)} {
		r := webtest.Get(path)
		r.Header.Set("X-Clinic-Id", string(other))
		if status, text := p.ask(r, eva); status != http.StatusOK || strings.Contains(text, "Fremd") || !strings.Contains(text, "Finn Berg") {
			t.Errorf("%s: answer %d:\n%s", path, status, text)
		}
	}
	if got := p.members(ida); len(got) != 1 || got[0].Name != "Ida Fremd" {
		t.Errorf("the other clinic sees %v", got)
	}
	// The cookie says where to look; with another clinic in it, it proves nothing.
	forged := *ida
	forged.Value = strings.Replace(ida.Value, string(other), string(musterID), 1)
	if status, text := p.ask(webtest.Get("/api/team"), &forged); status != http.StatusUnauthorized || strings.Contains(text, "Finn") {
		t.Errorf("forged cookie: answer %d", status)
	}
}

func TestInviteIsOfferedForWhoHasNoLoginToWhoMayInvite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		roles []team.Role
		may   bool
	}{
		"administrator": {[]team.Role{team.Administrator}, true},
		"practitioner":  {[]team.Role{team.Practitioner}, true},
		"assistant":     {[]team.Role{team.Assistant}, false},
		"nothing":       {[]team.Role{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := openPractice(t)
			clinic, _, ids := muster(p)
			_, reader := p.member(team.Member{ClinicID: clinic, Name: "Leserin", Roles: c.roles, AccountID: newAccount(), Active: true})
			_, page := p.ask(webtest.Get("/team"), reader)
			for i, id := range ids {
				offered := strings.Contains(page, `href="/invitations/new?member=`+string(id)+`"`)
				if want := c.may && i == 2; offered != want { // Petra Schulz, who has no login
					t.Errorf("member %d: offered is %v, not %v", i, offered, want)
				}
			}
			if offered := strings.Contains(page, `href="/invitations/new"`); offered != c.may {
				t.Errorf("somebody who is not listed: offered is %v, not %v", offered, c.may)
			}
		})
	}
}

func TestWhoHasJustJoinedIsWelcomed(t *testing.T) {
	t.Parallel()
	p := openPractice(t)
	_, eva, _ := muster(p)
	if _, page := p.ask(german("/team?welcome=1"), eva); !strings.Contains(page, "Willkommen, Dr. Eva Muster!") {
		t.Error("no welcome")
	}
	for _, path := range []string{"/team", "/team?welcome=%3Cscript%3E"} {
		if _, page := p.ask(german(path), eva); strings.Contains(page, "Willkommen") || strings.Contains(page, "<script>") {
			t.Errorf("%s welcomes", path)
		}
	}
}

func TestTeamIsShownOnlyToTheSignedIn_P49(t *testing.T) {
	t.Parallel()
	p := openPractice(t)
	clinic, _, _ := muster(p)
	finn := newAccount()
	_, cookie := p.member(team.Member{ClinicID: clinic, Name: "Finn", Roles: []team.Role{team.Assistant}, AccountID: finn, Active: true})
	if status, _ := p.ask(webtest.Get("/team"), cookie); status != http.StatusOK {
		t.Fatalf("answer %d", status)
	}
	if err := p.db.Delete(t.Context(), p.env.SessionTable, dynamo.Key("account_id", string(finn), "clinic_id", string(clinic))); err != nil {
		t.Fatal(err)
	}
	for _, who := range []*http.Cookie{nil, cookie, {Name: cookie.Name, Value: "nonsense"}} {
		if status, _ := p.ask(webtest.Get("/team"), who); status != http.StatusSeeOther {
			t.Errorf("page: answer %d", status)
		}
		if status, _ := p.ask(webtest.Get("/api/team"), who); status != http.StatusUnauthorized {
			t.Errorf("JSON: answer %d", status)
		}
	}
}

func TestTeamTakesTwoCalls(t *testing.T) {
	t.Parallel()
	p := openPractice(t)
	_, eva, _ := muster(p)
	for _, path := range []string{"/team", "/api/team"} {
		p.world.ResetCalls()
		p.ask(webtest.Get(path), eva)
		var calls []string
		for _, c := range p.world.Calls() {
			calls = append(calls, c.Action+" "+strings.Join(c.Tables, "+"))
		}
		if diff := cmp.Diff([]string{"BatchGetItem ClinicTable+SessionTable", "Query TeamTable"}, calls); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func TestEveryPageIsWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	p := openPractice(t)
	_, eva, _ := muster(p)
	alone := p.clinic("Praxis Allein")
	_, ida := p.member(team.Member{ClinicID: alone, Name: `Ida <b>"Berg"`, Function: "<script>", Roles: team.Roles, AccountID: newAccount(), Active: true})
	for _, lang := range []string{"de", "nb", "da", "en"} {
		for _, reader := range []*http.Cookie{eva, ida} {
			for _, path := range []string{"/team", "/team?welcome=1", "/nothing"} {
				r := webtest.Get(path)
				r.Header.Set("Accept-Language", lang)
				if _, page := p.ask(r, reader); !strings.Contains(page, `<html lang="`+lang+`">`) {
					t.Errorf("%s is not in %s", path, lang)
				}
			}
		}
	}
}

func TestNothingOfAPersonIsLogged_P77(t *testing.T) {
	p := openPractice(t)
	clinic := p.clinic("Praxis Kanaria")
	_, cookie := p.member(team.Member{ClinicID: clinic, Name: "Kanaria Vogel", Function: "Kanarienfunktion", LANR: "987654321", Roles: team.Roles, AccountID: newAccount(), Active: true})
	for _, path := range []string{"/team", "/api/team"} {
		for _, kind := range awstest.Kinds {
			for call := 1; ; call++ {
				p.world.Faults().Reset()
				p.world.Faults().At(call, kind)
				awstest.Survive(func() { p.ask(webtest.Get(path), cookie) })
				if p.world.Faults().Fired() == 0 {
					break
				}
			}
		}
	}
	log := said.String()
	if !strings.Contains(log, "internal error") {
		t.Error("nothing went wrong, so nothing was looked through")
	}
	for _, what := range []string{"Kanari", "987654321", cookie.Value[strings.LastIndexByte(cookie.Value, '.')+1:]} {
		if strings.Contains(log, what) {
			t.Errorf("the log tells %q:\n%s", what, log)
		}
	}
}
