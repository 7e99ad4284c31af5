package packets_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/tests/packets"
)

func TestMutations(t *testing.T) {
	tests := []struct {
		name string
		made []packets.Mutation
		want []string // texts
	}{
		{"each line", packets.DropEach("a x\n# x\nb\nx", regexp.MustCompile("x$")), []string{"# x\nb\nx", "a x\n# x\nb\n"}},
		{"all lines", packets.DropAll("a x\n# x\nb\nx", regexp.MustCompile("x")), []string{"# x\nb\n"}},
		{"no line", packets.DropAll("a\n", regexp.MustCompile("x")), nil},
		{"each match", packets.ReplaceEach("a1 a22\n# a3\na4\n", regexp.MustCompile(`a(\d+)`), "b$1"), []string{"b1 a22\n# a3\na4\n", "a1 b22\n# a3\na4\n", "a1 a22\n# a3\nb4\n"}},
		{
			"ranges", packets.ShortenRanges("dport { 445, 10-20,30-31 } accept\n--dports 80,90:99\nport '5:6'\n"),
			[]string{
				"dport { 445, 10-19,30-31 } accept\n--dports 80,90:99\nport '5:6'\n",
				"dport { 445, 10-20,30-30 } accept\n--dports 80,90:99\nport '5:6'\n",
				"dport { 445, 10-20,30-31 } accept\n--dports 80,90:98\nport '5:6'\n",
				"dport { 445, 10-20,30-31 } accept\n--dports 80,90:99\nport '5:5'\n",
				"dport { 445, 11-20,30-31 } accept\n--dports 80,90:99\nport '5:6'\n",
				"dport { 445, 10-20,31-31 } accept\n--dports 80,90:99\nport '5:6'\n",
				"dport { 445, 10-20,30-31 } accept\n--dports 80,91:99\nport '5:6'\n",
				"dport { 445, 10-20,30-31 } accept\n--dports 80,90:99\nport '6:6'\n",
			},
		},
		{"no ranges", packets.ShortenRanges("ip6 saddr 2001:2002:: accept comment \"ports 10-20\"\n# 10-20\n2025-2026-01 1-70000 20:10 [0:0]\n"), nil},
		{"a range after a comment", packets.ShortenRanges("--comment \"10-20\" --dport 1:3\n"), []string{"--comment \"10-20\" --dport 1:2\n", "--comment \"10-20\" --dport 2:3\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, m := range test.made {
				got = append(got, m.Text)
				if m.Name == "" {
					t.Errorf("no name for %q", m.Text)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("texts differ (-want +got):\n%s", diff)
			}
		})
	}
}
