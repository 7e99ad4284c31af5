package lookup_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"testing"

	"portolan/generator/bench"
	"portolan/generator/lookup"
)

const records = 10_000

func BenchmarkNew(b *testing.B) {
	c := bench.Catalog(records)
	b.ReportAllocs()
	for b.Loop() {
		lookup.New(c)
	}
}

func BenchmarkMarshalJS(b *testing.B) {
	x := lookup.New(bench.Catalog(records))
	size := len(x.MarshalJS())
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	w.Write(x.MarshalJS())
	w.Close()
	for b.Loop() {
		x.MarshalJS()
	}
	b.ReportMetric(float64(size)/records, "B/record")
	b.ReportMetric(float64(packed.Len())/records, "gzipB/record")
}

func BenchmarkQuery(b *testing.B) {
	x := lookup.New(bench.Catalog(records))
	var log bytes.Buffer
	for i := range 20 {
		fmt.Fprintf(&log, "tcp LISTEN 0 128 0.0.0.0:%d 0.0.0.0:* users:((\"x\",pid=%d,fd=3))\n", 20+i*379, 1000+i)
	}
	for _, q := range []struct{ name, text string }{
		{"port", "990"}, {"common-port", "443"}, {"transport", "tcp/443"}, {"inside", "28500"}, {"range", "21-22"}, {"unknown", "tcp/1"},
		{"word", "glo"}, {"typo", "transferr"}, {"two-words", "mo in"}, {"word-and-port", "mo 443"}, {"everything", "tcp"}, {"paste-20", log.String()},
	} {
		b.Run(q.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Query(q.text)
			}
		})
	}
}
