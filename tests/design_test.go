package tests

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// sheet is a style sheet of the templates, without its comments.
func sheet(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "templates", "assets", name))
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(src), "")
}

// TestStyleIsUsed holds that every class of the style sheet is on a page, or
// is made by a script or, with an ending from the data, by the program.
func TestStyleIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, s := range []*site{&ours, &tiny} {
		for _, name := range files(t, s.dir, ".html") {
			root, err := html.Parse(strings.NewReader(s.read(t, name)))
			if err != nil {
				t.Fatal(err)
			}
			for n := range root.Descendants() {
				for _, a := range n.Attr {
					if a.Key == "class" {
						for _, class := range strings.Fields(a.Val) {
							used[class] = true
						}
					}
				}
			}
		}
	}
	var code strings.Builder
	for _, pattern := range []string{"../templates/assets/*.js", "../generator/site/*.go", "../generator/page/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, ".js") || !strings.HasSuffix(name, "_test.go") {
				code.Write(src)
			}
		}
	}
	made := func(class string) bool {
		stem := class[:strings.LastIndex(class, "-")+1]
		return stem != "" && strings.Contains(code.String(), stem+"`,") || regexp.MustCompile(`['" .]`+class+`['" ]`).MatchString(code.String())
	}
	classes := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([a-z][\w-]*)`).FindAllStringSubmatch(selectors(sheet(t, "style.css")), -1) {
		classes[m[1]] = true
	}
	if len(classes) < 50 {
		t.Fatalf("only %d classes were found", len(classes))
	}
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		if !used[class] && !made(class) {
			t.Errorf("nothing has the class %s", class)
		}
	}
}

// selectors are what stands before the braces of a style sheet.
func selectors(css string) string {
	return regexp.MustCompile(`\{[^{}]*\}`).ReplaceAllString(css, ";")
}

// TestStyleIsCalm holds that the style sheets know no left and right, move
// nothing, and load nothing.
func TestStyleIsCalm(t *testing.T) {
	for _, name := range []string{"style.css", "dark.css"} {
		for what, pattern := range map[string]string{
			"a physical side": `(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|text-align:\s*(?:left|right)|[\s;{](?:left|right|top|bottom|width|height|min-width|max-width)\s*:`,
			"movement":        `\b(?:transition|animation|scroll-behavior)\b|@keyframes`,
			"a file":          `url\(|@import|@font-face`,
		} {
			if found := regexp.MustCompile(pattern).FindString(sheet(t, name)); found != "" {
				t.Errorf("%s has %s: %q", name, what, found)
			}
		}
	}
}

// TestStyleIsSmall holds the size of both style sheets, as they are sent.
func TestStyleIsSmall(t *testing.T) {
	const most = 34 << 10
	sum := 0
	for _, name := range files(t, ours.dir, ".css") {
		sum += len(ours.read(t, name))
	}
	if sum == 0 || sum > most {
		t.Errorf("the style sheets have %d bytes, at most %d are wanted", sum, most)
	}
}

// TestContrast holds every colour of text at 4.5 and every line that means
// something at 3, on each surface that they stand on, light and dark.
func TestContrast(t *testing.T) {
	colors := map[string]string{}
	for _, name := range []string{"style.css", "dark.css"} {
		root, _, _ := strings.Cut(sheet(t, name), "}")
		for _, m := range regexp.MustCompile(`--([\w-]+): (#[0-9a-f]+);`).FindAllStringSubmatch(root, -1) {
			colors[m[1]] = m[2]
		}
		for _, c := range []struct {
			ink  string
			want float64
		}{
			{"ink", 4.5}, {"soft", 4.5}, {"accent", 4.5}, {"required", 4.5}, {"conditional", 4.5}, {"optional", 4.5}, {"forbidden", 4.5},
			{"edge", 3}, {"warn-line", 3}, {"err-line", 3},
		} {
			for _, surface := range []string{"paper", "raised", "sunk", "accent-soft", "warn-bg", "err-bg"} {
				if got := contrast(t, colors[c.ink], colors[surface]); got < c.want {
					t.Errorf("%s: --%s on --%s has %.2f, not %.1f", name, c.ink, surface, got, c.want)
				}
			}
		}
	}
}

// contrast is the ratio of two colours, #rgb or #rrggbb, as WCAG 2 reckons it.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light := func(color string) float64 {
		digits := strings.TrimPrefix(color, "#")
		if len(digits) == 3 {
			digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
		}
		n, err := strconv.ParseUint(digits, 16, 24)
		if err != nil || len(digits) != 6 {
			t.Fatalf("no colour: %q", color)
		}
		part := func(shift int) float64 {
			v := float64(n>>shift&0xff) / 255
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		}
		return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
