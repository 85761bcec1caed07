package story

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vestibule/infra/demo"
	"vestibule/shared/words"
)

// Whoever uses no mouse comes from the login to the code by Tab, Enter, the space bar and typing, and always sees where they are.
func TestInvitingByKeyboardAlone(t *testing.T) {
	t.Parallel()
	h := house(t)
	practice, err := h.practice(t.Context(), demo.Muster, "keyboard")
	if err != nil {
		t.Fatal(err)
	}
	b := openTab(t, desktop, words.German)
	b.visit("/login")
	b.tabTo("mail")
	b.types(practice.People[0].Mail)
	b.tabTo("password")
	b.types(demo.Password)
	b.enter("/team")

	if first := b.tab(); first.Words != b.t("common.skip") {
		b.Errorf("the first stop is %q", first.Words)
	}
	b.leap()
	if next := b.tab(); next.Words != b.t("team.invite")+": "+demo.Mia.Name {
		b.Errorf("past the navigation the next stop is %q", next.Words)
	}

	b.visit("/team")
	b.tabTo(b.t("common.nav.invitations"))
	b.enter("/invitations")
	b.tabTo(b.t("invitations.invite"))
	b.enter("/invitations/new")
	b.tabTo(b.t("invitations.new.send"))
	b.enter("/invitations")
	b.refusal(http.StatusUnprocessableEntity)
	b.until(`document.activeElement.className === 'summary'`)
	b.tabTo(b.t("fault.name.missing"))
	b.leap()
	b.until(`document.activeElement.name === 'name'`)
	b.types(guestName)
	b.tabTo("function")
	b.types("MFA")
	b.tabTo("mail")
	b.types("tove@keyboard.example")
	b.tabTo("role")
	b.types(" ")
	b.tabTo("language")
	b.tabTo(b.t("invitations.new.send"))
	b.enter("")
	b.sees(b.t("invitations.created.title", "Name", guestName))
	b.tabTo(b.t("invitations.code.show"))
	b.enter("")
	if code := run(b, chromedp.TextContent(chromedp.CSS("main .groups"))); len(strings.Fields(code)) != 2 {
		b.Errorf("the code is %q", code)
	}
}

// stop is where the focus stands.
type stop struct {
	Name, Words string
	Ringed      bool // something marks it
	Shown       bool // it stands on the screen, under nothing
}

const whereFocusIs = `(() => {
	const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
	const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
	return {
		Name: e.name ?? '', Words: e.textContent.replace(/\s+/g, ' ').trim(),
		Ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
		Shown: box.top >= 0 && box.bottom <= innerHeight && !!top && (top === e || e.contains(top) || top.contains(e)),
	}
})()`

// tab goes one stop on.
func (b *tab) tab() stop {
	b.Helper()
	b.types(kb.Tab)
	at := ask[stop](b, whereFocusIs)
	for range 20 { // the browser may be scrolling yet
		if at.Shown {
			break
		}
		time.Sleep(20 * time.Millisecond)
		at = ask[stop](b, whereFocusIs)
	}
	if !at.Ringed || !at.Shown {
		b.Errorf("on %s the focus cannot be seen: %+v", b.at, at)
	}
	return at
}

// until waits for what the browser does a moment after the page is there.
func (b *tab) until(script string) {
	b.Helper()
	for end := time.Now().Add(patience); !ask[bool](b, script); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("on %s it does not come to %s", b.at, script)
		}
	}
}

// tabTo goes on to what has these words on it or this name.
func (b *tab) tabTo(what string) {
	b.Helper()
	var passed []string
	for range 40 {
		at := b.tab()
		if at.Words == what || at.Name == what {
			return
		}
		passed = append(passed, at.Name+at.Words)
	}
	b.Fatalf("on %s no number of Tabs leads to %q; there is %q", b.at, what, passed)
}

func (b *tab) types(text string) {
	b.Helper()
	b.do(chromedp.KeyEvent(text))
}

// leap presses Enter on a link that leads within the page. A hand presses and lets go in no time; commands take so long that a field which
// has got the focus meanwhile would take the second half of the key for its own and send the form.
func (b *tab) leap() {
	b.Helper()
	for _, half := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		b.do(call(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: half, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13}))
	}
}

// enter presses Enter, which leads to a page; any when the path is empty.
func (b *tab) enter(path string) {
	b.Helper()
	b.turn(chromedp.KeyEvent(kb.Enter))
	if path != "" && b.at != path {
		b.Fatalf("Enter leads to %s, not to %s", b.at, path)
	}
}
