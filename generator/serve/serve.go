// Package serve is the preview: it renders a page when a browser asks for it, and reloads the browser when the data
// has changed.
//
// A caller may lean on this:
//   - A page is rendered on request, and not again while its key stays the same.
//   - While the data is wrong, every page stays as it was last good, and shows what is wrong.
//   - A change that leaves every output's key as it was reloads nothing.
//   - Nothing but what the plan lists is served, and by default to this machine alone.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"portolan/generator/build"
	"portolan/generator/diag"
)

// DefaultAddr is where a preview listens unless told otherwise.
const DefaultAddr = "127.0.0.1:8080"

// An Opener reads and checks the site and plans its outputs. It is called by one goroutine at a time. What it returns
// is good when there is no error, no diagnostic of that severity, and a plan; only then is the plan looked at. When
// ctx ends, its result is no longer wanted.
//
// A render of the plan may be called more than once and by several goroutines at a time, and its result is kept.
type Opener func(ctx context.Context) ([]build.Output, []diag.Diagnostic, error)

// Options are what a preview can be told. Open and Dir are required.
type Options struct {
	// Dir is the site's folder.
	Dir string
	// Folders are those below Dir that are watched, with all that they hold; nil: data, content and templates.
	Folders []string
	// Addr is the address to listen at, DefaultAddr when empty. Without a host it is the loopback one; port 0 takes
	// any that is free.
	Addr string
	// Open reads the site.
	Open Opener
	// Log takes the address, the diagnostics and the time that each build took; nil: nobody reads them.
	Log io.Writer
	// CacheSize limits the bytes of rendered pages that are kept; 0: 64 MiB.
	CacheSize int64
}

func (o Options) folders() []string {
	if o.Folders != nil {
		return o.Folders
	}
	return []string{"data", "content", "templates"}
}

// Server answers for the site as it was last good. It is made by New and comes to life with Watch.
type Server struct {
	opts  Options
	host  string // of Addr, which requests may name
	live  live
	pages pages
	done  chan struct{} // closed when Watch ends

	logMu sync.Mutex
}

// New makes a server, which answers no page before Watch runs.
func New(opts Options) *Server {
	s := &Server{opts: opts, done: make(chan struct{})}
	s.live.changed = make(chan struct{})
	s.pages.limit = opts.CacheSize
	if s.pages.limit == 0 {
		s.pages.limit = 64 << 20
	}
	s.host, _, _ = net.SplitHostPort(opts.Addr)
	return s
}

// Watch opens the site, and again whenever its files change, until ctx is done. It must be called once. An error says
// that the files cannot be watched.
func (s *Server) Watch(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer close(s.done)
	w, err := newWatcher(s.opts.Dir, s.opts.folders())
	if err != nil {
		return err
	}
	w.report = func(err error) { s.logf("cannot watch: %v\n", err) }
	changes := make(chan struct{}, 1)
	var running sync.WaitGroup
	running.Go(func() { w.run(ctx, changes) })
	s.rebuild(ctx, changes)
	running.Wait()
	return w.close()
}

// Run listens, says where, and serves the site until ctx is done.
func Run(ctx context.Context, opts Options) error {
	if info, err := os.Stat(opts.Dir); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", opts.Dir)
	}
	addr, err := listenAddr(opts.Addr)
	if err != nil {
		return err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is taken by another program: choose another address, or port 0 for any that is free", addr)
	} else if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := New(opts)
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: log.New(logWriter{s}, "", 0), BaseContext: func(net.Listener) context.Context { return ctx },
	}
	s.logf("serving %s at %s\n", opts.Dir, address(ln.Addr()))
	ended := make(chan error, 2)
	go func() { ended <- s.Watch(ctx) }()
	go func() { ended <- ignoreClosed(server.Serve(ln)) }()
	running := 2
	select {
	case <-ctx.Done():
	case err = <-ended:
		running--
	}
	cancel()
	soon, stop := context.WithTimeout(context.Background(), time.Second)
	defer stop()
	if server.Shutdown(soon) != nil { // A browser that opens a connection and asks nothing would hold it.
		_ = server.Close()
	}
	for range running {
		err = errors.Join(err, <-ended)
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// listenAddr completes an address: the default one, and loopback where no host is named.
func listenAddr(addr string) (string, error) {
	if addr == "" {
		return DefaultAddr, nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("%w: an address is HOST:PORT, as in %s", err, DefaultAddr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// address is what to type into a browser for a listener's address.
func address(a net.Addr) string {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return "http://" + a.String() + "/"
	}
	if at.Addr().IsUnspecified() {
		at = netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), at.Port())
	}
	return "http://" + at.String() + "/"
}

func (s *Server) logf(format string, args ...any) {
	_, _ = fmt.Fprintf(logWriter{s}, format, args...)
}

// logWriter writes to a server's log, one goroutine at a time.
type logWriter struct{ s *Server }

func (w logWriter) Write(p []byte) (int, error) {
	if w.s.opts.Log == nil {
		return len(p), nil
	}
	w.s.logMu.Lock()
	defer w.s.logMu.Unlock()
	return w.s.opts.Log.Write(p)
}
