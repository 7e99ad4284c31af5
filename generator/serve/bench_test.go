package serve_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portolan/generator/build"
	"portolan/generator/diag"
	"portolan/generator/serve"
)

// largeSite is a fake of 1,000 products of 9.3 KB and 33 files each. It reads and hashes every product's file at every
// change, as a loader does that keeps what it checked by the content of the file.
type largeSite struct {
	dir   string
	spent atomic.Int64 // nanoseconds in open
}

const products, filesEach = 1000, 33

func (l *largeSite) file(i int) string {
	return filepath.Join(l.dir, "data", "products", fmt.Sprintf("p%04d.toml", i))
}

func (l *largeSite) open(context.Context) ([]build.Output, []diag.Diagnostic, error) {
	begun := time.Now()
	defer func() { l.spent.Add(int64(time.Since(begun))) }()
	content, keys := make([][]byte, products), make([]build.Key, products)
	var errs sync.Map
	var all sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := worker; i < products; i += runtime.GOMAXPROCS(0) {
				src, err := os.ReadFile(l.file(i))
				if err != nil {
					errs.Store(i, err)
				}
				content[i], keys[i] = src, sha256.Sum256(src)
			}
		})
	}
	all.Wait()
	for _, err := range errs.Range {
		return nil, nil, err.(error)
	}
	plan := make([]build.Output, 0, products*filesEach)
	for i := range products {
		for j := range filesEach {
			plan = append(plan, build.Output{Path: fmt.Sprintf("products/p%04d/%02d/index.html", i, j), Key: keys[i].With(fmt.Sprint(j)),
				Render: func(context.Context) ([]byte, error) {
					return append(append([]byte("<body>"), content[i]...), "</body>"...), nil
				}})
		}
	}
	return plan, nil, nil
}

// BenchmarkEditToPage is the time from an editor's write to the new page in the browser: event, burst, build, message,
// request. What is left without the time in open is the preview's own.
func BenchmarkEditToPage(b *testing.B) {
	site := &largeSite{dir: b.TempDir()}
	must(b, os.MkdirAll(filepath.Join(site.dir, "data", "products"), 0o777))
	text := bytes.Repeat([]byte("port = \"tcp/443\"\n"), 9300/17)
	for i := range products {
		must(b, os.WriteFile(site.file(i), append([]byte(fmt.Sprintf("# %d\n", i)), text...), 0o666))
	}
	s := serve.New(serve.Options{Dir: site.dir, Open: site.open})
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(s)
	ended := make(chan error, 1)
	go func() { ended <- s.Watch(ctx) }()
	b.Cleanup(func() { cancel(); must(b, <-ended); server.Close() })
	browser := listen(b, server.URL)
	last := browser.first()
	site.spent.Store(0)
	for i := 0; b.Loop(); i++ {
		mark := fmt.Sprintf("# edit %d.\n", i)
		must(b, os.WriteFile(site.file(500), append([]byte(mark), text...), 0o666))
		last = browser.built(last)
		res, err := http.Get(server.URL + "/products/p0500/00/")
		must(b, err)
		page, err := io.ReadAll(res.Body)
		must(b, err)
		_ = res.Body.Close()
		if !bytes.Contains(page, []byte(mark)) {
			b.Fatalf("the page is not of edit %d", i)
		}
	}
	perEdit := float64(b.N) * float64(time.Millisecond)
	b.ReportMetric(float64(b.Elapsed())/perEdit, "ms/edit")
	b.ReportMetric(float64(site.spent.Load())/perEdit, "ms/edit-in-open")
}
