package rst_test

import (
	"testing"

	"portolan/generator/table/rst"
	"portolan/generator/table/tabletest"
)

func TestGolden(t *testing.T) { tabletest.Golden(t, rst.Dialect{}) }

func TestPlainStaysReadable(t *testing.T) {
	tabletest.Readable(t, rst.Dialect{}, "tcp/443", "tcp/21,44000-44100", "User (Internet); Partner", "TLS 1.2 or newer", "Set it (optional): yes, no.", "100%", `the "web" port, it's 443`, "{tenant}.example.com")
}
