package build_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"portolan/generator/build"
)

// Every change on disk fails once: the site is then the old one or, if the build could do without, the new one.
func TestEveryFaultLeavesThePreviousSite(t *testing.T) {
	for _, jobs := range []int{1, 4} {
		for n := 1; ; n++ {
			dir := t.TempDir()
			reached, err := withFault(t, dir, n, false, jobs)
			if !reached {
				if n < 20 {
					t.Fatalf("only %d changes on disk", n-1)
				}
				break
			}
			got := readTree(t, dir)
			if err == nil {
				delete(got, ".portolan-manifest")
				for p := range got { // The next build removes what cleaning up left.
					if strings.HasPrefix(p, ".portolan-staging") || strings.HasSuffix(p, "/") {
						delete(got, p)
					}
				}
				wantTree(t, got, after)
			} else {
				for p := range got {
					if strings.HasPrefix(p, ".portolan-staging") {
						delete(got, p) // The fault hit the removal itself.
					}
				}
				wantTree(t, got.site(), before)
			}
			if _, err := runDir(t, dir, planOf(after, nil), build.Options{Program: "p"}); err != nil {
				t.Errorf("fault %d, jobs %d: next build: %v", n, jobs, err)
			}
			if t.Failed() {
				t.Fatalf("fault %d, jobs %d: %v", n, jobs, err)
			}
		}
	}
}

// The program is killed at every change on disk: the next build of either plan puts the site right, and until the
// files are swapped in the old site stands.
func TestEveryCrashIsRepaired(t *testing.T) {
	for _, jobs := range []int{1, 4} {
		for _, next := range []tree{before, after} {
			for n := 1; ; n++ {
				dir := t.TempDir()
				reached, crash := withFault(t, dir, n, true, jobs)
				if !reached {
					break
				}
				stats, err := runDir(t, dir, planOf(next, nil), build.Options{Program: "p"})
				if err != nil {
					t.Fatalf("crash %d (%v): next build: %v", n, crash, err)
				}
				got := readTree(t, dir)
				for p := range got {
					if strings.HasSuffix(p, "/") {
						delete(got, p) // A kill between the manifest and the last folder leaves it empty.
					}
				}
				wantTree(t, got.site(), next)
				if t.Failed() {
					t.Fatalf("crash %d of %v, %+v", n, crash, stats)
				}
			}
		}
	}
}

// A first build that is killed leaves a folder that the next build takes for its own.
func TestFirstBuildKilled(t *testing.T) {
	for n := 1; ; n++ {
		dir := t.TempDir()
		writeTree(t, dir, tree{".gitkeep": ""})
		d, err := build.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		build.SetFault(d, func(string, string) error {
			if count++; count >= n {
				return errFault
			}
			return nil
		})
		build.Run(context.Background(), planOf(after, nil), d.Manifest(), d, build.Options{Jobs: 1})
		d.Close()
		if count < n {
			break
		}
		if _, err := runDir(t, dir, planOf(after, nil), build.Options{}); err != nil {
			t.Fatalf("killed at %d: %v", n, err)
		}
		got := readTree(t, dir).site()
		delete(got, ".gitkeep")
		wantTree(t, got, after)
	}
}

// failing is a store whose n-th write fails.
type failing struct {
	build.Store
	mu    sync.Mutex
	left  int
	fault error
}

type failingStage struct {
	build.Stage
	store *failing
}

type failingWriter struct {
	build.Writer
	store *failing
}

func (f *failing) Stage() (build.Stage, error) {
	s, err := f.Store.Stage()
	return failingStage{s, f}, err
}

func (s failingStage) Writer() (build.Writer, error) {
	w, err := s.Stage.Writer()
	return failingWriter{w, s.store}, err
}

func (w failingWriter) Put(path string, content []byte, replace bool) error {
	w.store.mu.Lock()
	w.store.left--
	left := w.store.left
	w.store.mu.Unlock()
	if left <= 0 {
		return w.store.fault
	}
	return w.Writer.Put(path, content, replace)
}

