package textile_test

import (
	"testing"

	"portolan/generator/table/tabletest"
	"portolan/generator/table/textile"
)

func TestGolden(t *testing.T) { tabletest.Golden(t, textile.Dialect{}) }

func TestPlainStaysReadable(t *testing.T) {
	tabletest.Readable(t, textile.Dialect{}, "tcp/443", "tcp/21,44000-44100", "User (Internet); Partner", "TLS 1.2 or newer", "Set it (optional): yes, no.", "docs.example")
}
