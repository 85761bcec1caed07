package pagetest

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryFlawIsFound(t *testing.T) {
	page := func(body string) string {
		return `<!doctype html><html lang="de"><head><title>x</title></head><body><main><h1>x</h1>` + body + `</main></body></html>`
	}
	if found := Problems([]byte(page(`<h2>y</h2><label for="a">a</label><input id="a"><a href="#a">z</a>`))); len(found) > 0 {
		t.Errorf("a good page has problems: %q", found)
	}
	for body, want := range map[string]string{
		`<h1>y</h1>`:                      "2 h1",
		`<h3>y</h3>`:                      "follows an <h1>",
		`<input name="a">`:                "has no label",
		`<p id="a"></p><p id="a"></p>`:    `the id "a" stands on 2`,
		`<p style="color:red">y</p>`:      "nothing is inline",
		`<p onclick="x()">y</p>`:          "nothing is inline",
		`<button></button>`:               "has no text",
		`<a href="#b">y</a>`:              "leads to #b",
		`<a href="javascript:x()">y</a>`:  "an address that is none",
		`<img src="/a.svg">`:              "no alt",
		`<svg></svg>`:                     "aria-hidden",
		`<form action="//evil"></form>`:   "is sent to",
		`<script>x()</script>`:            "not one of the assets",
		`<p aria-describedby="b">y</p>`:   "which is not there",
		`<fieldset></fieldset>`:           "no legend",
		`<table><tr><th>a</th></tr>`:      "no scope",
		`<table><tr><td>a</td></tr>`:      "no caption",
		`<input type=password value="p">`: "written back",
	} {
		found := Problems([]byte(page(body)))
		if !slices.ContainsFunc(found, func(problem string) bool { return strings.Contains(problem, want) }) {
			t.Errorf("%s: found %q, want one with %q", body, found, want)
		}
	}
	if found := Problems([]byte(`<p>x`)); len(found) < 4 {
		t.Errorf("a piece of a page has only these problems: %q", found)
	}
}
