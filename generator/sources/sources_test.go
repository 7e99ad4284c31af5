package sources_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/sources"
)

type file string

func (f file) At(path string) diag.Pos { return diag.Pos{File: string(f) + " " + path} }

// TestCheck holds what is told of each kind of answer, and that each address
// is asked for once.
func TestCheck(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	mux := http.NewServeMux()
	handle := func(path string, f func(w http.ResponseWriter, r *http.Request)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			asked[r.Method+" "+r.URL.Path]++
			mu.Unlock()
			f(w, r)
		})
	}
	status := func(n int) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n) }
	}
	to := func(path string, n int) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, path, n) }
	}
	handle("/there", status(200))
	handle("/gone", status(410))
	handle("/lost", status(404))
	handle("/closed", status(403))
	handle("/broken", status(503))
	handle("/no-head", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(405)
		}
	})
	handle("/moved", to("/there", 301))
	handle("/for-now", to("/there", 302))
	handle("/then-moved", to("/moved", 302))
	handle("/in-circles", to("/in-circles", 308))
	handle("/to-gone", to("/gone", 301))
	server := httptest.NewServer(mux)
	defer server.Close()

	product := func(slug string, paths ...string) *catalog.Product {
		p := &catalog.Product{Slug: slug, At: file(slug)}
		for _, path := range paths {
			p.Sources = append(p.Sources, catalog.Source{ID: strings.Trim(path, "/#"), URL: server.URL + path})
		}
		return p
	}
	c := &catalog.Catalog{Products: []*catalog.Product{
		product("a", "/there", "/there#part", "/gone", "/lost", "/closed", "/broken", "/no-head", "/moved", "/for-now", "/then-moved", "/in-circles", "/to-gone"),
		product("b", "/gone"),
		{Slug: "c", At: file("c"), Sources: []catalog.Source{{ID: "paper"}, {ID: "nobody", URL: "http://127.0.0.1:1/"}}},
	}}
	var list diag.List
	n := sources.Check(context.Background(), c, sources.Options{Pause: -1, Timeout: 5 * time.Second}, &list)
	if n != 13 {
		t.Errorf("%d addresses were asked for", n)
	}
	var got []string
	for _, d := range list.Sorted() {
		if d.Severity != diag.Warning {
			t.Errorf("%s is no warning", d.Code)
		}
		got = append(got, fmt.Sprintf("%s %s", d.Pos.File, d.Code))
		if d.Code == "source-moved" && d.Hint != "it is at "+server.URL+"/there" {
			t.Errorf("it has moved: %s", d.Hint)
		}
	}
	want := []string{
		"a source.broken.url source-unreachable", "a source.closed.url source-refused", "a source.gone.url source-gone",
		"a source.in-circles.url source-unreachable", "a source.lost.url source-gone", "a source.moved.url source-moved",
		"a source.to-gone.url source-gone", "b source.gone.url source-gone", "c source.nobody.url source-unreachable",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if asked["HEAD /gone"] != 2 { // once for itself, once where another leads
		t.Errorf("/gone was asked for %d times", asked["HEAD /gone"])
	}
}

// TestCancel holds that nobody waits for the pauses of what was called off.
func TestCancel(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := &catalog.Catalog{Products: []*catalog.Product{{Slug: "a", At: file("a"), Sources: []catalog.Source{{ID: "x", URL: server.URL + "/1"}, {ID: "y", URL: server.URL + "/2"}}}}}
	var list diag.List
	sources.Check(ctx, c, sources.Options{Pause: time.Hour}, &list)
}
