package asciidoc_test

import (
	"testing"

	"portolan/generator/table/asciidoc"
	"portolan/generator/table/tabletest"
)

func TestGolden(t *testing.T) { tabletest.Golden(t, asciidoc.Dialect{}) }

func TestPlainStaysReadable(t *testing.T) {
	tabletest.Readable(t, asciidoc.Dialect{}, "tcp/443", "tcp/21,44000-44100", "User (Internet); Partner", "TLS 1.2 or newer", "Set it (optional): yes, no.", "100%", "docs.example", "Terms & conditions")
}
