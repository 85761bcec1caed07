package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"vestibule/shared/words"
)

// device is what somebody holds in their hands.
type device struct {
	name          string
	width, height int64
	phone         bool
	dark          bool // colours
	scriptless    bool
}

// tab is a person's own browser: no cookie of anybody else is in it.
type tab struct {
	*testing.T
	device
	ctx    context.Context
	origin string
	lang   words.Lang
	at     string // name of the page that is looked at, for messages

	mu      sync.Mutex
	said    []string // on the console
	refused []string // what the browser says of pages with a refusal
}

func openTab(t *testing.T, d device, lang words.Lang) *tab {
	t.Helper()
	parent := browse(t)
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{T: t, device: d, ctx: ctx, origin: house(t).Origin, lang: lang, at: "about:blank"}
	b.must(chromedp.Do(ctx)) // opens the tab, which would end with the patience of do
	b.do(b.start())
	b.must(chromedp.Listen(ctx, b.listen))
	t.Cleanup(b.quiet)
	return b
}

func (b *tab) start() chromedp.Action[chromedp.Void] {
	scheme := "light"
	if b.dark {
		scheme = "dark"
	}
	return chromedp.Steps(
		b.sized(b.width, b.height),
		call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": string(b.lang)}}),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
		call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: b.scriptless}),
	)
}

func (b *tab) sized(width, height int64) chromedp.Action[chromedp.Void] {
	if b.phone {
		return chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	return chromedp.EmulateViewport(width, height)
}

// call makes an action of a command.
func call[P, R any](command cdp.Command[P, R], with P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, with)
		return err
	})
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		entry := e.Entry
		if entry.Source == log.EntrySourceNetwork && strings.Contains(entry.Text, "the server responded with a status of 4") {
			b.refused = append(b.refused, entry.Text)
			return
		}
		if strings.HasPrefix(entry.Text, "Clear-Site-Data header on") && entry.Level == log.EntryLevelInfo {
			return // the browser tells that it did what it was asked for
		}
		b.said = append(b.said, fmt.Sprintf("%s on %s: %s", entry.Source, b.at, entry.Text))
	case *runtime.EventConsoleAPICalled:
		b.said = append(b.said, fmt.Sprintf("console.%s on %s", e.Type, b.at))
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, fmt.Sprintf("exception on %s: %s", b.at, e.ExceptionDetails.Text))
	}
}

// quiet finds that the console stayed empty: no violation of the policy, no error, no warning.
func (b *tab) quiet() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range slices.Concat(b.said, b.refused) {
		b.Errorf("the browser said: %s", line)
	}
}

// refusal takes note that the page before us is a refusal, which the browser mentions.
func (b *tab) refusal(status int) {
	b.Helper()
	want := fmt.Sprintf("a status of %d (%s)", status, http.StatusText(status))
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.refused) != 1 || !strings.Contains(b.refused[0], fmt.Sprintf("a status of %d", status)) {
		b.Errorf("on %s: got %q, want %s", b.at, b.refused, want)
	}
	b.refused = nil
}

// patience is longer than anything may take on a busy machine.
const patience = 20 * time.Second

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	b.must(chromedp.Do(ctx, steps...))
}

// run runs an action that finds something out.
func run[T any](b *tab, action chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	found, err := chromedp.Run(ctx, action)
	b.must(err)
	return found
}

// ask evaluates a script for the test; the page's own scripts have no part in it.
func ask[T any](b *tab, script string) T {
	b.Helper()
	return run(b, chromedp.Evaluate[T](script))
}

func (b *tab) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatalf("on %s: %v", b.at, err)
	}
}

// visit opens an address by hand.
func (b *tab) visit(path string) {
	b.Helper()
	b.at = path
	b.do(chromedp.Navigate(b.origin + path))
}

// turn does what leads to another page and waits for it.
func (b *tab) turn(act chromedp.Action[chromedp.Void]) {
	b.Helper()
	run(b, chromedp.WaitEvent(page.LoadEventFired, nil, act))
	b.at = b.path()
}

func (b *tab) path() string {
	b.Helper()
	path, _, _ := strings.Cut(strings.TrimPrefix(run(b, chromedp.Location()), b.origin), "?")
	return path
}

func (b *tab) t(key string, args ...any) string {
	b.Helper()
	text, err := words.Text(b.lang, key, args...)
	b.must(err)
	return text
}

// press presses the button with these words.
func (b *tab) press(words string) {
	b.Helper()
	b.turn(b.touch(fmt.Sprintf(`//button[normalize-space()="%s"]`, words)))
}

// follow follows the link with these words.
func (b *tab) follow(words string) {
	b.Helper()
	b.turn(b.touch(fmt.Sprintf(`//a[normalize-space()="%s"]`, words)))
}

// touch taps with a finger or clicks with a mouse, as the device has it.
func (b *tab) touch(what string) chromedp.Action[chromedp.Void] {
	if b.phone {
		return chromedp.Tap(what, chromedp.NodeVisible)
	}
	return chromedp.Click(what, chromedp.NodeVisible)
}

// fill types into a field by its name.
func (b *tab) fill(field, text string) {
	b.Helper()
	what := chromedp.CSS(fmt.Sprintf(`main [name="%s"]`, field))
	b.do(chromedp.SendKeys(what, text, chromedp.NodeVisible))
}

// says is the text of the page.
func (b *tab) says() string {
	b.Helper()
	return strings.Join(strings.Fields(run(b, chromedp.TextContent(chromedp.CSS("body")))), " ")
}

func (b *tab) sees(text string) {
	b.Helper()
	if !strings.Contains(b.says(), text) {
		b.Errorf("%s does not say %q, but\n%s", b.at, text, b.says())
	}
}
