package dokuwiki_test

import (
	"testing"

	"portolan/generator/table/dokuwiki"
	"portolan/generator/table/tabletest"
)

func TestGolden(t *testing.T) { tabletest.Golden(t, dokuwiki.Dialect{}) }

func TestPlainStaysReadable(t *testing.T) {
	tabletest.Readable(t, dokuwiki.Dialect{}, "| tcp/443 |", "| tcp/21,44000-44100 |", "| TLS 1.2 or newer |", "| Terms of use, and more. |")
}
