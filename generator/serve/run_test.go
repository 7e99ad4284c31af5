package serve_test

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
	"time"

	"portolan/generator/serve"
)

func TestRunServesUntilItIsStopped(t *testing.T) {
	before := runtime.NumGoroutine()
	log, site := &logBuffer{}, &fakeSite{dir: t.TempDir()}
	p := &preview{t: t, site: site, log: log}
	p.write("a.txt", "old")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- serve.Run(ctx, serve.Options{Dir: site.dir, Addr: ":0", Open: site.open, Log: log}) }()
	address := regexp.MustCompile(`(?m) at (http://127\.0\.0\.1:[1-9][0-9]*)/$`)
	eventually(t, "the address in the log", func() bool { return address.MatchString(log.String()) })
	p.url = address.FindStringSubmatch(log.String())[1]
	browser := p.listen()
	first := browser.first()
	p.write("a.txt", "new")
	browser.built(first)
	p.contains("/a/", "<p>new</p>")

	if err := serve.Run(ctx, serve.Options{Dir: site.dir, Addr: p.url[len("http://"):], Open: site.open}); err == nil || !contains(err.Error(), "taken") {
		t.Errorf("a second one at the same address: %v", err)
	}

	idle, err := net.Dial("tcp", p.url[len("http://"):]) // Asks nothing and must not hold the end.
	must(t, err)
	defer func() { _ = idle.Close() }()
	stopped := time.Now()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(deadline):
		t.Fatal("does not end")
	}
	if took := time.Since(stopped); took > 5*time.Second {
		t.Errorf("ended after %v", took)
	}
	for range browser.states { // The stream ended too.
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	eventually(t, "all goroutines end", func() bool { return runtime.NumGoroutine() <= before })
}

func TestRunSaysWhyItCannot(t *testing.T) {
	dir := t.TempDir()
	for name, opts := range map[string]serve.Options{
		"no such folder": {Dir: filepath.Join(dir, "none"), Addr: ":0"},
		"no port":        {Dir: dir, Addr: "127.0.0.1"},
		"no such port":   {Dir: dir, Addr: "127.0.0.1:99999"},
	} {
		opts.Open = opener(nil, nil, nil)
		if err := serve.Run(t.Context(), opts); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestListenAddrIsLoopbackUnlessTold(t *testing.T) {
	for in, want := range map[string]string{
		"": "127.0.0.1:8080", ":0": "127.0.0.1:0", ":9000": "127.0.0.1:9000", "0.0.0.0:80": "0.0.0.0:80", "[::1]:80": "[::1]:80", "lan:80": "lan:80",
	} {
		if got, err := serve.ListenAddr(in); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}
