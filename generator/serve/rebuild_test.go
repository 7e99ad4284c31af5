package serve_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"portolan/generator/build"
	"portolan/generator/diag"
	"portolan/generator/serve"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestWrongDataKeepsTheLastGoodPage(t *testing.T) {
	p := start(t, files("a.txt", "good", "b.txt", "other"))
	browser := p.listen()
	good := browser.first()
	if good.Build == "" || len(good.Faults) > 0 {
		t.Fatalf("first %+v", good)
	}
	p.write("a.txt", "wrong <b>")
	bad := browser.until("the fault", func(v state) bool { return len(v.Faults) > 0 })
	if f := bad.Faults[0]; bad.Build != good.Build || f.Place != "data/a.txt:1:1" || f.Severity != "error" || f.Text != "wrong <b>" || f.Code != "wrong" {
		t.Errorf("got %+v", bad)
	}
	p.contains("/a/", "<p>good</p>")
	p.contains("/b/", "<p>other</p>")
	if late := p.listen().first(); late.State != bad.State {
		t.Errorf("who comes late hears %+v, want %+v", late, bad)
	}
	p.write("a.txt", "good")
	if fixed := browser.until("the fix", func(v state) bool { return len(v.Faults) == 0 }); fixed.State != good.State {
		t.Errorf("undone: %+v, want %+v", fixed, good)
	}
	p.write("a.txt", "better")
	browser.built(good)
	p.contains("/a/", "<p>better</p>")
	for _, want := range []string{"data/a.txt:1:1: error: wrong <b> [wrong]\n", "the last good pages stay", "ready in"} {
		if !contains(p.log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, p.log)
		}
	}
}

func TestNothingGoodYet(t *testing.T) {
	p := start(t, files("a.txt", "wrong <b>"))
	browser := p.listen()
	first := browser.first()
	status, header, body := p.get("/a/")
	if status != 503 || header.Get("Content-Type") != "text/html; charset=utf-8" || !contains(body, "data/a.txt:1:1") ||
		!contains(body, "wrong &lt;b&gt;") || !contains(body, `src="/-/reload.js" data-build="" data-state="`+first.State+`"`) {
		t.Errorf("%d %s", status, body)
	}
	p.write("a.txt", "good")
	browser.built(first)
	p.contains("/a/", "<p>good</p>")
}

func TestOnlyWhatChangedIsRenderedAgain(t *testing.T) {
	p := start(t, files("a.txt", "a", "b.txt", "b"))
	browser := p.listen()
	first := browser.first()
	for range 3 {
		p.contains("/a/", "<p>a</p>")
		p.contains("/b/", "<p>b</p>")
	}
	if n := p.site.renders.Load(); n != 2 {
		t.Errorf("%d renders of two pages", n)
	}
	p.write("b.txt", "b2")
	browser.built(first)
	p.contains("/a/", "<p>a</p>")
	p.contains("/b/", "<p>b2</p>")
	if n := p.site.renders.Load(); n != 3 {
		t.Errorf("%d renders after one edit", n)
	}
}

// made is a plan of one page.
func made(text string) []build.Output {
	return []build.Output{{Path: "index.html", Key: build.NewKey([]byte(text)), Render: func(context.Context) ([]byte, error) { return []byte(text), nil }}}
}

// bubble runs a server without files in a bubble of false time. change tells it of a change.
func bubble(t *testing.T, open serve.Opener, test func(t *testing.T, s *serve.Server, change func())) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := serve.New(serve.Options{Open: open})
		ctx, cancel := context.WithCancel(context.Background())
		changes, ended := make(chan struct{}, 1), make(chan struct{})
		go func() { defer close(ended); s.Rebuild(ctx, changes) }()
		test(t, s, func() { changes <- struct{}{} })
		cancel()
		<-ended
	})
}

func page(s *serve.Server) string {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "http://localhost/", nil)
	s.ServeHTTP(w, r)
	return w.Body.String()
}

