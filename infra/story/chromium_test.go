package story

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

var (
	chromium     context.Context // of the running browser; its tabs are made from it
	chromiumOnce sync.Once
	chromiumErr  error
	leave        = func() error { return nil }
)

// browse starts Chromium when the first story asks for it.
func browse(t testing.TB) context.Context {
	t.Helper()
	chromiumOnce.Do(func() { chromiumErr = startChromium() })
	if chromiumErr != nil {
		t.Fatal(chromiumErr)
	}
	return chromium
}

func startChromium() error {
	binary, err := findChromium()
	if err != nil {
		return err
	}
	profile, err := os.MkdirTemp("", "vestibule-chromium-")
	if err != nil {
		return err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.UserDataDir(profile),
		chromedp.NoSandbox, chromedp.DisableGPU, // as in a container
		chromedp.Flag("ignore-certificate-errors", true), // of the test that needs TLS
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost"), // the house is all there is
	)
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	tab, cancel := chromedp.NewContext(allocator)
	leave = func() error {
		err := chromedp.Cancel(tab)
		cancel()
		end() // returns when the process is gone
		if removed := os.RemoveAll(profile); err == nil {
			err = removed
		}
		return err
	}
	if err := chromedp.Do(tab); err != nil {
		return fmt.Errorf("start Chromium: %w", err)
	}
	chromium = tab
	return nil
}

func closeChromium() error { return leave() }

func findChromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("there is no Chromium in the PATH (on Debian: apt-get install chromium)")
}
