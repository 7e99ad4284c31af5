// Package hetzner spells policies as a firewall of Hetzner Cloud, a Terraform
// configuration.
//
// Such a firewall allows and never forbids; several on one server add up.
// What enters is denied unless a rule allows it; what leaves is, once a rule
// allows something out.
package hetzner

import (
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/hcl"
)

// Platforms are the platforms of the family.
func Platforms() []policy.Platform { return []policy.Platform{terraform{}} }

type terraform struct{}

func (terraform) Info() *policy.Info {
	return &policy.Info{
		ID:            "hetzner-terraform",
		Title:         "Hetzner Cloud firewall, Terraform",
		Vendor:        "Hetzner",
		Group:         policy.Clouds,
		Language:      "hcl",
		Ext:           "tf",
		Comment:       "#",
		Hosts:         true,
		Families:      policy.Addressed,
		Ends:          policy.Sets,
		Transports:    []netspec.Transport{netspec.ESP, netspec.GRE},
		NoICMPType:    true,
		MaxPorts:      1,
		RangeSlots:    1,
		NoSourcePorts: true,
		Denies:        policy.NoDenies,
		Closes:        true,
		Name:          policy.Name{Max: 120}, // 128, less the number of a further firewall
		Note:          policy.Note{Max: 255},
		Quota:         25, // 50 rules, whatever their direction
		Check:         []policy.Step{{Text: "with the file in a folder of its own", Command: "terraform init && terraform plan"}},
		Load:          []policy.Step{{Command: "terraform apply"}},
		Remove:        []policy.Step{{Text: "take the firewall off all servers first", Command: "terraform destroy"}},
		Facts: []string{
			"The file makes a firewall and applies it to nothing: apply it to the server, by hand or by a label.",
			"Firewalls on one server add up. Inbound, what no rule allows is denied; outbound too, as soon as one rule allows something, and a default deny sees to it that one does.",
			"Firewalls keep state: replies need no rule.",
			"They cannot forbid, match source ports or tell ICMP types apart; a default deny keeps no ICMP of its own.",
			"A firewall holds 50 rules, a server five firewalls and 500 rules, each address of a rule counting as one.",
			"Firewalls act on public addresses, not on private networks.",
		},
		Proof: []string{"the parser of Terraform; arguments and values by the provider's documentation", policy.OwnReader},
		Documents: []policy.Document{
			{Title: "Hetzner Cloud: firewalls", URL: "https://docs.hetzner.com/cloud/firewalls/overview"},
			{Title: "Hetzner Cloud: questions on firewalls", URL: "https://docs.hetzner.com/cloud/firewalls/faq/"},
			{Title: "Hetzner Cloud API: firewalls", URL: "https://docs.hetzner.cloud/reference/cloud#firewalls"},
			{Title: "Terraform Hetzner provider: hcloud_firewall", URL: "https://registry.terraform.io/providers/hetznercloud/hcloud/latest/docs/resources/firewall"},
		},
	}
}

func (terraform) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	p.Line()
	hcl.Provider(p.Line, "hcloud", "hetznercloud/hcloud", ">= 1.33")
	for _, s := range l.Sets {
		hcl.Addresses(p.Line, variable(s), about(s), s.Prefixes())
	}
	for g := range l.Groups {
		name := l.ID
		if g > 0 {
			p.Line()
			name += "-" + strconv.Itoa(g+1)
		}
		p.Line(`resource "hcloud_firewall" "`, name, `" {`)
		p.Line(`  name = "`, name, `"`)
		out := false
		for _, e := range l.Entries {
			out = out || e.Direction == policy.Out
			if e.Group == g {
				rule(p, e)
				p.Entry(e)
			}
		}
		if g == 0 && l.Deny != nil && !out {
			p.Line("  rule {")
			p.Line(`    description     = "Nothing goes out"`)
			p.Line(`    direction       = "out"`)
			p.Line(`    protocol        = "tcp"`)
			p.Line(`    port            = "any"`)
			p.Line(`    destination_ips = ["127.0.0.1/32"]`)
			p.Line("  }")
		}
		p.Line("}")
	}
	return nil
}

func rule(p *policy.Printer, e *policy.Entry) {
	ends, widest, side := "source_ips", "description", e.From
	if e.Direction == policy.Out {
		ends, widest, side = "destination_ips", "destination_ips", e.To
	}
	argument := func(name string, value ...string) {
		p.Text("    ", name, "               "[:len(widest)-len(name)], " = ")
		p.Line(value...)
	}
	p.Line("  rule {")
	argument("description", `"`, e.Note, `"`)
	argument("direction", `"`, e.Direction.String(), `"`)
	argument("protocol", `"`, protocol(e.Transport), `"`)
	if e.Transport.HasPorts() {
		argument("port", `"`, ports(e.Ports), `"`)
	}
	switch {
	case side.Any:
		argument(ends, `["`, strings.Join(everywhere(e.Family), `", "`), `"]`)
	case len(side.Sets) == 1:
		argument(ends, "var.", variable(side.Sets[0]))
	default:
		names := make([]string, len(side.Sets))
		for i, s := range side.Sets {
			names[i] = "var." + variable(s)
		}
		argument(ends, "distinct(concat(", strings.Join(names, ", "), "))")
	}
	p.Line("  }")
}

// protocol is what rules call a transport. ICMP is that of the addresses' family.
func protocol(t netspec.Transport) string {
	if t == netspec.ICMPv6 {
		t = netspec.ICMP
	}
	return t.String()
}

func ports(list []policy.Ports) string {
	switch {
	case len(list) == 0:
		return "any"
	case list[0].Single():
		return strconv.Itoa(int(list[0].First))
	}
	return strconv.Itoa(int(list[0].First)) + "-" + strconv.Itoa(int(list[0].Last))
}

func everywhere(f policy.Family) []string {
	switch f {
	case policy.IPv4:
		return []string{"0.0.0.0/0"}
	case policy.IPv6:
		return []string{"::/0"}
	default:
		return []string{"0.0.0.0/0", "::/0"}
	}
}

// variable names the variable of a set.
func variable(s *policy.Set) string { return s.Variable + "_addresses" }

// about says who a set is and what to fill in.
func about(s *policy.Set) string {
	text := s.Title
	if s.Family != policy.Both {
		text += ", " + s.Family.String()
	}
	if s.Hint != "" {
		text += ". " + s.Hint
	}
	return text
}
