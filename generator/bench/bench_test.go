package bench_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"portolan/generator/bench"
	"portolan/generator/build"
	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/policy/platforms"
	"portolan/generator/site"
	"portolan/generator/table/dialects"
)

var sizes = []int{10, 100, 1_000}

// repository is the folder of the built-in data and templates.
const repository = "../.."

func source(dir string) site.Source {
	return site.Source{Files: os.DirFS(dir), Builtin: os.DirFS(repository), Known: known()}
}

func known() catalog.Known {
	return catalog.Known{Platforms: platforms.IDs(), Formats: dialects.IDs()}
}

func open(tb testing.TB, dir string) *site.Site {
	tb.Helper()
	var list diag.List
	s, err := site.Open(source(dir), &list)
	if err != nil || s == nil {
		tb.Fatalf("%v, %d faults", err, len(list.Sorted()))
	}
	return s
}

// folder is a new one in memory where the system has one: a disk would
// measure itself.
func folder(tb testing.TB) string {
	tb.Helper()
	base := "/dev/shm"
	if fi, err := os.Stat(base); err != nil || !fi.IsDir() {
		base = tb.TempDir()
	}
	dir, err := os.MkdirTemp(base, "portolan-bench-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func products(tb testing.TB, n int) string {
	tb.Helper()
	dir := folder(tb)
	if err := bench.Write(dir, n); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// write builds a site that is already planned.
func write(tb testing.TB, plan []build.Output, out string) build.Stats {
	tb.Helper()
	d, err := build.Open(out)
	if err != nil {
		tb.Fatal(err)
	}
	defer d.Close()
	_, stats, err := build.Run(context.Background(), plan, d.Manifest(), d, build.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return stats
}

// perSize runs a benchmark at each size. What it returns is the number of
// files that one turn goes through.
func perSize(b *testing.B, run func(b *testing.B, in string) (files int)) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			in := products(b, n)
			b.ReportAllocs()
			runtime.GC()
			peak := watch()
			files := run(b, in)
			b.ReportMetric(peak(), "MiB-peak")
			b.ReportMetric(float64(files)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
		})
	}
}

// watch samples the memory that Go has of the system, less what it gave back.
func watch() (peak func() float64) {
	var most uint64
	stop, done := make(chan struct{}), sync.WaitGroup{}
	done.Go(func() {
		s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(s)
			most = max(most, s[0].Value.Uint64()-s[1].Value.Uint64())
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	})
	return func() float64 {
		close(stop)
		done.Wait()
		return float64(most) / (1 << 20)
	}
}

// BenchmarkLoad reads and checks the data.
func BenchmarkLoad(b *testing.B) {
	perSize(b, func(b *testing.B, in string) int {
		files := 0
		for b.Loop() {
			var list diag.List
			r := load.Load(os.DirFS(in), load.Options{Builtin: os.DirFS(repository), Known: known()}, &list)
			if r.Catalog == nil || list.HasErrors() {
				b.Fatal("the synthetic data have faults")
			}
			files = len(r.Files)
		}
		return files
	})
}

// BenchmarkRender plans a loaded site and renders all of it into memory.
func BenchmarkRender(b *testing.B) {
	perSize(b, func(b *testing.B, in string) int {
		s := open(b, in)
		templates, err := fs.Sub(os.DirFS(repository), "templates")
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			var list diag.List
			again, err := site.New(site.Input{Catalog: s.Catalog, Content: s.Content, Templates: templates}, &list)
			if err != nil {
				b.Fatal(err)
			}
			if _, _, err := build.Run(b.Context(), again.Plan(), build.Manifest{}, new(build.Mem), build.Options{}); err != nil {
				b.Fatal(err)
			}
		}
		return len(s.Plan())
	})
}

// BenchmarkBuild is a whole build into a new folder.
func BenchmarkBuild(b *testing.B) {
	perSize(b, func(b *testing.B, in string) (files int) {
		for b.Loop() {
			b.StopTimer()
			out := folder(b)
			b.StartTimer()
			files = write(b, open(b, in).Plan(), out).Outputs
			b.StopTimer()
			os.RemoveAll(out)
			b.StartTimer()
		}
		return files
	})
}

// BenchmarkRebuildUnchanged builds what is built already.
func BenchmarkRebuildUnchanged(b *testing.B) {
	perSize(b, func(b *testing.B, in string) (files int) {
		out := folder(b)
		write(b, open(b, in).Plan(), out)
		for b.Loop() {
			files = write(b, open(b, in).Plan(), out).Outputs
		}
		return files
	})
}

// BenchmarkRebuildOneEdited builds again after one product of all changed.
func BenchmarkRebuildOneEdited(b *testing.B) {
	perSize(b, func(b *testing.B, in string) (files int) {
		out := folder(b)
		write(b, open(b, in).Plan(), out)
		for i := 0; b.Loop(); i++ {
			if err := bench.Edit(in, 3, i); err != nil {
				b.Fatal(err)
			}
			files = write(b, open(b, in).Plan(), out).Outputs
		}
		return files
	})
}

// BenchmarkStart is what serve does before it answers: from the files of this
// repository's own site to all of it in memory.
func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := build.Run(b.Context(), open(b, repository).Plan(), build.Manifest{}, new(build.Mem), build.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Synthetic products have the size that is asked for, and no faults.
func TestProduct(t *testing.T) {
	if n := len(bench.Product(17)); n < 8_500 || n > 10_000 {
		t.Errorf("a product has %d bytes", n)
	}
	s := open(t, products(t, 10))
	for _, p := range s.Catalog.Products {
		if len(p.Flows) != 20 {
			t.Errorf("%s has %d flows", p.Slug, len(p.Flows))
		}
	}
}
