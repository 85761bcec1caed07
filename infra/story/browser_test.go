package story

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"vestibule/shared/page/pagetest"
)

// browser is what a person of a script looks at the house with. It keeps cookies, follows links and sends forms as browsers do, and knows
// no script: whoever acts in a story shows that the pages need none.
type browser struct {
	client *http.Client
	origin string
	lang   string
	page   *sheet
}

func newBrowser(origin, lang string) (*browser, error) {
	cookies, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &browser{client: &http.Client{Jar: jar{cookies}, Timeout: 30 * time.Second}, origin: origin, lang: lang}, nil
}

// jar treats localhost as browsers do: what is Secure goes there without TLS, and what is called __Host- must be Secure, for all paths
// and for this host alone.
type jar struct{ kept *cookiejar.Jar }

func (j jar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	var good []*http.Cookie
	for _, c := range cookies {
		if !strings.HasPrefix(c.Name, "__Host-") || c.Secure && c.Path == "/" && c.Domain == "" {
			good = append(good, c)
		}
	}
	j.kept.SetCookies(safe(u), good)
}

func (j jar) Cookies(u *url.URL) []*http.Cookie { return j.kept.Cookies(safe(u)) }

func safe(u *url.URL) *url.URL {
	https := *u
	https.Scheme = "https"
	return &https
}

// visit opens an address by hand. What stands behind # stays in the browser.
func (b *browser) visit(ctx context.Context, address string) error {
	return b.turn(ctx, http.MethodGet, address, "none", nil)
}

// follow opens a link of the page by its words.
func (b *browser) follow(ctx context.Context, words string) error {
	link, err := b.page.named(words, "a")
	if err != nil {
		return err
	}
	return b.turn(ctx, http.MethodGet, attribute(link, "href"), "same-origin", nil)
}

// press types into the form of a button and presses it.
func (b *browser) press(ctx context.Context, words string, typed map[string]string) error {
	button, err := b.page.named(words, "button")
	if err != nil {
		return err
	}
	form, err := formOf(button)
	if err != nil {
		return err
	}
	return b.send(ctx, form, button, typed)
}

// send sends a form of the page.
func (b *browser) send(ctx context.Context, form, button *html.Node, typed map[string]string) error {
	values, err := filled(form, button, typed)
	if err != nil {
		return err
	}
	return b.turn(ctx, http.MethodPost, attribute(form, "action"), "same-origin", values)
}

// turn turns to another page.
func (b *browser) turn(ctx context.Context, method, address, from string, form url.Values) error {
	to, err := url.Parse(address)
	if err != nil {
		return err
	}
	base, err := url.Parse(b.origin)
	if err != nil {
		return err
	}
	to = base.ResolveReference(to)
	to.Fragment = ""
	request, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Accept-Language", b.lang)
	request.Header.Set("Sec-Fetch-Site", from)
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", b.origin)
	}
	response, err := b.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return err
	}
	b.page = &sheet{at: response.Request.URL, status: response.StatusCode, header: response.Header, root: root}
	return b.page.check(body)
}

// check holds each page that a story comes to against what all pages must be.
func (s *sheet) check(body []byte) error {
	if !strings.HasPrefix(s.header.Get("Content-Type"), "text/html") {
		return fmt.Errorf("%s answered %d with no page: %s", s.at.Path, s.status, body)
	}
	var wrong []error
	for _, problem := range pagetest.Problems(body) {
		wrong = append(wrong, fmt.Errorf("%s: %s", s.at.Path, problem))
	}
	if s.header.Get("Cache-Control") != "no-store" {
		wrong = append(wrong, fmt.Errorf("%s may be kept in a cache", s.at.Path))
	}
	return errors.Join(wrong...)
}

// call uses the JSON door with the same session.
func (b *browser) call(ctx context.Context, method, path, body string) (int, string, error) {
	request, err := http.NewRequestWithContext(ctx, method, b.origin+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept-Language", b.lang)
	response, err := b.client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}
