package tests

import (
	"bytes"
	"compress/gzip"
	"path"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// maxWeight is what a page may cost on its first visit, with all that it
// loads by itself, compressed: in bytes of gzip, which most servers speak.
const maxWeight = 60_000

// TestWeight holds every page to maxWeight. What is loaded on demand (the
// lookup's index, the rule builder) is not in it.
func TestWeight(t *testing.T) {
	packed := map[string]int{}
	weigh := func(name string) int {
		if n, ok := packed[name]; ok {
			return n
		}
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, 6)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(ours.read(t, name))); err != nil {
			t.Fatal(err)
		}
		w.Close()
		packed[name] = b.Len()
		return b.Len()
	}
	heaviest, most := "", 0
	for _, name := range files(t, ours.dir, ".html") {
		text := ours.read(t, name)
		if !strings.HasPrefix(text, "<!doctype html>") {
			continue
		}
		root, err := html.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		sum := weigh(name)
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			attr := map[string]string{}
			for _, a := range n.Attr {
				attr[a.Key] = a.Val
			}
			load := ""
			switch {
			case n.Data == "script", n.Data == "img":
				load = attr["src"]
			case n.Data == "link" && (attr["rel"] == "stylesheet" || attr["rel"] == "icon"):
				load = attr["href"]
			}
			if load != "" {
				sum += weigh(path.Join(path.Dir(name), load))
			}
		}
		if sum > maxWeight {
			t.Errorf("%s weighs %d bytes, at most %d are wanted", name, sum, maxWeight)
		}
		if sum > most {
			heaviest, most = name, sum
		}
	}
	t.Logf("the heaviest page is %s with %d bytes", heaviest, most)
}
