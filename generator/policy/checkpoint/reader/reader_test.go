package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/checkpoint/reader"
	"portolan/generator/policy/policytest"
)

// script puts lines between the session and its publishing, behind objects to
// use and the deletion of the rules "r1" and "r2".
func script(lines ...string) string {
	return `#!/bin/sh
set -eu
mgmt_cli login ${LOGIN:--r true} >"$SID"
gone access-rule layer "$LAYER" name 'r1'
gone access-rule layer "$LAYER" name 'r2'
put network name 'n4' subnet4 '192.0.2.0' mask-length4 24
put network name 'n6' subnet6 '2001:db8::' mask-length6 64
put host name 'h' ipv4-address '198.51.100.7'
put group name 'g' members.1 'n4' members.2 'n6'
domain '.www.example.com'
put service-tcp name 'web' port 443 match-for-any false
put service-tcp name 'range' port 8000-8100 match-for-any false
put service-group name 'both' members.1 'web' members.2 'range'
put service-tcp name 'active' port 1-65535 source-port 20 match-for-any false
put service-icmp name 'ping' icmp-type 8
put service-other name 'esp' ip-protocol 50 match-for-any false
    mgmt_cli add access-section layer "$LAYER" position top name 'p' -s "$SID" >/dev/null
` + strings.Join(lines, "\n") + `
mgmt_cli publish -s "$SID" >/dev/null
`
}

const (
	r1  = "rule position.top 'p' name 'r1' "
	r2  = "rule position.below 'r1' name 'r2' "
	all = "source 'Any' destination 'Any' "
	web = "service 'web' action 'Accept'"
)

func TestRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"open quote":            script(r1 + all + "service 'web action 'Accept'"),
		"expansion":             script(r1 + all + "service $(id) action 'Accept'"),
		"double quotes":         script(r1 + all + `service "web" action 'Accept'`),
		"second command":        script(r1 + all + web + "; id"),
		"not ASCII":             script(r1 + all + web + " comments '\u00e9'"),
		"no interpreter":        strings.TrimPrefix(script(r1+all+web), "#!/bin/sh\n"),
		"no session":            strings.Replace(script(r1+all+web), "mgmt_cli login", "# mgmt_cli login", 1),
		"errors passed over":    strings.Replace(script(r1+all+web), "set -eu", "", 1),
		"not published":         strings.Replace(script(r1+all+web), "mgmt_cli publish", "# mgmt_cli publish", 1),
		"after publishing":      script(r1+all+web) + r2 + all + web + "\n",
		"unknown verb":          script("delete host name 'x'"),
		"unknown kind":          script("put hosts name 'x' ipv4-address '192.0.2.1'"),
		"unknown key":           script("put host name 'x' ip '192.0.2.1'"),
		"key without a value":   script("put host name 'x' ipv4-address"),
		"name twice":            script("put host name 'h' ipv4-address '192.0.2.1'"),
		"blank in a name":       script("put host name 'a b' ipv4-address '192.0.2.1'"),
		"host bits":             script("put network name 'x' subnet4 '192.0.2.1' mask-length4 24"),
		"length 33":             script("put network name 'x' subnet4 '192.0.2.0' mask-length4 33"),
		"network of no length":  script("put network name 'x' subnet4 '0.0.0.0' mask-length4 0"),
		"IPv6 as IPv4":          script("put host name 'x' ipv4-address '2001:db8::1'"),
		"empty group":           script("put group name 'x'"),
		"unknown member":        script("put group name 'x' members.1 'y'"),
		"domain in a group":     script("put group name 'x' members.1 '.www.example.com'"),
		"members out of order":  script("put group name 'x' members.2 'h'"),
		"domain without dot":    script("domain 'www.example.org'"),
		"wildcard domain":       script("domain '.*.example.org'"),
		"port 0":                script("put service-tcp name 'x' port 0"),
		"port 65536":            script("put service-tcp name 'x' port 65536"),
		"reversed range":        script("put service-tcp name 'x' port 30-20"),
		"two ports":             script("put service-tcp name 'x' port 20,30"),
		"no port":               script("put service-udp name 'x'"),
		"type 256":              script("put service-icmp name 'x' icmp-type 256"),
		"unknown object":        script(r1 + "source.1 'x' destination 'Any' " + web),
		"Any beside another":    script(r1 + "source.1 'Any' source.2 'h' destination 'Any' " + web),
		"no destination":        script(r1 + "source 'Any' " + web),
		"unknown service":       script(r1 + all + "service 'x' action 'Accept'"),
		"no service":            script(r1 + all + "action 'Accept'"),
		"unknown action":        script(r1 + all + "service 'web' action 'Allow'"),
		"not deleted before":    script("rule position.top 'p' name 'r3' " + all + web),
		"rule twice":            script(r1+all+web, r1+all+web),
		"below nothing":         script(r2 + all + web),
		"another's section":     script("rule position.top 'q' name 'r1' " + all + web),
		"bottom of the section": script("rule position.bottom 'p' name 'r1' " + all + web),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := reader.MgmtCLI(text); err == nil {
				t.Error("accepted")
			} else if !strings.HasPrefix(err.Error(), "line ") {
				t.Error(err)
			}
		})
	}
}

