package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/windows/reader"
)

// script puts lines into the least script that a rule needs around it.
func scriptOf(lines ...string) string {
	return "$Group = 'g'\n$ip_a = @('192.0.2.0/24', '2001:db8::/64')\n$ip_b = @('198.51.100.7')\n" +
		"Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue | Remove-NetFirewallRule\n" +
		"$Common = @{ Group = $Group; Profile = 'Any'; Enabled = 'True' }\n" + strings.Join(lines, "\n") + "\n"
}

const ps = "New-NetFirewallRule @Common -Name 'a' -DisplayName 'a' -Direction Inbound -Action Allow -Protocol TCP "

func TestPowerShellRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"double quotes":       scriptOf(ps + `-LocalPort "443"`),
		"typographic quote":   scriptOf(ps + "-Description '\u2019; evil' -LocalPort '443'"),
		"open string":         scriptOf(ps + "-LocalPort '443"),
		"backtick":            scriptOf(ps + "`"),
		"port 0":              scriptOf(ps + "-LocalPort '0'"),
		"port 65536":          scriptOf(ps + "-LocalPort '65536'"),
		"reversed range":      scriptOf(ps + "-LocalPort '30000-28000'"),
		"range with a colon":  scriptOf(ps + "-LocalPort '28000:30000'"),
		"ports of ESP":        scriptOf(strings.Replace(ps, "TCP", "50", 1) + "-LocalPort '443'"),
		"type of TCP":         scriptOf(ps + "-IcmpType '8'"),
		"host bits":           scriptOf("$ip_c = @('192.0.2.1/24')", ps+"-RemoteAddress $ip_c"),
		"no prefix of all":    scriptOf("$ip_c = @('0.0.0.0/0')", ps+"-RemoteAddress $ip_c"),
		"no addresses":        scriptOf("$ip_c = @()", ps+"-RemoteAddress $ip_c"),
		"a name as address":   scriptOf("$ip_c = @('example.com')", ps+"-RemoteAddress $ip_c"),
		"unset variable":      scriptOf(ps + "-RemoteAddress $ip_c"),
		"variable twice":      scriptOf("$ip_a = @('192.0.2.1')"),
		"read-only variable":  scriptOf("$Host = @('192.0.2.1')"),
		"unknown parameter":   scriptOf(ps + "-SourcePort '20'"),
		"parameter twice":     scriptOf(ps + "-Name 'b'"),
		"unknown command":     scriptOf("Invoke-Expression 'x'"),
		"no direction":        scriptOf("New-NetFirewallRule @Common -Name 'a' -DisplayName 'a' -Action Allow -Protocol TCP"),
		"same name twice":     scriptOf(ps, ps),
		"not in the group":    scriptOf(strings.Replace(ps, "@Common", "-Group 'h' -Profile 'Any' -Enabled 'True'", 1)),
		"display name all":    scriptOf(strings.Replace(ps, "-DisplayName 'a'", "-DisplayName 'All'", 1)),
		"open bracket":        scriptOf("if ($true) {", ps),
		"half a default deny": scriptOf("Set-NetFirewallProfile -Name Domain -Enabled True -DefaultInboundAction Block"),
		"unknown protocol":    scriptOf(strings.Replace(ps, "TCP", "SCTPX", 1)),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := reader.PowerShell(text); err == nil {
				t.Error("accepted")
			} else if !strings.HasPrefix(err.Error(), "line ") {
				t.Error(err)
			}
		})
	}
}

// lines makes a command file, with the rule "a" deleted first.
func lines(s ...string) string {
	return strings.Join(append([]string{`netsh advfirewall firewall delete rule name="a" >nul 2>&1`, `set "ip=192.0.2.0/24,2001:db8::/64"`}, append(s, ":failed", "")...), "\r\n")
}

const add = `netsh advfirewall firewall add rule name="a" dir=in action=allow profile=any protocol=tcp `

func TestNetshRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"bare line end":     strings.ReplaceAll(lines(add+"localport=443"), "\r", ""),
		"port 0":            lines(add + "localport=0"),
		"port 65536":        lines(add + "localport=65536"),
		"colon range":       lines(add + "localport=28000:30000"),
		"reversed range":    lines(add + "localport=30000-28000"),
		"rule all":          lines(strings.Replace(add, `"a"`, `"all"`, 1)),
		"not deleted first": lines(strings.Replace(add, `"a"`, `"b"`, 1)),
		"delete all":        lines(`netsh advfirewall firewall delete rule name=all`),
		"unset variable":    lines(add + "remoteip=%other%"),
		"lone percent":      lines(add + "remoteip=5%"),
		"own variable":      lines(`set "path=192.0.2.1"`),
		"variable twice":    lines(`set "ip=192.0.2.1"`),
		"host bits":         lines(add + "remoteip=192.0.2.1/24"),
		"a name":            lines(add + "remoteip=example.com"),
		"key twice":         lines(add + "dir=out"),
		"unknown key":       lines(add + "sourceport=20"),
		"no direction":      lines(strings.Replace(add, "dir=in ", "", 1)),
		"open quote":        lines(strings.Replace(add, `"a"`, `"a`, 1)),
		"ampersand":         lines(add + "remoteip=any & del x"),
		"hidden error":      lines(add + "localport=443 >nul 2>&1"),
		"no such label":     lines("goto nowhere"),
		"label twice":       lines(":a", ":a"),
		"unknown command":   lines("format c:"),
		"too long a line":   lines(`set "ip_b=`+strings.Repeat("192.0.2.1,", 900)+`192.0.2.1"`, add+"remoteip=%ip_b%"),
		"half a deny":       lines("netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound"),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := reader.Netsh(text); err == nil {
				t.Error("accepted")
			} else if !strings.HasPrefix(err.Error(), "line ") {
				t.Error(err)
			}
		})
	}
}

func TestReads(t *testing.T) {
	deny := "Set-NetFirewallProfile -Name @('Domain', 'Private', 'Public') -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block"
	script := func(t *testing.T, s ...string) *policytest.Ruleset {
		set, err := reader.PowerShell(scriptOf(s...))
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	cmd := func(t *testing.T, s ...string) *policytest.Ruleset {
		set, err := reader.Netsh(lines(s...))
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	rest := strings.Replace(add, "dir=in", "dir=out", 1)
	in := policytest.Packet{Direction: policy.In, From: netip.MustParseAddr("192.0.2.9"), To: netip.MustParseAddr("10.0.0.1"), Transport: netspec.TCP, FromPort: 40000, ToPort: 443}
	with := func(change func(*policytest.Packet)) policytest.Packet { p := in; change(&p); return p }
	six := with(func(p *policytest.Packet) {
		p.From, p.To = netip.MustParseAddr("2001:db8::5"), netip.MustParseAddr("2001:db8:9::1")
	})
	out := with(func(p *policytest.Packet) { p.Direction, p.From, p.To, p.FromPort = policy.Out, in.To, in.From, 20 })
	for name, c := range map[string]struct {
		set  *policytest.Ruleset
		p    policytest.Packet
		want policytest.Verdict
	}{
		"port":                   {script(t, ps+"-LocalPort '80', '443' -RemoteAddress $ip_a"), in, policytest.Allowed},
		"other port":             {script(t, ps+"-LocalPort '80'"), in, policytest.None},
		"other port, closed":     {script(t, ps+"-LocalPort '80'", deny), in, policytest.Denied},
		"IPv6 of the same list":  {script(t, ps+"-LocalPort '443' -RemoteAddress $ip_a"), six, policytest.Allowed},
		"another's address":      {script(t, ps+"-LocalPort '443' -RemoteAddress $ip_b"), in, policytest.None},
		"lists together":         {script(t, ps+"-LocalPort '443' -RemoteAddress ($ip_b + $ip_a)"), in, policytest.Allowed},
		"out":                    {script(t, ps+"-LocalPort '443'"), out, policytest.None},
		"own port, out":          {script(t, strings.Replace(ps, "Inbound", "Outbound", 1)+"-LocalPort '20' -RemoteAddress $ip_a"), out, policytest.Allowed},
		"block wins":             {script(t, ps+"-LocalPort '443'", strings.NewReplacer("'a'", "'b'", "Allow", "Block").Replace(ps)), in, policytest.Denied},
		"a quote in a text":      {script(t, ps+"-Description 'Tom''s' -LocalPort '443'"), in, policytest.Allowed},
		"netsh port":             {cmd(t, add+"localport=80,400-500 remoteip=%ip% >nul || goto failed"), in, policytest.Allowed},
		"netsh other port":       {cmd(t, add+"localport=80"), in, policytest.None},
		"netsh IPv6":             {cmd(t, add+"localport=443 remoteip=%ip%"), six, policytest.Allowed},
		"netsh own port, out":    {cmd(t, rest+"localport=20 remoteport=443"), out, policytest.Allowed},
		"netsh closed":           {cmd(t, "netsh advfirewall set allprofiles firewallpolicy blockinbound,blockoutbound"), in, policytest.Denied},
		"netsh after the exit":   {cmd(t, "exit /b 0", add+"localport=443"), in, policytest.None},
		"netsh in a part called": {cmd(t, "call :x", "exit /b 0", ":x", add+"localport=443"), in, policytest.Allowed},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.set.Decide(c.p); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}
