package page_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"strings"
	"testing"

	"vestibule/shared/page"
)

func TestAddressOfAnAssetHoldsTheHashOfItsContent(t *testing.T) {
	for _, name := range []string{"style.css", "join.js", "mark.svg"} {
		address, err := page.Asset(name)
		if err != nil {
			t.Fatal(err)
		}
		file, ok := page.Open(strings.TrimPrefix(address, "/assets/"))
		if !ok || file.Type == "" || !strings.Contains(address, "."+file.Hash+".") {
			t.Errorf("%s at %s: found %v, type %q", name, address, ok, file.Type)
		}
		want, err := os.ReadFile("assets/" + name)
		if err != nil || !bytes.Equal(file.Content, want) {
			t.Errorf("%s is not what is in the folder: %v", name, err)
		}
	}
	if _, err := page.Asset("nothing.css"); err == nil {
		t.Error("an asset that is not there has an address")
	}
}

func TestOnlyTheRightHashOpensAnAsset(t *testing.T) {
	address, err := page.Asset("style.css")
	if err != nil {
		t.Fatal(err)
	}
	hashed := strings.TrimPrefix(address, "/assets/")
	for _, wrong := range []string{
		"", ".", "style.css", "style..css", "style.0000000000000000.css", strings.Replace(hashed, ".css", ".js", 1), hashed + ".", "x" + hashed,
		"../assets/" + hashed, strings.ToUpper(hashed), "style", strings.TrimSuffix(hashed, ".css"),
	} {
		if _, ok := page.Open(wrong); ok {
			t.Errorf("%q opens an asset", wrong)
		}
	}
}

func TestScriptsNeverSendAnythingOrMakeHTMLOfText(t *testing.T) {
	script, err := os.ReadFile("assets/join.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{
		"submit(", "fetch(", "XMLHttpRequest", "sendBeacon", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
		"Function(", "localStorage", "sessionStorage", "document.cookie", "console.", "import",
	} {
		if bytes.Contains(script, []byte(forbidden)) {
			t.Errorf("join.js uses %s", forbidden)
		}
	}
	if lines := bytes.Count(script, []byte("\n")); lines > 16 {
		t.Errorf("join.js has %d lines", lines)
	}
}

func TestStyleSheetIsSmallStillAndWhole(t *testing.T) {
	sheet, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"url(", "@import", "@font-face", "animation", "transition", "@keyframes", "scroll-behavior"} {
		if bytes.Contains(sheet, []byte(forbidden)) {
			t.Errorf("the style sheet has %s: it loads nothing, and nothing moves by itself", forbidden)
		}
	}
	for _, needed := range []string{"prefers-color-scheme: dark", "forced-colors: active", "@media print", ":focus-visible", "prefers-contrast"} {
		if !bytes.Contains(sheet, []byte(needed)) {
			t.Errorf("the style sheet has no %s", needed)
		}
	}
	var small bytes.Buffer
	w, _ := gzip.NewWriterLevel(&small, gzip.BestCompression)
	_, _ = w.Write(sheet)
	_ = w.Close()
	if small.Len() > 4<<10 {
		t.Errorf("the style sheet is %d bytes compressed; 4 KB are its budget", small.Len())
	}
}
