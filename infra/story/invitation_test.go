package story

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"vestibule/infra/demo"
	"vestibule/shared/web"
	"vestibule/shared/words"
)

var (
	desktop = device{name: "1280", width: 1280, height: 900}
	phone   = device{name: "390", width: 390, height: 844, phone: true}
)

// The way of an invitation from the doctor's page to the assistant's place in the team (A11 to A18), on all devices.
func TestInvitationInChromium(t *testing.T) {
	dark, plain := phone, desktop
	dark.name, dark.dark = "390-dark", true
	plain.name, plain.scriptless = "1280-plain", true
	for name, way := range map[string]way{
		"de at 1280":                  {desktop, demo.Muster, "nora.lindqvist@post.example"},
		"de at 390":                   {phone, demo.Muster, "nora@lindqvist.example"},
		"nb at 1280":                  {desktop, demo.Fjordgata, "nora.lindqvist@epost.example"},
		"nb at 390 in dark colours":   {dark, demo.Fjordgata, "n.lindqvist@epost.example"},
		"de at 1280 without a script": {plain, demo.Muster, "n.lindqvist@post.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			way.tell(t)
		})
	}
}

// way is one telling of the invitation.
type way struct {
	device
	of      demo.Clinic
	mailbox string // of the guest
}

const guestName, guestPassword = "Nora Lindqvist", "drei Möwen über dem Hafen"

var guestFunction = map[words.Lang]string{words.German: "MFA", words.Norwegian: "Helsesekretær"}

func (w way) tell(t *testing.T) {
	h := house(t)
	practice, err := h.practice(t.Context(), w.of, "at-"+w.name)
	if err != nil {
		t.Fatal(err)
	}
	lang := words.Lang(practice.Lang)
	doctor := openTab(t, w.device, lang)
	doctor.signsIn(practice.People[0].Mail)
	doctor.follow(doctor.t("common.nav.invitations"))
	doctor.look("nobody-waits")
	doctor.errs()
	code := doctor.invites(w.mailbox)
	if w.device == desktop {
		doctor.invitesNobody("bounce+" + string(lang) + "@post.example")
	}
	doctor.keepsTrack(code)
	letter, err := h.mail(t.Context(), w.mailbox, 0)
	if err != nil {
		t.Fatal(err)
	}
	guest := openTab(t, w.device, lang)
	guest.opens(h.link(letter))
	guest.joins(code)
	guest.strays()
	guest.goes()
	doctor.visit("/invitations")
	if strings.Contains(doctor.says(), guestName) {
		t.Errorf("who has joined still waits: %s", doctor.says())
	}
}

// signsIn comes in through the front page.
func (b *tab) signsIn(mail string) {
	b.Helper()
	b.visit("/")
	b.look("start")
	b.follow(b.t("portal.staff.go"))
	b.look("login")
	b.fill("mail", mail)
	b.fill("password", demo.Password)
	b.press(b.t("sessions.login.go"))
	if b.at != "/team" {
		b.Fatalf("after signing in this is %s", b.at)
	}
	b.look("team")
}

// errs sends an invitation that says nothing yet.
func (b *tab) errs() {
	b.Helper()
	b.follow(b.t("invitations.invite"))
	b.look("new")
	b.picture("new", desktop)
	b.press(b.t("invitations.new.send"))
	b.refusal(http.StatusUnprocessableEntity)
	b.look("new-with-errors")
	b.corrects()
}

// invites sends an invitation from its page and returns the code as the doctor reads it out.
func (b *tab) invites(to string) (code string) {
	b.Helper()
	b.sends(guestName, to)
	b.look("created")
	b.press(b.t("invitations.code.show"))
	b.look("code")
	code = b.code()
	b.press(b.t("invitations.code.print"))
	b.look("letter")
	b.picture("letter", desktop)
	b.onePage()
	return code
}

func (b *tab) sends(name, to string) {
	b.Helper()
	b.fill("name", name)
	b.fill("function", guestFunction[b.lang])
	b.fill("mail", to)
	b.do(b.touch(`//input[@name="role"][@value="assistant"]`))
	b.press(b.t("invitations.new.send"))
	b.sees(b.t("invitations.created.title", "Name", name))
}

// code reads the code on a page, group by group.
func (b *tab) code() string {
	b.Helper()
	return strings.Join(strings.Fields(run(b, chromedp.TextContent(chromedp.CSS("main .groups")))), " ")
}

// invitesNobody sends an invitation to a mailbox that does not exist, and hears of it (P45).
func (b *tab) invitesNobody(to string) {
	b.Helper()
	b.visit("/invitations/new")
	b.sends("Ole Vik", to)
	here := b.at
	for end := time.Now().Add(patience); !strings.Contains(b.says(), b.t("invitations.undelivered.title")); b.visit(here) {
		if time.Now().After(end) {
			b.Fatalf("nobody says that the mail did not arrive: %s", b.says())
		}
	}
	b.look("undelivered")
}