func TestFailedBuildsLeaveThePreviousSite(t *testing.T) {
	plan := func(spoil func(ctx context.Context) ([]byte, error)) []build.Output {
		plan := planOf(after, nil)
		for i := range plan {
			if plan[i].Path == "new/deep/er.txt" {
				plan[i].Render = spoil
			}
		}
		return plan
	}
	ctx, cancel := context.WithCancel(context.Background())
	tests := []struct {
		name  string
		ctx   context.Context
		plan  []build.Output
		full  int // the write at which the disk is full, or 0
		wants []string
	}{
		{name: "render fails", plan: plan(func(context.Context) ([]byte, error) { return nil, errFault }), wants: []string{"new/deep/er.txt: simulated fault"}},
		{name: "render panics", plan: plan(func(context.Context) ([]byte, error) { panic("oh") }), wants: []string{"new/deep/er.txt: render panicked: oh"}},
		{name: "render exits", plan: plan(func(context.Context) ([]byte, error) { runtime.Goexit(); return nil, nil }), wants: []string{"new/deep/er.txt: render ended its goroutine"}},
		{name: "cancelled half-way", ctx: ctx, plan: plan(func(context.Context) ([]byte, error) { cancel(); return nil, nil }), wants: []string{"context canceled"}},
		{name: "disk full at once", plan: planOf(after, nil), full: 1, wants: []string{"no space left on device"}},
		{name: "disk full later", plan: planOf(after, nil), full: 4, wants: []string{"no space left on device"}},
	}
	for _, test := range tests {
		for _, jobs := range []int{1, 3} {
			t.Run(fmt.Sprint(test.name, jobs), func(t *testing.T) {
				dir := t.TempDir()
				if _, err := runDir(t, dir, planOf(before, nil), build.Options{}); err != nil {
					t.Fatal(err)
				}
				was := readTree(t, dir)
				d, err := build.Open(dir)
				if err != nil {
					t.Fatal(err)
				}
				defer d.Close()
				var store build.Store = d
				if test.full > 0 {
					store = &failing{Store: d, left: test.full, fault: syscall.ENOSPC}
				}
				if test.ctx == nil {
					test.ctx = context.Background()
				}
				manifest, _, err := build.Run(test.ctx, test.plan, d.Manifest(), store, build.Options{Jobs: jobs})
				wantError(t, err, test.wants...)
				wantTree(t, readTree(t, dir), was)
				if len(manifest.Entries) != len(before) {
					t.Errorf("manifest has %d entries, not the previous %d", len(manifest.Entries), len(before))
				}
			})
		}
	}
}

func TestAllRenderErrorsInOrder(t *testing.T) {
	var plan []build.Output
	var want []string
	for i := range 100 {
		path := fmt.Sprintf("f%02d", 99-i)
		plan = append(plan, build.Output{Path: path, Render: func(context.Context) ([]byte, error) {
			if i%10 == 0 {
				return nil, errFault
			}
			return nil, nil
		}})
		if i%10 == 9 {
			want = append(want, fmt.Sprintf("f%02d: simulated fault", i))
		}
	}
	for _, jobs := range []int{1, 2, 8} {
		_, _, err := build.Run(context.Background(), plan, build.Manifest{}, new(build.Mem), build.Options{Jobs: jobs})
		if err == nil || err.Error() != strings.Join(want, "\n") || !errors.Is(err, errFault) {
			t.Errorf("jobs %d: %v", jobs, err)
		}
	}
}

func TestPanicHasStack(t *testing.T) {
	plan := []build.Output{{Path: "p", Render: func(context.Context) ([]byte, error) { panic(errFault) }}}
	_, _, err := build.Run(context.Background(), plan, build.Manifest{}, new(build.Mem), build.Options{})
	var p *build.PanicError
	if !errors.As(err, &p) || p.Path != "p" || p.Value != errFault || !strings.Contains(string(p.Stack), "TestPanicHasStack") {
		t.Errorf("error %#v", err)
	}
}
