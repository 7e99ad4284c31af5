package serve_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"portolan/generator/build"
	"portolan/generator/serve"
)

// still runs a server whose site is the plan and does not change.
func still(t *testing.T, plan []build.Output, opts serve.Options) *serve.Server {
	t.Helper()
	opts.Open = opener(plan, nil, nil)
	s := serve.New(opts)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Rebuild(ctx, nil) }()
	t.Cleanup(func() { cancel(); <-ended })
	return s
}

func output(path, content string) build.Output {
	return build.Output{Path: path, Key: build.NewKey([]byte(path), []byte(content)), Render: func(context.Context) ([]byte, error) { return []byte(content), nil }}
}

// ask sends a request. The target is taken as it stands; the host is localhost unless the header says otherwise.
func ask(s *serve.Server, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+target, nil)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const aPage = "<!doctype html><body>x</body></html>"

func TestPaths(t *testing.T) {
	s := still(t, []build.Output{output("index.html", "home"), output("x/index.html", "x"), output("x/y.txt", "y"), output("ä b/index.html", "z")}, serve.Options{})
	for _, c := range []struct {
		target string
		status int
		want   string // the body or, of a redirect, the location
	}{
		{"/", 200, "home"}, {"/index.html", 200, "home"},
		{"/x/", 200, "x"}, {"/x/index.html", 200, "x"}, {"/x/y.txt", 200, "y"},
		{"/x", 307, "/x/"}, {"/x?q=1&r=2", 307, "/x/?q=1&r=2"}, {"/%C3%A4%20b", 307, "/%C3%A4%20b/"}, {"/%C3%A4%20b/", 200, "z"},
		{"/y/", 404, ""}, {"/x/y.txt/", 404, ""}, {"/x/y", 404, ""},
		{"//x", 404, ""}, {"//x/", 404, ""}, {"/x//", 404, ""}, {"/x/../x/", 404, ""}, {"/%2e%2e/x/", 404, ""}, {"/..%2fx", 404, ""},
		{"/../../../etc/passwd", 404, ""}, {"/x%00", 404, ""}, {"/-/", 404, ""}, {"/-/other", 404, ""},
	} {
		w := ask(s, "GET", c.target)
		got := w.Body.String()
		if w.Code == 307 {
			got = w.Header().Get("Location")
		}
		if w.Code != c.status || c.want != "" && got != c.want {
			t.Errorf("%s: %d %q, want %d %q", c.target, w.Code, got, c.status, c.want)
		}
	}
}

func TestContentTypes(t *testing.T) {
	for name, want := range map[string]string{
		"index.html": "text/html; charset=utf-8", "a.css": "text/css; charset=utf-8", "a.js": "text/javascript; charset=utf-8",
		"a.json": "application/json", "a.svg": "image/svg+xml; charset=utf-8", "feed.xml": "text/xml; charset=utf-8",
		"a.txt": "text/plain; charset=utf-8", "a.md": "text/markdown; charset=utf-8", "table.raw.csv": "text/csv; charset=utf-8",
		"a.toml": "application/toml; charset=utf-8", "table.adoc": "text/plain; charset=utf-8", "rules.nft": "text/plain; charset=utf-8",
		"rules.tf": "text/plain; charset=utf-8", "rules.zip": "application/zip",
		"a.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "noextension": "text/plain; charset=utf-8",
	} {
		if got := serve.ContentType(name, []byte("text\n")); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := serve.ContentType("a.bin", []byte{0, 1, 2, 255}); got != "application/octet-stream" {
		t.Errorf("bytes: %s", got)
	}
	s := still(t, []build.Output{output("index.html", aPage)}, serve.Options{})
	for path, want := range map[string]string{"/": "text/html", "/-/reload.js": "text/javascript", "/-/reload.css": "text/css"} {
		w := ask(s, "GET", path)
		if got := w.Header(); !strings.HasPrefix(got.Get("Content-Type"), want) || got.Get("Cache-Control") != "no-cache" || got.Get("X-Content-Type-Options") != "nosniff" || w.Code != 200 {
			t.Errorf("%s: %d %v", path, w.Code, got)
		}
	}
}

func TestOnlyWholePagesGetTheScript(t *testing.T) {
	s := still(t, []build.Output{output("index.html", "<body><p>&lt;/body></p></BODY></html>"), output("table.html", "<table></table>"), output("a.svg", "<svg></body></svg>")}, serve.Options{})
	if got := ask(s, "GET", "/").Body.String(); !strings.HasPrefix(got, `<body><p>&lt;/body></p><script src="/-/reload.js" data-build="`) || !strings.HasSuffix(got, `"></script></BODY></html>`) {
		t.Errorf("page: %s", got)
	}
	if got := ask(s, "GET", "/table.html").Body.String(); got != "<table></table>" {
		t.Errorf("fragment: %s", got)
	}
	if got := ask(s, "GET", "/a.svg").Body.String(); got != "<svg></body></svg>" {
		t.Errorf("drawing: %s", got)
	}
}

func TestUnchangedIsNotSentAgain(t *testing.T) {
	s := still(t, []build.Output{output("index.html", aPage), output("a.css", "b{}")}, serve.Options{})
	for _, path := range []string{"/", "/a.css"} {
		first := ask(s, "GET", path)
		tag := first.Header().Get("ETag")
		if w := ask(s, "GET", path, "If-None-Match", tag); tag == "" || w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s: tag %s, %d", path, tag, w.Code)
		}
		if w := ask(s, "HEAD", path); w.Code != 200 || w.Body.Len() > 0 || w.Header().Get("Content-Length") != fmt.Sprint(first.Body.Len()) {
			t.Errorf("HEAD %s: %d %v", path, w.Code, w.Header())
		}
	}
	// A page carries the build that it is of, so that it may not be taken for that of another.
	other := still(t, []build.Output{output("index.html", aPage), output("a.css", "i{}")}, serve.Options{})
	if ask(s, "GET", "/").Header().Get("ETag") == ask(other, "GET", "/").Header().Get("ETag") {
		t.Error("two builds share a page's tag")
	}
}