func TestReads(t *testing.T) {
	packet := policytest.Packet{Direction: policy.Forward, From: netip.MustParseAddr("192.0.2.9"), To: netip.MustParseAddr("198.51.100.7"), Transport: netspec.TCP, FromPort: 40000, ToPort: 443}
	change := func(f func(*policytest.Packet)) policytest.Packet { p := packet; f(&p); return p }
	six := change(func(p *policytest.Packet) {
		p.From, p.To = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:1::1")
	})
	drop := all + "service 'Any' action 'Drop'"
	for name, c := range map[string]struct {
		text string
		p    policytest.Packet
		want policytest.Verdict
	}{
		"any":                 {script(r1 + all + web), packet, policytest.Allowed},
		"another port":        {script(r1 + all + web), change(func(p *policytest.Packet) { p.ToPort = 444 }), policytest.None},
		"a group of services": {script(r1 + all + "service 'both' action 'Accept'"), change(func(p *policytest.Packet) { p.ToPort = 8100 }), policytest.Allowed},
		"several services":    {script(r1 + all + "service.1 'range' service.2 'web' action 'Accept'"), packet, policytest.Allowed},
		"a group":             {script(r1 + "source.1 'g' destination.1 'h' " + web), packet, policytest.Allowed},
		"its IPv6":            {script(r1 + "source.1 'g' destination 'Any' " + web), six, policytest.Allowed},
		"not in the group":    {script(r1 + "source 'Any' destination.1 'g' " + web), packet, policytest.None},
		"a domain":            {script(r1 + "source 'Any' destination.1 '.www.example.com' " + web), change(func(p *policytest.Packet) { p.To = policytest.NameAddrs("www.example.com")[0].Addr() }), policytest.Allowed},
		"source port":         {script(r1 + all + "service 'active' action 'Accept'"), change(func(p *policytest.Packet) { p.FromPort = 20 }), policytest.Allowed},
		"another source port": {script(r1 + all + "service 'active' action 'Accept'"), packet, policytest.None},
		"ping":                {script(r1 + all + "service 'ping' action 'Accept'"), change(func(p *policytest.Packet) { p.Transport, p.Type = netspec.ICMP, 8 }), policytest.Allowed},
		"a protocol":          {script(r1 + all + "service 'esp' action 'Accept'"), change(func(p *policytest.Packet) { p.Transport = netspec.ESP }), policytest.Allowed},
		"the first decides":   {script(r1+drop, r2+all+web), packet, policytest.Denied},
		"put on top":          {script(r1+drop, "rule position.top 'p' name 'r2' "+all+web), packet, policytest.Allowed},
		"a reply":             {script(r1 + drop), change(func(p *policytest.Packet) { p.Reply = true }), policytest.Allowed},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := reader.MgmtCLI(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := set.Decide(c.p); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}
