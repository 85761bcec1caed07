package story

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"vestibule/shared/words"
)

var (
	update   = flag.Bool("update", false, "write the pictures in docs/images anew")
	pictures = flag.String("pictures", "", "a folder to keep a picture of each page in")
)

// narrow are the screens that a page has to fit besides: the narrowest one on which tables are tables, a tablet, a usual screen at 200 %, and
// one at 400 %, which is as wide as the smallest phone.
var narrow = []int64{1089, 1024, 640, 320}

// look judges the page before us: axe-core finds nothing, and nobody has to scroll sideways.
func (b *tab) look(name string) {
	b.Helper()
	b.at = name
	if !b.scriptless { // axe-core is a script
		if found := b.axe(); found != "" {
			b.Errorf("axe-core on %s (%s, %s): %s", b.at, b.lang, b.name, found)
		}
	}
	b.fits(b.width)
	if !b.phone {
		for _, width := range narrow {
			b.do(b.sized(width, b.height))
			b.fits(width)
		}
		b.do(b.sized(b.width, b.height))
	}
	if *pictures != "" {
		b.keep(filepath.Join(*pictures, fmt.Sprintf("%s-%s-%s.png", name, b.lang, b.name)))
	}
}

// fits finds that nobody has to scroll sideways.
func (b *tab) fits(width int64) {
	b.Helper()
	wide := ask[int64](b, `document.documentElement.scrollWidth`)
	if wide <= width {
		return
	}
	who := ask[string](b, `[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120)).slice(-3).join('\n')`)
	b.Errorf("%s is %d pixels wide on a screen of %d:\n%s", b.at, wide, width, who)
}

var axeSource = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("../tools/node_modules/axe-core/axe.min.js")
	if err != nil {
		return "", fmt.Errorf("%w (npm ci --prefix infra/tools brings it)", err)
	}
	return string(source), nil
})

// What axe-core finds, in one line each.
const axeRun = `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}).then(
	found => found.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + v.help + ': ' + n.html + '\n' + n.failureSummary)).join('\n'))`

// axe runs axe-core in a world of its own beside the page, which the page's policy does not reach and which the page does not see. It
// returns what axe-core finds; nothing, if all is well.
func (b *tab) axe() string {
	b.Helper()
	source, err := axeSource()
	b.must(err)
	found := run(b, func(ctx context.Context, t *chromedp.Target) (string, error) {
		tree, err := cdp.Call(ctx, t, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return "", err
		}
		world, err := cdp.Call(ctx, t, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "axe"})
		if err != nil {
			return "", err
		}
		result, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{
			Expression: source + "\n" + axeRun, ContextID: world.ExecutionContextID, AwaitPromise: new(true), ReturnByValue: new(true),
		})
		if err != nil {
			return "", err
		}
		if result.ExceptionDetails != nil {
			return "", fmt.Errorf("axe-core failed: %s", result.ExceptionDetails.Text)
		}
		return strings.Trim(string(result.Result.Value), `"`), nil
	})
	return strings.ReplaceAll(found, `\n`, "\n")
}

// picture keeps the page for the README as a German reader sees it on one device, when that is wanted.
func (b *tab) picture(name string, on device) {
	b.Helper()
	if *update && b.device == on && b.lang == words.German {
		b.keep(filepath.Join("../../docs/images", name+".png"))
	}
}

// keep takes a picture of the whole page. 256 colours are all that our pages need, and make it a third of the size.
func (b *tab) keep(path string) {
	b.Helper()
	shot := run(b, func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
		size, err := cdp.Call(ctx, t, page.GetLayoutMetrics, cdp.Empty{})
		if err != nil {
			return nil, err
		}
		result, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: new(true),
			Clip: &page.Viewport{Width: size.CSSContentSize.Width, Height: size.CSSContentSize.Height, Scale: 1},
		})
		return result.Data, err
	})
	full, err := png.Decode(bytes.NewReader(shot))
	b.must(err)
	small := image.NewPaletted(full.Bounds(), commonest(full, 256))
	draw.Draw(small, small.Bounds(), full, full.Bounds().Min, draw.Src)
	var file bytes.Buffer
	b.must((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, small))
	b.must(os.MkdirAll(filepath.Dir(path), 0o755))
	b.must(os.WriteFile(path, file.Bytes(), 0o644))
}

// commonest are the colours that a picture has most of.
func commonest(picture image.Image, most int) color.Palette {
	count := map[color.Color]int{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			count[picture.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	return color.Palette(colours[:min(most, len(colours))])
}