func TestOtherMethodsAndHosts(t *testing.T) {
	s := still(t, []build.Output{output("index.html", aPage)}, serve.Options{Addr: "Preview.lan:8080"})
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		if w := ask(s, method, "/"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "LOCALHOST.:1": 200, "127.0.0.1:8080": 200, "192.0.2.1": 200, "[::1]:8080": 200, "[::1]": 200,
		"[fe80::1%25eth0]:80": 200, "preview.lan:8080": 200, "preview.lan": 200,
		"evil.example": 403, "evil.example:8080": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403, "": 403, ":8080": 403, "127.1": 403,
	} {
		for _, path := range []string{"/", "/-/reload.js"} {
			if w := ask(s, "GET", path, "Host", host); w.Code != want {
				t.Errorf("%q: %d, want %d", host, w.Code, want)
			}
		}
	}
	if w := ask(s, "GET", "/-/events", "Host", "evil.example"); w.Code != 403 {
		t.Errorf("events for a foreign host: %d", w.Code)
	}
	if w := ask(s, "HEAD", "/-/events"); w.Code != 200 {
		t.Errorf("HEAD of the events: %d", w.Code)
	}
}

func TestNotFoundHasLinksThatHold(t *testing.T) {
	site := `<!doctype html><body><link rel=stylesheet href="assets/s.css"><a href="index.html">Home</a></body></html>`
	s := still(t, []build.Output{output("404.html", site)}, serve.Options{})
	for _, path := range []string{"/nowhere", "/no/where/", "/no/wh/ere.txt"} {
		w := ask(s, "GET", path)
		if got := w.Body.String(); w.Code != 404 || !contains(got, `href="/assets/s.css"`) || !contains(got, `<a href="/index.html">`) || !contains(got, "/-/reload.js") || w.Header().Get("ETag") != "" {
			t.Errorf("%s: %d %s", path, w.Code, got)
		}
	}
	if w := ask(s, "GET", "/404.html"); w.Code != 200 || !contains(w.Body.String(), `href="assets/s.css"`) {
		t.Errorf("the page itself: %d %s", w.Code, w.Body)
	}
}

