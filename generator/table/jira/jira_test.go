package jira_test

import (
	"testing"

	"portolan/generator/table/jira"
	"portolan/generator/table/tabletest"
)

func TestGolden(t *testing.T) { tabletest.Golden(t, jira.Dialect{}) }

func TestPlainStaysReadable(t *testing.T) {
	tabletest.Readable(t, jira.Dialect{}, "tcp/443", "tcp/21,44000-44100", "User (Internet); Partner", "TLS 1.2 or newer", "Set it (optional): yes, no.", "docs.example", "https://docs.example/ tells")
}
