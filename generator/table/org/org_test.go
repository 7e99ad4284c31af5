package org_test

import (
	"testing"

	"portolan/generator/table/org"
	"portolan/generator/table/tabletest"
)

func TestGolden(t *testing.T) { tabletest.Golden(t, org.Dialect{}) }

func TestPlainStaysReadable(t *testing.T) {
	tabletest.Readable(t, org.Dialect{}, "tcp/443", "tcp/21,44000-44100", "User (Internet); Partner", "TLS 1.2 or newer", "Set it (optional): yes, no.", "100%", `the "web" port, it's 443`, "Terms & conditions")
}