// keepsTrack sees in the table who has not come yet, and the code once more (A14, A15).
func (b *tab) keepsTrack(code string) {
	b.Helper()
	b.visit("/invitations")
	b.look("pending")
	b.press(b.t("invitations.code.show") + ": " + guestName)
	if again := b.code(); again != code {
		b.Errorf("the table shows %q, the page of the invitation showed %q", again, code)
	}
	b.look("pending-with-code")
	b.picture("pending", desktop)
}

// corrects finds itself at the list of errors, and from there at the field.
func (b *tab) corrects() {
	b.Helper()
	if !strings.HasPrefix(run(b, chromedp.Title()), b.t("common.error")) {
		b.Errorf("the title of %s does not begin with the error", b.at)
	}
	if b.scriptless {
		return
	}
	b.until(`document.activeElement.className === 'summary'`)
	b.do(b.touch(`//*[@class="summary"]//a`))
	b.until(`document.activeElement.name === 'name'`)
}

// onePage finds that the letter with the code is printed on a single sheet.
func (b *tab) onePage() {
	b.Helper()
	paper := run(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	if pages := bytes.Count(paper, []byte("/Type /Page\n")); pages != 1 {
		b.Errorf("the letter is printed on %d pages", pages)
	}
	if *pictures != "" {
		b.must(os.WriteFile(filepath.Join(*pictures, "letter-"+string(b.lang)+"-"+b.name+".pdf"), paper, 0o644))
	}
}

// opens follows the link of the mail.
func (b *tab) opens(link string) {
	b.Helper()
	b.visit(strings.TrimPrefix(link, b.origin))
	b.at = "/join"
	if b.scriptless {
		b.look("join-by-hand")
		b.fill("link", link)
	} else {
		b.hidesLink()
		b.look("join")
		for _, lang := range []words.Lang{words.English, b.lang} { // the link stays through a choice of language
			b.press(lang.Name())
			b.hidesLink()
		}
	}
	b.press(b.t("common.next"))
	b.sees(guestName)
	b.look("opened")
	b.picture("join", phone)
}

// hidesLink finds the link taken out of the address bar, and nobody asked for it.
func (b *tab) hidesLink() {
	b.Helper()
	if at := run(b, chromedp.Location()); at != b.origin+"/join" {
		b.Errorf("the link still stands in the address bar: %s", at)
	}
	if ask[bool](b, `document.querySelector('main [name="link"]').checkVisibility()`) {
		b.Errorf("%s asks for the link", b.at)
	}
}

// joins comes in with the code, after a try with a wrong one.
func (b *tab) joins(code string) {
	b.Helper()
	wrong := map[bool]string{true: "3", false: "2"}[code[0] == '2'] + code[1:]
	for _, code := range []string{wrong, code} {
		b.do(chromedp.Clear(chromedp.CSS(`main [name="code"]`)))
		b.fill("code", code)
		b.fill("password", guestPassword)
		b.fill("password_again", guestPassword)
		b.press(b.t("redemption.join"))
		if code == wrong {
			b.refusal(http.StatusUnprocessableEntity)
			b.look("wrong-code")
		}
	}
	if b.at != "/team" {
		b.Fatalf("after joining this is %s: %s", b.at, b.says())
	}
	b.sees(b.t("team.welcome", "Name", guestName))
	b.look("welcome")
	b.hasSession()
}

// strays comes where an assistant may not go, and is told so without losing the way.
func (b *tab) strays() {
	b.Helper()
	b.visit("/invitations")
	b.refusal(http.StatusForbidden)
	b.sees(b.t("common.refused.forbidden"))
	b.look("refused")
	b.follow(b.t("common.start"))
	if b.at != "/team" {
		b.Errorf("from the refusal the way leads to %s", b.at)
	}
}

// hasSession finds the cookie that is the session as only the house can read it, on http://localhost too.
func (b *tab) hasSession() {
	b.Helper()
	cookies := run(b, func(ctx context.Context, t *chromedp.Target) ([]*network.Cookie, error) {
		got, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{})
		return got.Cookies, err
	})
	for _, c := range cookies {
		if c.Name == web.CookieName {
			if !c.Secure || !c.HTTPOnly || c.SameSite != network.CookieSameSiteLax || c.Path != "/" || strings.HasPrefix(c.Domain, ".") {
				b.Errorf("the session cookie is kept as %+v", *c)
			}
			return
		}
	}
	b.Errorf("there is no session cookie among %d", len(cookies))
}

// goes signs out, and is a stranger from then on.
func (b *tab) goes() {
	b.Helper()
	b.press(b.t("common.logout"))
	b.sees(b.t("sessions.out"))
	b.look("out")
	b.visit("/team")
	if b.path() != "/login" {
		b.Errorf("signed out, and %s still opens", b.at)
	}
}
