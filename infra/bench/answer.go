package main

import (
	"bytes"
	crand "crypto/rand"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"vestibule/infra/demo"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/seal"
	"vestibule/shared/session"
	"vestibule/shared/web"
	"vestibule/shared/web/webtest"
)

const answerRounds = 21

// question is a first request to a function, and what its answer holds.
type question struct {
	name   string
	event  []byte
	answer string
	env    []string
	binary string
}

// measureAnswers compares what a function does until its first answer, with DynamoDB behind TLS: the CPU time from exec to the answer (L2),
// and how long the first invocation takes on a tenth of a core when the start had a whole one (L3).
func measureAnswers(dir, bin string, functions []function) (table, error) {
	t := table{title: "L2 and L3: first answer, beside LoadDefaultConfig with the connection opened by the first call", head: compared}
	service, err := newStandIn(dir)
	if err != nil {
		return t, err
	}
	defer service.Close()
	questions, err := service.questions(functions)
	if err != nil {
		return t, err
	}
	item := func(peer string) question {
		return question{
			name: peer, binary: filepath.Join(bin, peer), event: webtest.Event(webtest.Get("/")), answer: demo.Muster.Name,
			env: append(append(surroundings(peer), "CLINIC_TABLE=ClinicTable"), service.env()...),
		}
	}
	usual, bare := item("usual"), item("bare")
	bare.name = "bare (text, 1 call)" // the same act as the peer's
	questions = append([]question{bare}, questions...)
	slow := newThrottle()
	if slow != nil {
		defer slow.remove()
	}
	all := append([]question{usual}, questions...)
	whole, first, used := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	for range answerRounds {
		for _, i := range rand.Perm(len(all)) {
			q := all[i]
			free, err := q.ask(nil)
			if err != nil {
				return t, err
			}
			whole[q.name] = append(whole[q.name], free.whole)
			used[q.name] = append(used[q.name], free.used)
			if slow != nil {
				if free, err = q.ask(slow); err != nil {
					return t, err
				}
			}
			first[q.name] = append(first[q.name], free.first)
		}
	}
	for _, q := range questions {
		t.rows = append(t.rows,
			compare("L2 "+q.name+", exec to answer, CPU", "%.2f ms", whole[q.name], whole[usual.name], 0.60),
			compare("L3 "+q.name+", first invocation at 10 %", "%.1f ms", first[q.name], first[usual.name], 0.25))
		t.notes = append(t.notes, fmt.Sprintf("%s: %.2f ms of CPU in the first invocation, the peer %.2f ms.", q.name, median(used[q.name]), median(used[usual.name])))
	}
	if slow == nil {
		t.notes = append(t.notes, "L3: no control group can be made here, so the CPU time of the first invocation is taken ten times.")
	} else {
		t.notes = append(t.notes, "L3: time on the wall, with a control group of 1 ms in every 10 ms from the moment the function asks for its first event.")
	}
	t.notes = append(t.notes,
		"L2: most of it, here and there, is reading the trusted roots of this system and shaking hands; to open the connection during the start",
		"moves that and saves none of it. A first page besides parses its templates and its language's texts, which the peer does not have.",
		fmt.Sprintf("%d rounds. The peer and bare read one item and answer with a text in it.", answerRounds))
	return t, nil
}

type answered struct{ whole, first, used float64 } // ms

// ask starts a function, asks it its question and ends it.
func (q question) ask(slow *throttle) (answered, error) {
	c, err := start(q.binary, q.env)
	if err != nil {
		return answered{}, err
	}
	defer c.end()
	before, err := c.used()
	if err != nil {
		return answered{}, err
	}
	if slow != nil {
		if err := slow.hold(c.command.Process.Pid); err != nil {
			return answered{}, err
		}
	}
	answer, took, err := c.invoke(q.event)
	if err != nil {
		return answered{}, err
	}
	after, err := c.used()
	if err != nil {
		return answered{}, err
	}
	if !bytes.Contains(answer, []byte(q.answer)) {
		return answered{}, fmt.Errorf("%s answered %s; it said:\n%s", q.name, answer, &c.said)
	}
	used := (after - before).Seconds() * 1e3
	if slow == nil {
		took = time.Duration(float64(after-before) / share) // as long as it would take
	}
	return answered{c.end().Seconds() * 1e3, took.Seconds() * 1e3, used}, nil
}

