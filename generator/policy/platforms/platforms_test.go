package platforms_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/policy"
	aws "portolan/generator/policy/aws/reader"
	azure "portolan/generator/policy/azure/reader"
	checkpoint "portolan/generator/policy/checkpoint/reader"
	cisco "portolan/generator/policy/cisco/reader"
	form "portolan/generator/policy/form/reader"
	fortinet "portolan/generator/policy/fortinet/reader"
	gcp "portolan/generator/policy/gcp/reader"
	hetzner "portolan/generator/policy/hetzner/reader"
	hostfw "portolan/generator/policy/hostfw/reader"
	juniper "portolan/generator/policy/juniper/reader"
	kube "portolan/generator/policy/kube/reader"
	mikrotik "portolan/generator/policy/mikrotik/reader"
	netfilter "portolan/generator/policy/netfilter/reader"
	oci "portolan/generator/policy/oci/reader"
	paloalto "portolan/generator/policy/paloalto/reader"
	"portolan/generator/policy/platforms"
	"portolan/generator/policy/policytest"
	proxy "portolan/generator/policy/proxy/reader"
	vyos "portolan/generator/policy/vyos/reader"
	windows "portolan/generator/policy/windows/reader"
)

// readers are those of all families.
func readers() map[string]policytest.Reader {
	out := map[string]policytest.Reader{}
	for _, family := range []map[string]policytest.Reader{netfilter.Readers(), hostfw.Readers(), windows.Readers(), cisco.Readers(), juniper.Readers(), paloalto.Readers(), fortinet.Readers(), checkpoint.Readers(), mikrotik.Readers(), vyos.Readers(), aws.Readers(), azure.Readers(), gcp.Readers(), hetzner.Readers(), oci.Readers(), kube.Readers(), proxy.Readers(), form.Readers()} {
		maps.Copy(out, family)
	}
	return out
}

// promised are the ids of the public contract, which never change.
var promised = []string{
	"nftables", "iptables", "ip6tables", "ufw", "firewalld", "windows-powershell", "windows-netsh", "pf", "cisco-asa", "cisco-ios", "cisco-nxos",
	"juniper-srx", "palo-alto", "fortigate", "check-point", "mikrotik", "vyos", "aws-terraform", "aws-cloudformation", "aws-cli", "azure-terraform",
	"azure-bicep", "azure-cli", "gcp-terraform", "gcp-gcloud", "kubernetes", "calico", "cilium", "ansible", "change-request",
}

func TestPromised(t *testing.T) {
	for _, id := range promised {
		if platforms.Lookup(id) == nil {
			t.Errorf("%s is missing", id)
		}
	}
}

// TestInfo: what pages and heads of files tell is all there.
func TestInfo(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range platforms.All() {
		i := p.Info()
		switch {
		case seen[i.ID] || !catalog.ValidID(i.ID):
			t.Errorf("id %q", i.ID)
		case i.Title == "", i.Vendor == "", i.Language == "", i.Ext == "", !slices.Contains(policy.Groups(), i.Group):
			t.Errorf("%s: title %q, vendor %q, language %q, extension %q, group %q", i.ID, i.Title, i.Vendor, i.Language, i.Ext, i.Group)
		case !i.Hosts && !i.Perimeters:
			t.Errorf("%s stands nowhere", i.ID)
		case len(i.Load) == 0, len(i.Check) == 0, len(i.Remove) == 0, len(i.Documents) == 0:
			t.Errorf("%s does not say how to load, check or remove its files, or by which documents", i.ID)
		}
		seen[i.ID] = true
	}
}

// ours are all products and networks of this repository, and what people may
// ask of them.
func ours(t *testing.T) []policytest.Case {
	c := policytest.Load(t, os.DirFS("../../.."), promised...)
	return policytest.Cases(t, c, map[string]policy.Options{"plain": {}, "deny": {Deny: &policy.Deny{Log: true}}})
}

// TestOurs: every file that is published does to packets what its policy says.
func TestOurs(t *testing.T) {
	cases, known := ours(t), readers()
	for _, p := range platforms.All() {
		t.Run(p.Info().ID, func(t *testing.T) {
			if known[p.Info().ID] == nil {
				t.Error("nothing reads it back")
				return
			}
			t.Parallel()
			policytest.Check(t, p, known[p.Info().ID], cases)
		})
	}
}

