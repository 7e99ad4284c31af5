package build

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Mem is a site in memory, for previews and tests. The zero value is an empty site. It may be read while a build runs
// and shows either the whole previous site or the whole new one.
type Mem struct {
	mu       sync.RWMutex
	files    map[string][]byte
	manifest Manifest
}

// Manifest returns the manifest of the site.
func (m *Mem) Manifest() Manifest {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.manifest
}

// Read returns the content of a file, which must not be changed.
func (m *Mem) Read(path string) ([]byte, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	content, ok := m.files[path]
	return content, ok
}

// Paths returns the sorted paths of the site.
func (m *Mem) Paths() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.files))
}

// Inspector implements Store.
func (m *Mem) Inspector() Inspector { return memInspector{m} }

// Stage implements Store.
func (m *Mem) Stage() (Stage, error) { return &memStage{mem: m, files: map[string][]byte{}}, nil }

type memInspector struct{ mem *Mem }

func (i memInspector) Check(path string, entry *Entry) (Finding, error) {
	content, ok := i.mem.Read(path)
	switch {
	case !ok:
		return Finding{State: Absent, At: path}, nil
	case entry == nil:
		return Finding{State: Foreign, At: path}, nil
	case entry.Size != int64(len(content)):
		return Finding{State: Damaged, At: path}, nil
	}
	return Finding{State: Intact, At: path}, nil
}

func (i memInspector) Below(dir string) ([]string, error) {
	return slices.DeleteFunc(i.mem.Paths(), func(p string) bool { return !strings.HasPrefix(p, dir+"/") }), nil
}

func (memInspector) Close() error { return nil }

type memStage struct {
	mem   *Mem
	mu    sync.Mutex
	files map[string][]byte
}

func (s *memStage) Writer() (Writer, error) { return s, nil }

func (s *memStage) Read(path string) ([]byte, error) {
	s.mu.Lock()
	content, ok := s.files[path]
	s.mu.Unlock()
	if !ok {
		content, ok = s.mem.Read(path)
	}
	if !ok {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(content), nil
}

func (s *memStage) Put(path string, content []byte, _ bool) error {
	kept := slices.Clone(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[path] = kept
	return nil
}

func (s *memStage) Stream(path string, replace bool, write func(io.Writer) (bool, error)) error {
	var b bytes.Buffer
	keep, err := write(&b)
	if err != nil || !keep {
		return err
	}
	return s.Put(path, b.Bytes(), replace)
}

func (s *memStage) Close() error { return nil }

func (s *memStage) Commit(_ context.Context, c Change) error {
	s.mem.mu.Lock()
	defer s.mem.mu.Unlock()
	if s.mem.files == nil {
		s.mem.files = map[string][]byte{}
	}
	for _, p := range slices.Concat(c.Aside, c.Stale) {
		delete(s.mem.files, p)
	}
	maps.Copy(s.mem.files, s.files)
	s.mem.manifest = c.Manifest
	s.files = nil
	return nil
}

func (s *memStage) Discard() error { return nil }
