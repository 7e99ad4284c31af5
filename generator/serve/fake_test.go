package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portolan/generator/build"
	"portolan/generator/diag"
	"portolan/generator/serve"
)

// deadline is how long a test waits for what must come. It is generous: a passing test does not get near it.
const deadline = 20 * time.Second

// fakeSite is a site of files: data/x.txt is the page /x/, data/x.css and the like are themselves. A file that begins
// with "wrong" is an error, one that begins with "panic" panics when it is rendered.
type fakeSite struct {
	dir     string
	opened  atomic.Int64
	renders atomic.Int64
}

func (f *fakeSite) open(context.Context) ([]build.Output, []diag.Diagnostic, error) {
	f.opened.Add(1)
	var plan []build.Output
	var list diag.List
	root := os.DirFS(f.dir)
	err := fs.WalkDir(root, "data", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		if bytes.HasPrefix(content, []byte("wrong")) {
			diag.Errorf(&list, diag.Pos{File: name, Line: 1, Col: 1}, "wrong", "%s", content)
		}
		path := strings.TrimPrefix(name, "data/")
		if before, ok := strings.CutSuffix(path, ".txt"); ok {
			path = before + "/index.html"
			content = slices.Concat([]byte("<!doctype html><title>x</title><body><p>"), content, []byte("</p></body></html>"))
		}
		plan = append(plan, build.Output{Path: path, Key: build.NewKey([]byte(path), content), Render: func(context.Context) ([]byte, error) {
			f.renders.Add(1)
			if bytes.Contains(content, []byte("<p>panic")) {
				panic("as asked")
			}
			return content, nil
		}})
		return nil
	})
	if list.HasErrors() {
		return nil, list.Sorted(), err
	}
	return plan, list.Sorted(), err
}

// preview is a fake site, its server and a browser that listens.
type preview struct {
	t    *testing.T
	site *fakeSite
	url  string
	log  *logBuffer
}

func files(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// start serves the files of data/ over real sockets, watching them, until the test ends.
func start(t *testing.T, data map[string]string) *preview {
	t.Helper()
	p := &preview{t: t, site: &fakeSite{dir: t.TempDir()}, log: &logBuffer{}}
	if err := os.Mkdir(filepath.Join(p.site.dir, "data"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		p.write(name, data[name])
	}
	s := serve.New(serve.Options{Dir: p.site.dir, Open: p.site.open, Log: p.log})
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(s)
	p.url = server.URL
	ended := make(chan error, 1)
	go func() { ended <- s.Watch(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return p
}

func (p *preview) file(name string) string {
	return filepath.Join(p.site.dir, "data", filepath.FromSlash(name))
}

func (p *preview) write(name, content string) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(p.file(name)), 0o777); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.file(name), []byte(content), 0o666); err != nil {
		p.t.Fatal(err)
	}
}

// get asks for a path and returns status, header and content.
func (p *preview) get(path string) (int, http.Header, string) {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(r) // Follows no redirect.
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// contains holds a page against a text.
func (p *preview) contains(path, want string) {
	p.t.Helper()
	if status, _, body := p.get(path); status != http.StatusOK || !strings.Contains(body, want) {
		p.t.Errorf("%s: status %d, want %q in %q", path, status, want, body)
	}
}

// state is an event as the browser reads it.
type state struct {
	Build  string
	State  string
	Faults []struct{ Place, Severity, Text, Code string }
	More   int
}

// stream is a browser's event stream.
type stream struct {
	t      testing.TB
	states chan state
}

func (p *preview) listen() *stream { return listen(p.t, p.url) }

func listen(t testing.TB, url string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/-/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("content type %q", got)
	}
	s := &stream{t: t, states: make(chan state, 1000)}
	var done sync.WaitGroup
	done.Go(func() {
		defer close(s.states)
		lines := bufio.NewScanner(res.Body)
		for lines.Scan() {
			if data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: ")); ok {
				var v state
				if err := json.Unmarshal(data, &v); err != nil {
					t.Errorf("%v: %s", err, data)
				}
				s.states <- v
			}
		}
	})
	t.Cleanup(func() { cancel(); _ = res.Body.Close(); done.Wait() })
	return s
}

// until returns the first event that is wanted.
func (s *stream) until(what string, want func(state) bool) state {
	s.t.Helper()
	late := time.After(deadline)
	var last state
	for {
		select {
		case v, ok := <-s.states:
			if !ok {
				s.t.Fatalf("the stream ended before %s; last %+v", what, last)
			}
			if last = v; want(v) {
				return v
			}
		case <-late:
			s.t.Fatalf("never saw %s; last %+v", what, last)
		}
	}
}

func (s *stream) first() state {
	s.t.Helper()
	return s.until("an event", func(state) bool { return true })
}

// built waits for a good build that is not the one before.
func (s *stream) built(before state) state {
	s.t.Helper()
	return s.until("a new build", func(v state) bool { return v.Build != before.Build && len(v.Faults) == 0 })
}

// eventually polls until a condition holds.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(deadline); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// logBuffer is a log that may be read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