// TestRepeats: a file is the same each time, and lowering for one platform
// changes nothing for the next.
func TestRepeats(t *testing.T) {
	for _, c := range policytest.Corpus(t) {
		first := map[string][]byte{}
		for range 2 {
			for _, p := range platforms.All() {
				if !p.Info().Fits(c.Policy.At) {
					continue
				}
				text, _, err := policy.File(p, c.Policy)
				if err != nil {
					t.Fatalf("%s, %s: %v", p.Info().ID, c.Name, err)
				}
				if was, ok := first[p.Info().ID]; ok && !bytes.Equal(was, text) {
					t.Errorf("%s, %s: another file the second time", p.Info().ID, c.Name)
				}
				first[p.Info().ID] = text
			}
		}
	}
}

// hostile is what nobody should write into a name, and somebody will.
const hostile = "x'\"`$(reboot)${HOME}%PATH%\n;accept any\r\n}]]>--><!-- */ ‘’“” \u202e\u2066 \\ | & > # ! ? * @ ^ ~ {{7*7}} =cmd|' /C calc'!A1 \t\x00\x1b[31m é 日本"

// TestHostileText: whatever the data's texts hold, a file says what it says
// when they hold only what the allow-list lets through, byte for byte, and
// means what it should.
func TestHostileText(t *testing.T) {
	bad, good := dressed(t, hostile), dressed(t, policy.Safe(hostile))
	known := readers()
	for i, c := range bad {
		for _, p := range platforms.All() {
			if !p.Info().Fits(c.Policy.At) {
				continue
			}
			got, _, err := policy.File(p, c.Policy)
			want, _, err2 := policy.File(p, good[i].Policy)
			if err != nil || err2 != nil {
				t.Fatalf("%s, %s: %v, %v", p.Info().ID, c.Name, err, err2)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s, %s: hostile text shows:\n%s", p.Info().ID, c.Name, got)
			}
		}
	}
	for _, p := range platforms.All() {
		if read := known[p.Info().ID]; read != nil {
			t.Run(p.Info().ID, func(t *testing.T) { policytest.Check(t, p, read, bad) })
		}
	}
}

// dressed is the corpus with a text in the place of every text of its data.
func dressed(t *testing.T, text string) []policytest.Case {
	c := policytest.CorpusCatalog(t)
	for i := range c.Services {
		c.Services[i].Name = text
	}
	for i := range c.Zones {
		c.Zones[i].Name = text
	}
	for _, p := range c.Products {
		p.Name, p.Vendor, p.Summary, p.Versions = text, text, text, []string{text}
		for i := range p.Endpoints {
			p.Endpoints[i].Name = text
			for j, n := range p.Endpoints[i].FQDN {
				if n[0] == '{' { // what stands between the braces is free, but for braces
					p.Endpoints[i].FQDN[j] = "{" + strings.NewReplacer("{", "", "}", "").Replace(text) + "}.example.com"
				}
			}
		}
		for i := range p.Features {
			p.Features[i].Name = text
		}
		for i := range p.Flows {
			f := &p.Flows[i]
			f.When, f.Without, f.Setting, f.Erratum = text, text, text, text
			for j := range f.Sources {
				f.Sources[j].Section = text
			}
		}
		for i := range p.Sources {
			p.Sources[i].Title, p.Sources[i].Publisher = text, text
		}
	}
	for _, d := range c.Deployments {
		d.Name, d.Summary = text, text
		for i := range d.Firewalls {
			d.Firewalls[i].Name = text
		}
		for i := range d.Hosts {
			d.Hosts[i].Name = text
		}
	}
	return policytest.Cases(t, c, map[string]policy.Options{"plain": {}, "deny": {Deny: &policy.Deny{}}, "nat": {Translate: true}})
}

func BenchmarkFile(b *testing.B) {
	c := policytest.Corpus(b)[0]
	for _, p := range platforms.All() {
		b.Run(p.Info().ID, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := policy.File(p, c.Policy); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