// questions are requests that people make, with what the tables hold for them.
func (s *standIn) questions(functions []function) ([]question, error) {
	now := time.Now()
	token, err := seal.RandomToken(crand.Reader)
	if err != nil {
		return nil, err
	}
	cookie := session.Cookie{Account: demo.Caro.AccountID, Clinic: demo.Muster.ID, Token: token}
	seat := item(session.Seat{AccountID: cookie.Account, ClinicID: cookie.Clinic, MemberID: demo.Caro.ID, Name: demo.Caro.Name, Roles: []string{"administrator"}})
	seat["s_"+token.Hash()] = map[string]any{"N": fmt.Sprint(now.Unix())}

	inv := invite.Invite{
		ClinicID: demo.Muster.ID, ID: id.New[id.InviteID](now, crand.Reader), Status: invite.Pending, MemberID: demo.Mia.ID, Name: demo.Mia.Name, Role: "assistant",
		Lang: "de", InviterID: demo.Caro.ID, InviterName: demo.Caro.Name, ClinicName: demo.Muster.Name, Zone: demo.Muster.Zone, CodeForm: invite.Letters, CreatedAt: now,
	}
	link, err := invite.NewLink(inv.ClinicID, inv.ID, crand.Reader)
	if err != nil {
		return nil, err
	}
	if inv, err = inv.Send(link, id.New[id.MessageID](now, crand.Reader), now); err != nil {
		return nil, err
	}
	clinic := item(demo.Muster.Clinic)
	s.answers["GetItem"] = map[string]any{"Item": clinic}
	s.answers["BatchGetItem"] = map[string]any{"Responses": map[string]any{"SessionTable": []any{seat}, "ClinicTable": []any{clinic}}, "UnprocessedKeys": map[string]any{}}
	s.answers["UpdateItem SessionTable"] = map[string]any{"Attributes": seat}
	s.answers["UpdateItem InviteTable"] = map[string]any{"Attributes": item(inv)}
	var members []any
	for _, p := range demo.Muster.People {
		members = append(members, item(p.Member))
	}
	s.answers["Query"] = map[string]any{"Items": members, "Count": len(members), "ScannedCount": len(members)}

	signedIn := func(r *http.Request) []byte {
		r.AddCookie(&http.Cookie{Name: web.CookieName, Value: cookie.Value()})
		return webtest.Event(r)
	}
	asked := []question{
		{name: "sessions (sign out, 1 call)", event: signedIn(webtest.JSON(http.MethodDelete, "/api/sessions/current", "")), answer: `"statusCode":204`},
		{name: "redemption (page of a link, 1 call)", event: webtest.Event(webtest.Form("/join", "link", link.Token().Reveal())), answer: demo.Mia.Name},
		{name: "invitations (empty form, 1 call)", event: signedIn(webtest.Get("/invitations/new")), answer: demo.Caro.Name},
		{name: "team (page, 2 calls)", event: signedIn(webtest.Get("/team")), answer: demo.Lena.Name},
	}
	for i, q := range asked {
		at := slices.IndexFunc(functions, func(f function) bool { return bytes.HasPrefix([]byte(q.name), []byte(f.name)) })
		if at < 0 {
			return nil, fmt.Errorf("the template has no function for %s", q.name)
		}
		asked[i].binary, asked[i].env = functions[at].binary, append(slices.Clone(functions[at].env), s.env()...)
	}
	return asked, nil
}