func TestANewerChangeSupersedes(t *testing.T) {
	var calls, cancelled atomic.Int64
	open := func(ctx context.Context) ([]build.Output, []diag.Diagnostic, error) {
		if calls.Add(1) == 2 {
			<-ctx.Done()
			cancelled.Add(1)
			return made("void"), nil, nil
		}
		return made([]string{"", "first", "", "third"}[calls.Load()]), nil, nil
	}
	bubble(t, open, func(t *testing.T, s *serve.Server, change func()) {
		synctest.Wait()
		change()
		synctest.Wait() // The second build hangs.
		if got := page(s); got != "first" {
			t.Errorf("during a build: %q", got)
		}
		change()
		synctest.Wait()
		if got := page(s); got != "third" || cancelled.Load() != 1 {
			t.Errorf("%q, %d cancelled", got, cancelled.Load())
		}
	})
}

func TestFaultsOfAHalfWrittenFileAreHeldBack(t *testing.T) {
	var calls atomic.Int64
	open := func(context.Context) ([]build.Output, []diag.Diagnostic, error) {
		switch calls.Add(1) {
		case 1:
			return made("first"), nil, nil
		case 2, 4:
			return nil, []diag.Diagnostic{{Text: "torn"}}, nil
		}
		return made("third"), nil, nil
	}
	bubble(t, open, func(t *testing.T, s *serve.Server, change func()) {
		synctest.Wait()
		events := hear(t, s)
		change()
		time.Sleep(serve.Patience / 2)
		change()
		time.Sleep(2 * serve.Patience)
		change()
		time.Sleep(2 * serve.Patience)
		got := events()
		if strings.Count(got, "event: state") != 3 || strings.Count(got, "torn") != 1 {
			t.Errorf("want first, third and torn:\n%s", got)
		}
	})
}

// hear listens to the events in a bubble and returns what ends it and gives all that was heard.
func hear(t *testing.T, s *serve.Server) func() string {
	ctx, cancel := context.WithCancel(t.Context())
	w := httptest.NewRecorder()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/-/events", nil).WithContext(ctx))
	}()
	synctest.Wait()
	return func() string { cancel(); <-ended; return w.Body.String() }
}

func TestASilentStreamIsAlive(t *testing.T) {
	open := func(context.Context) ([]build.Output, []diag.Diagnostic, error) { return made("x"), nil, nil }
	bubble(t, open, func(t *testing.T, s *serve.Server, change func()) {
		synctest.Wait()
		events := hear(t, s)
		change() // The same plan: no event.
		time.Sleep(2*serve.Heartbeat + time.Second)
		if got := events(); strings.Count(got, ": alive\n\n") != 2 || strings.Count(got, "event: state") != 1 || !strings.Contains(got, `"faults":[]`) {
			t.Errorf("got\n%s", got)
		}
	})
}

func TestWhatAnOpenerMayReturn(t *testing.T) {
	warning := diag.Diagnostic{Severity: diag.Warning, Text: "w"}
	for name, c := range map[string]struct {
		open serve.Opener
		want string
	}{
		"an error":       {opener(made("x"), nil, errors.New("template: home")), "template: home"},
		"no plan":        {opener(nil, nil, nil), "the site has no plan"},
		"a path twice":   {opener(append(made("x"), made("x")...), nil, nil), "index.html: two outputs of one path"},
		"an error diag":  {opener(made("x"), []diag.Diagnostic{{Text: "e"}}, nil), "e"},
		"a panic":        {func(context.Context) ([]build.Output, []diag.Diagnostic, error) { panic("at the disco") }, "panic: at the disco"},
		"both":           {opener(nil, []diag.Diagnostic{warning, {Text: "e"}}, nil), "<ol class=\"portolan-faults\">\n<li><strong>error</strong> <span>e</span></li>\n</ol>"},
		"a warning":      {opener(made("x"), []diag.Diagnostic{warning}, nil), "x"},
		"an empty plan":  {opener([]build.Output{}, nil, nil), "404 page not found"},
		"too many":       {opener(nil, make([]diag.Diagnostic, 250), nil), "and 50 more"},
		"a render error": {opener([]build.Output{{Path: "index.html", Render: func(context.Context) ([]byte, error) { return nil, errors.New("no such field") }}}, nil, nil), "index.html: no such field"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, c.open, func(t *testing.T, s *serve.Server, _ func()) {
				if got := page(s); !contains(got, c.want) {
					t.Errorf("want %q in\n%s", c.want, got)
				}
			})
		})
	}
}

func opener(plan []build.Output, diags []diag.Diagnostic, err error) serve.Opener {
	return func(context.Context) ([]build.Output, []diag.Diagnostic, error) { return plan, diags, err }
}
