package builder_test

import (
	"os"
	"testing"

	"portolan/generator/builder"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
)

func BenchmarkBuild(b *testing.B) {
	c := load.Load(os.DirFS("../.."), load.Options{}, new(diag.List)).Catalog
	s := &builder.Subject{Catalog: c, Product: c.Product("moveit-transfer")}
	r := &builder.Request{Platform: "nftables", Features: []string{"ldap"}, Deny: true}
	b.ReportAllocs()
	for b.Loop() {
		s.Build(r)
	}
}
