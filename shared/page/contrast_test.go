package page_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var colour = regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-f]{6})`)

// schemes are the colours of the style sheet in light and in dark.
func schemes(t *testing.T) map[string]map[string]string {
	t.Helper()
	sheet, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := strings.Cut(string(sheet), "prefers-color-scheme: dark")
	after, _, closed := strings.Cut(after, "\n}")
	if !ok || !closed {
		t.Fatal("the style sheet has no dark colours")
	}
	light, dark := map[string]string{}, map[string]string{}
	for _, found := range colour.FindAllStringSubmatch(before, -1) {
		light[found[1]], dark[found[1]] = found[2], found[2]
	}
	for _, found := range colour.FindAllStringSubmatch(after, -1) {
		dark[found[1]] = found[2]
	}
	light["ring"], dark["ring"] = light["ink"], dark["light"]
	return map[string]map[string]string{"light": light, "dark": dark}
}

func luminance(hex string) float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func TestEveryPairOfColoursHasTheContrastOfWCAG22AA(t *testing.T) {
	const reading, shape = 4.5, 3
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"ink", "paper", reading}, {"ink", "card", reading}, {"ink", "wash", reading}, {"ink", "warn-wash", reading},
		{"ink", "bad-wash", reading}, {"ink", "line", reading},
		{"soft", "paper", reading}, {"soft", "card", reading},
		{"accent", "paper", reading}, {"accent", "card", reading}, {"accent", "wash", reading},
		{"deep", "paper", reading}, {"deep", "card", reading}, {"deep", "wash", reading},
		{"on", "accent", reading}, {"on", "deep", reading},
		{"bad", "paper", reading}, {"bad", "card", reading}, {"bad", "bad-wash", reading}, {"card", "bad", reading},
		{"warn", "warn-wash", reading},
		{"edge", "paper", shape}, {"edge", "card", shape}, {"accent", "paper", shape}, {"warn", "paper", shape},
		{"ring", "paper", shape}, {"ring", "card", shape}, {"ring", "line", shape},
	}
	for name, scheme := range schemes(t) {
		for _, pair := range pairs {
			front, back := scheme[pair.front], scheme[pair.back]
			if front == "" || back == "" {
				t.Fatalf("%s has no colour %s or %s", name, pair.front, pair.back)
			}
			if got := contrast(front, back); got < pair.least {
				t.Errorf("%s: %s on %s is %.2f:1, at least %.1f:1 is needed", name, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

func TestContrastIsComputedAsDefined(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#ff0000", "#ffffff", 4.00}} {
		if got := contrast(c.a, c.b); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%s on %s: %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}
