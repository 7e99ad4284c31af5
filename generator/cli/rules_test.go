package cli_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"portolan/generator/cli"
)

func TestRules(t *testing.T) {
	const site = "../policy/policytest/corpus"
	for _, test := range []struct {
		args string
		code int
		want []string // in what is printed, errors included
		not  []string
	}{
		{"small --platform nftables", 0, []string{"chain input", "define CLIENTS = { 203.0.113.32/28 }", "warning: no rule for lost: its source states no port [port-not-stated]"}, []string{"policy drop"}},
		{"small --platform nftables --at perimeter", 0, []string{"chain forward"}, []string{"chain input"}},
		{"small --platform nftables --default-deny --log", 0, []string{"policy drop", "log"}, nil},
		{"small --platform iptables --set clients=any", 0, []string{`--dport 443`}, []string{"clients="}},
		{"small --platform nftables --set clients=192.0.2.7,2001:db8::7", 0, []string{"{ 192.0.2.7 }", "{ 2001:db8::7 }"}, nil},
		{"small --platform nftables --set clients=192.0.2.7", 0, []string{"No IPv6 rule for list, overlap, active: clients has no IPv6 address."}, nil},
		{"small --platform nftables --port web-ui=tcp/8443", 0, []string{"tcp dport 8443"}, nil},
		{"small --platform nftables --port list=tcp/2121", 0, []string{"warning: --port: flow \"list\": tcp/2121 replaces all of tcp/21,989-990,28000-30000"}, nil},
		{"small --platform nftables --flow -web-ui", 0, nil, []string{": web-ui"}},
		{"small --platform nftables --set clients=any --set staff=any --set everybody=any --port list=tcp/100-500", 1, []string{"portolan: list opens all that no-smb forbids"}, nil},
		{"small --platform nftable --set clients=any --set staff=any --set everybody=any --port list=tcp/100-500", 2, []string{`unknown platform "nftable"`, "list opens all that no-smb forbids"}, nil},
		{"town --platform iptables --at edge --nat", 0, []string{"203.0.113.10"}, nil},
		{"town --platform nftables --at web1", 0, []string{"chain input"}, nil},

		{"-s ../../tests/testdata/site ship --platform nftables", 0, []string{"# Ship 2.0: nftables"}, nil},
		{"-s ../../tests/testdata/site ship --platform nftables --version 1.0", 0, []string{"# Ship 1.0: nftables"}, nil},
		{"-s ../../tests/testdata/site ship --platform nftables --version 1.1", 2, []string{`portolan: --version: unknown version "1.1"; did you mean "1.0"?`}, nil},
		{"small --platform nftables --version 1", 2, []string{`--version: unknown version "1"`}, nil},
		{"small --platform nftable --flow x --set clients=1.2.3,10.0.0.1/8 --port list=80", 2, []string{"--platform: ", "--flow: ", `--set: "1.2.3" is`, `--set: "10.0.0.1/8" has`, "--port: "}, nil},

		{"small", 2, []string{`required flag(s) "platform" not set`}, nil},
		{"smal --platform nftables", 2, []string{`no product or network "smal"; did you mean "small"?`}, nil},
		{"small --platform nftable", 2, []string{`unknown platform "nftable"; did you mean "nftables"?`}, nil},
		{"small --platform nftables --at hots", 2, []string{`--at: unknown "hots"; did you mean "host"? (known: host, host-node, host-idle, perimeter)`}, nil},
		{"small --platform nftables --feature x", 2, []string{`--feature: unknown feature "x"`}, nil},
		{"small --platform nftables --flow web-iu", 2, []string{`--flow: unknown flow "web-iu"; did you mean "web-ui"?`}, nil},
		{"small --platform nftables --set client=10.0.0.1", 2, []string{`unknown endpoint "client"; did you mean "clients"?`}, nil},
		{"small --platform nftables --set clients", 2, []string{`"clients" is not ENDPOINT=ADDR[,ADDR]`}, nil},
		{"small --platform nftables --set clients=10.0.0.1/8", 2, []string{`"10.0.0.1/8" has host bits set`}, nil},
		{"small --platform nftables --set clients=", 2, []string{`endpoint "clients" is given no address`}, nil},
		{"small --platform nftables --port web-ui=443", 2, []string{`"443" has no transport`}, nil},
		{"small --platform nftables --log", 2, []string{"--log: there is nothing to log"}, nil},
		{"small --platform nftables --nat", 2, []string{"small is a product"}, nil},
		{"town --platform nftables", 2, []string{"--at: where the rules are for is missing; known: edge, inner, web1, web2, sql, clock"}, nil},
		{"town --platform nftables --at edge --set x=any", 2, []string{"town is a network"}, nil},
		{"town --platform nftables --at edge --version 1", 2, []string{"town is a network"}, nil},
		{"small --platform nftables --version 9", 2, []string{`--version: unknown version "9"`}, nil},
	} {
		var out bytes.Buffer
		code := cli.Run(context.Background(), os.DirFS("../.."), append([]string{"rules", "-s", site}, strings.Fields(test.args)...), nil, &out, &out)
		if code != test.code {
			t.Errorf("%s: exit %d\n%s", test.args, code, &out)
			continue
		}
		for _, text := range test.want {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%s: no %q in\n%s", test.args, text, &out)
			}
		}
		for _, text := range test.not {
			if strings.Contains(out.String(), text) {
				t.Errorf("%s: %q in\n%s", test.args, text, &out)
			}
		}
	}
}
