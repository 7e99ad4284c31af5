package mediawiki_test

import (
	"testing"

	"portolan/generator/table/mediawiki"
	"portolan/generator/table/tabletest"
)

func TestGolden(t *testing.T) { tabletest.Golden(t, mediawiki.Dialect{}) }

func TestPlainStaysReadable(t *testing.T) {
	tabletest.Readable(t, mediawiki.Dialect{}, "tcp/443", "tcp/21,44000-44100", "User (Internet); Partner", "*.example.com", "Set it (optional): yes, no.", "100%", `the "web" port, it's 443`, "a = b + c - d / e", "Terms & conditions")
}
