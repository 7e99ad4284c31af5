package build_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"portolan/generator/build"
)

var sizes = []int{1_000, 10_000, 33_000}

// product is what a site has of one product: 33 files in three folders.
const product = 33

// sitePlan is a plan of n files of 3,000 bytes; those of the named product have another key and content.
func sitePlan(n int, edited int) []build.Output {
	page := make([]byte, 3_000)
	for i := range page {
		page[i] = byte('a' + i%26)
	}
	plan := make([]build.Output, n)
	for i := range plan {
		dir := [3]string{"", "rules/", "verify/"}[i%product/11]
		path := fmt.Sprintf("products/p%05d/%sfile-%02d.txt", i/product, dir, i%product)
		version := ""
		if i/product == edited {
			version = "edited"
		}
		plan[i] = build.Output{
			Path: path,
			Key:  build.NewKey([]byte(path), []byte(version)),
			Render: func(context.Context) ([]byte, error) {
				b := new(bytes.Buffer)
				b.WriteString(path)
				b.WriteString(version)
				b.Write(page)
				return b.Bytes(), nil
			},
		}
	}
	return plan
}

// benchDir is a new folder in memory where the system has one, since a disk would measure itself.
func benchDir(b *testing.B) string {
	b.Helper()
	base := "/dev/shm"
	if fi, err := os.Stat(base); err != nil || !fi.IsDir() {
		base = b.TempDir()
	}
	dir, err := os.MkdirTemp(base, "portolan-bench-")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func mustBuild(tb testing.TB, dir string, plan []build.Output, opts build.Options) build.Stats {
	tb.Helper()
	d, err := build.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	defer d.Close()
	_, stats, err := build.Run(context.Background(), plan, d.Manifest(), d, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return stats
}

// perSize runs a benchmark at each size and reports the files of the site a second.
func perSize(b *testing.B, run func(b *testing.B, n int)) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			run(b, n)
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
		})
	}
}

// fresh times work in a folder of its own each time, which is deleted out of the time.
func fresh(b *testing.B, work func(dir string)) {
	for b.Loop() {
		b.StopTimer()
		dir := benchDir(b)
		b.StartTimer()
		work(dir)
		b.StopTimer()
		os.RemoveAll(dir)
		b.StartTimer()
	}
}

func BenchmarkRunFresh(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		plan := sitePlan(n, -1)
		fresh(b, func(dir string) { mustBuild(b, dir, plan, build.Options{}) })
	})
}

func BenchmarkRunUnchanged(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		plan, dir := sitePlan(n, -1), benchDir(b)
		mustBuild(b, dir, plan, build.Options{})
		for b.Loop() {
			mustBuild(b, dir, plan, build.Options{})
		}
	})
}

// BenchmarkRunOneChanged edits one product of all.
func BenchmarkRunOneChanged(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		plans, dir := [2][]build.Output{sitePlan(n, -1), sitePlan(n, 3)}, benchDir(b)
		mustBuild(b, dir, plans[0], build.Options{})
		for i := 1; b.Loop(); i++ {
			mustBuild(b, dir, plans[i%2], build.Options{})
		}
	})
}

// BenchmarkRunAllChanged replaces every file.
func BenchmarkRunAllChanged(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		dir := benchDir(b)
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			plan := sitePlan(n, -1)
			for k := range plan {
				plan[k].Key = plan[k].Key.With(fmt.Sprint(i))
				plan[k].Render = func(context.Context) ([]byte, error) {
					buf := new(bytes.Buffer)
					fmt.Fprintf(buf, "%d %3000d", i, k)
					return buf.Bytes(), nil
				}
			}
			b.StartTimer()
			mustBuild(b, dir, plan, build.Options{})
		}
	})
}

// BenchmarkWriteOnly is the limit: two goroutines write the same files and do nothing else.
func BenchmarkWriteOnly(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		plan := sitePlan(n, -1)
		fresh(b, func(dir string) {
			var group sync.WaitGroup
			for half := range 2 {
				group.Go(func() { writePlain(b, dir, plan[half*n/2:(half+1)*n/2]) })
			}
			group.Wait()
		})
	})
}

func writePlain(b *testing.B, dir string, plan []build.Output) {
	last, content := "", make([]byte, 3_000)
	for _, o := range plan {
		path := filepath.Join(dir, o.Path)
		if d := filepath.Dir(path); d != last {
			if err := os.MkdirAll(d, 0o777); err != nil {
				b.Error(err)
			}
			last = d
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			b.Error(err)
		}
	}
}

// BenchmarkWalk is the yardstick of a build without changes: a walk that stats the tree.
func BenchmarkWalk(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		dir := benchDir(b)
		mustBuild(b, dir, sitePlan(n, -1), build.Options{})
		for b.Loop() {
			err := filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
				if err == nil {
					_, err = e.Info()
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
