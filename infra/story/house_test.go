package story

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vestibule/infra/demo"
	"vestibule/infra/local/site"
	"vestibule/shared/id"
	"vestibule/shared/post/posttest"
)

// estate is the house with what stories need to know of it.
type estate struct {
	*site.Site
	demo demo.House
	dir  string // where its logs are
}

var (
	opened   *estate
	openOnce sync.Once
	openErr  error
)

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if err := errors.Join(closeChromium(), closeHouse()); err != nil {
		fmt.Fprintln(os.Stderr, "after the stories:", err)
		code = 1
	}
	os.Exit(code)
}

// house brings everything up when the first story asks for it.
func house(t testing.TB) *estate {
	t.Helper()
	openOnce.Do(func() { opened, openErr = openHouse() })
	if openErr != nil {
		t.Fatal(openErr)
	}
	return opened
}

func openHouse() (*estate, error) {
	dir, err := os.MkdirTemp("", "vestibule-story-")
	if err != nil {
		return nil, err
	}
	s, err := site.Up(context.Background(), site.Options{Root: "../..", Dir: dir})
	if err != nil {
		return nil, err
	}
	return &estate{Site: s, demo: demo.Open(s.AWS, s.Stack.Name), dir: dir}, nil
}

func closeHouse() error {
	if opened == nil {
		return nil
	}
	return errors.Join(opened.Down(), os.RemoveAll(opened.dir))
}

// practice is a clinic of the demo for one story alone: the same people, with ids and mailboxes of their own at name.<domain>.
func (h *estate) practice(ctx context.Context, of demo.Clinic, name string) (demo.Clinic, error) {
	now := time.Now()
	own := of
	own.ID = id.New[id.ClinicID](now, rand.Reader)
	own.People = slices.Clone(of.People)
	for i := range own.People {
		p := &own.People[i]
		p.ClinicID, p.ID = own.ID, id.New[id.MemberID](now, rand.Reader)
		if p.Mail != "" {
			p.AccountID = id.New[id.AccountID](now, rand.Reader)
			p.Mail = strings.Replace(p.Mail, "@", "@"+name+".", 1)
		}
	}
	return own, h.demo.Add(ctx, own, now)
}

// domain is where the mailboxes of a practice are.
func domain(c demo.Clinic) string {
	_, at, _ := strings.Cut(c.People[0].Mail, "@")
	return at
}

// mails are what was sent to an address, oldest first; to a whole domain when the address begins with @.
func (h *estate) mails(to string) []posttest.Mail {
	return slices.DeleteFunc(h.Mails(), func(m posttest.Mail) bool {
		return !slices.ContainsFunc(m.To, func(address string) bool { return address == to || to[0] == '@' && strings.HasSuffix(address, to) })
	})
}

// mail waits for a mail after the first `read` ones to an address. Mails travel through the outbox and the courier.
func (h *estate) mail(ctx context.Context, to string, read int) (posttest.Mail, error) {
	patience, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for {
		if all := h.mails(to); len(all) > read {
			return all[read], nil
		}
		select {
		case <-patience.Done():
			return posttest.Mail{}, fmt.Errorf("no mail came to %s", to)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// link is the address that a mail asks to open; empty when there is none.
func (h *estate) link(m posttest.Mail) string {
	for word := range strings.FieldsSeq(m.Text) {
		if strings.HasPrefix(word, h.Origin+"/join#") {
			return word
		}
	}
	return ""
}
