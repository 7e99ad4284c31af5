package tomlfile_test

import (
	"fmt"
	"strings"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/tomlfile"
)

// product is a file of about 450 bytes a flow.
func product(flows int) string {
	var b strings.Builder
	b.WriteString(`name     = "Example Server"
vendor   = "Example"
kind     = "server"
summary  = "A server that keeps files and hands them out."
aliases  = ["example", "exsrv"]
homepage = "https://example.com/"
versions = ["1.0", "2.0"]

[endpoint.server]
name = "Server"
zone = "dmz"
self = true

[endpoint.client]
name = "Browser or client"
zone = "internet"
`)
	for i := range flows {
		fmt.Fprintf(&b, `
[flow.web-%d]
service    = "https"
from       = ["client", "server"]
to         = "server"
ports      = "tcp/%d,44000-44100 udp/443"
variants   = [{ ports = "tcp/8443", source = "guide#3" }]
need       = "conditional"
feature    = ["web"]
encryption = ["tls", "none"]
related    = ["web-0"]
since      = "1.0"
note       = "Serves the *web* interface and the API; see [the guide](https://example.com/guide)."
source     = ["guide#2.1", "guide#4"]
`, i, 443+i)
	}
	return b.String()
}

func BenchmarkDecodeProduct(b *testing.B) {
	src := []byte(product(20))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		var sink diag.List
		if p, _ := tomlfile.Decode[catalog.Product]("data/products/x.toml", src, &sink); p == nil {
			b.Fatal(sink.Sorted())
		}
	}
}
