package serve

import (
	"context"

	"portolan/generator/build"
)

// What the tests reach into.
var (
	FromRoot    = fromRoot
	ContentType = contentType
	ListenAddr  = listenAddr
)

const (
	Heartbeat = heartbeat
	Patience  = patience
)

// Rebuild is Watch without files.
func (s *Server) Rebuild(ctx context.Context, changes <-chan struct{}) {
	defer close(s.done)
	s.rebuild(ctx, changes)
}

// Kept returns the number and the bytes of the pages that are kept.
func (s *Server) Kept() (int, int64) {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	return len(s.pages.known), s.pages.size
}

// Get renders an output through the cache.
func (s *Server) Get(ctx context.Context, o *build.Output) ([]byte, error) {
	p, err := s.pages.get(ctx, nil, o)
	if err != nil {
		return nil, err
	}
	return p.content, nil
}

// Watcher is the watcher alone.
type Watcher struct{ *watcher }

func NewWatcher(dir string, folders ...string) (Watcher, error) {
	w, err := newWatcher(dir, folders)
	return Watcher{w}, err
}

func (w Watcher) Run(ctx context.Context, changes chan<- struct{}) { w.run(ctx, changes) }
func (w Watcher) Update(names ...string) bool                      { return w.update(names) }
func (w Watcher) Name(file string) (string, bool)                  { return w.name(file) }
func (w Watcher) Close() error                                     { return w.close() }
func (w Watcher) Watched() int                                     { return len(w.notify.WatchList()) }
