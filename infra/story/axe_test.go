package story

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"vestibule/shared/words"
)

// A checker that finds nothing on good pages must find something on a bad one.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := openTab(t, desktop, words.German)
	b.visit("/login")
	if found := b.axe(); found != "" {
		t.Errorf("on the good page: %s", found)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`
		document.querySelector('label').remove();
		document.querySelector('h1').classList.add('hint');
		document.documentElement.style.setProperty('--soft', '#ccc');
		document.documentElement.removeAttribute('lang');`))
	found := b.axe()
	for _, rule := range []string{"label: ", "color-contrast: ", "html-has-lang: "} {
		if !strings.Contains(found, rule) {
			t.Errorf("axe-core does not find %s but %q", rule, found)
		}
	}
}