func TestFromRoot(t *testing.T) {
	for in, want := range map[string]string{
		`<a href="x/index.html">`: `<a href="/x/index.html">`, `<a href='x'>`: `<a href='/x'>`, `<a href=x>`: `<a href=/x>`, `<a class=k  HREF = "x" id=i>`: `<a class=k  href = "/x" id=i>`,
		`<script defer src="a.js"></script>`: `<script defer src="/a.js"></script>`, `<form action="ports/index.html">`: `<form action="/ports/index.html">`,
		`<a href="./x">`: `<a href="/x">`, `<a href="../../x">`: `<a href="/x">`, `<a href="..">`: `<a href="/">`, `<a href="x?q=a&amp;b#c">`: `<a href="/x?q=a&amp;b#c">`,
		`<a href="/x">`: ``, `<a href="#x">`: ``, `<a href="?q">`: ``, `<a href="">`: ``, `<a href>`: ``, `<a href="https://x/">`: ``, `<a href="//x/">`: ``,
		`<a href="mailto:x">`: ``, `<a data-href="x">`: ``, `<p>href="x"</p>`: ``, `<!-- <a href="x"> -->`: ``,
		"<!DOCTYPE html>\n<script>var a = '<a href=\"x\">';</script>\n<p>1 < 2 &amp; ü</p>\n": ``,
	} {
		if want == "" {
			want = in
		}
		if got := string(serve.FromRoot([]byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestPagesThatWereLongestNotAskedForGo(t *testing.T) {
	s := serve.New(serve.Options{CacheSize: 10})
	get := func(path, content string) {
		o := output(path, content)
		if got, err := s.Get(t.Context(), &o); err != nil || string(got) != content {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	kept := func(pages int, size int64) {
		t.Helper()
		if n, bytes := s.Kept(); n != pages || bytes != size {
			t.Errorf("%d pages of %d bytes, want %d of %d", n, bytes, pages, size)
		}
	}
	get("a", "1234")
	get("b", "1234")
	get("a", "1234")
	kept(2, 8)
	get("c", "1234")
	kept(2, 8)
	get("huge", "12345678901")
	kept(0, 0)
	failing := build.Output{Path: "f", Render: func(context.Context) ([]byte, error) { panic("no") }}
	if _, err := s.Get(t.Context(), &failing); err == nil {
		t.Error("a panic is no error")
	}
	kept(0, 0)
}

func TestOfManyWhoAskOneRenders(t *testing.T) {
	var renders atomic.Int64
	begin := make(chan struct{})
	o := build.Output{Path: "a", Render: func(context.Context) ([]byte, error) {
		renders.Add(1)
		<-begin
		return []byte("x"), nil
	}}
	s := serve.New(serve.Options{})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got, err := s.Get(t.Context(), &o); err != nil || string(got) != "x" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	eventually(t, "a render", func() bool { return renders.Load() > 0 })
	if _, err := s.Get(gone, &o); err == nil {
		t.Error("who has gone is still waiting")
	}
	close(begin)
	all.Wait()
	if renders.Load() != 1 {
		t.Errorf("%d renders", renders.Load())
	}
}

func TestARequestWaitsForTheFirstBuild(t *testing.T) {
	s := serve.New(serve.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/", nil).WithContext(ctx))
	if w.Code != 503 {
		t.Errorf("status %d", w.Code)
	}
}

func TestManyBrowsersDuringEdits(t *testing.T) {
	p := start(t, files("a.txt", "0", "b.txt", "b"))
	p.listen().first()
	var all sync.WaitGroup
	stop := make(chan struct{})
	for range 8 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if status, _, body := p.get("/a/"); status != 200 || !contains(body, "</body>") {
					t.Errorf("%d %s", status, body)
					return
				}
			}
		})
	}
	streams := make([]*stream, 8)
	for i := range streams {
		streams[i] = p.listen()
	}
	for i := range 20 {
		text := fmt.Sprint("edit ", i)
		if i%3 == 1 {
			text = "wrong"
		}
		p.write("a.txt", text)
	}
	p.write("a.txt", "last")
	eventually(t, "the last edit", func() bool { _, _, body := p.get("/a/"); return contains(body, "<p>last</p>") })
	close(stop)
	all.Wait()
	_, _, body := p.get("/a/")
	for _, s := range streams {
		s.until("the last build", func(v state) bool { return contains(body, `data-build="`+v.Build+`"`) && len(v.Faults) == 0 })
	}
}

func TestWhatIsMadeOfOthersIsMadeWhenAsked(t *testing.T) {
	made := 0
	whole := build.Output{Path: "all.txt", Key: build.NewKey([]byte("all")),
		Assemble: func(_ context.Context, w io.Writer, read func(string) ([]byte, error)) error {
			made++
			for _, name := range []string{"index.html", "x.txt"} {
				text, err := read(name)
				if err != nil {
					return err
				}
				_, _ = w.Write(text)
			}
			return nil
		}}
	s := still(t, []build.Output{output("index.html", aPage), output("x.txt", "x"), whole}, serve.Options{})
	if ask(s, "GET", "/x.txt"); made != 0 {
		t.Error("it is made though nobody asked")
	}
	for range 2 {
		if got := ask(s, "GET", "/all.txt").Body.String(); got != aPage+"x" {
			t.Errorf("it is %q", got)
		}
	}
	if made != 1 {
		t.Errorf("it is made %d times", made)
	}
}
