// Package oci spells policies as rules of a network security group of Oracle
// Cloud Infrastructure, a Terraform configuration.
//
// Such a group allows and never forbids, and adds up with the other groups of
// a network interface and with the security lists of its subnet.
package oci

import (
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/hcl"
)

// Platforms are the platforms of the family.
func Platforms() []policy.Platform { return []policy.Platform{terraform{}} }

type terraform struct{}

func (terraform) Info() *policy.Info {
	return &policy.Info{
		ID:          "oci-terraform",
		Title:       "Oracle Cloud network security group, Terraform",
		Vendor:      "Oracle",
		Group:       policy.Clouds,
		Language:    "hcl",
		Ext:         "tf",
		Comment:     "#",
		Hosts:       true,
		Families:    policy.Split,
		Ends:        policy.OneSet,
		Transports:  []netspec.Transport{netspec.ESP, netspec.AH, netspec.GRE},
		AnyProtocol: true,
		MaxPorts:    1,
		RangeSlots:  1,
		Denies:      policy.NoDenies,
		Closes:      true,
		Name:        policy.Name{Max: 230, Extra: "_"},
		Note:        policy.Note{Max: 255},
		Quota:       (120 - 30) / 4, // 120 rules of both directions and families, less the ICMP that a default deny keeps
		Check:       []policy.Step{{Text: "with the file in a folder of its own", Command: "terraform init && terraform plan"}},
		Load:        []policy.Step{{Command: "terraform apply"}},
		Remove:      []policy.Step{{Text: "take all network interfaces out of the group first", Command: "terraform destroy"}},
		Facts: []string{
			"The file makes a network security group and puts no machine into it: add the machine's network interface (VNIC) to it.",
			"What any security list of the subnet allows stays open, whatever the group says. The default list lets SSH in and everything out: take its rules away where the group alone is to decide.",
			"Rules are stateful: replies need none.",
			"A group holds 120 rules, each address of an entry being one; more go to further groups, of which an interface takes five.",
			"Groups cannot forbid.",
		},
		Proof: []string{"the parser of Terraform; arguments and values by the provider's documentation", policy.OwnReader},
		Documents: []policy.Document{
			{Title: "Oracle Cloud: security rules", URL: "https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securityrules.htm"},
			{Title: "Terraform OCI provider: network security group rule", URL: "https://docs.oracle.com/en-us/iaas/tools/terraform-provider-oci/latest/docs/r/core_network_security_group_security_rule.html"},
		},
	}
}

func (terraform) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	p.Line()
	hcl.Provider(p.Line, "oci", "oracle/oci", ">= 4.0")
	hcl.Setting(p.Line, "compartment_id", "The compartment that the network is in", "")
	hcl.Setting(p.Line, "vcn_id", "The virtual cloud network that the machine is in", "")
	for _, s := range l.Sets {
		hcl.Addresses(p.Line, variable(s), about(s), s.Prefixes())
	}
	for g := range l.Groups {
		name := group(l, g)
		p.Line(`resource "oci_core_network_security_group" "`, name, `" {`)
		p.Line("  compartment_id = var.compartment_id")
		p.Line("  vcn_id         = var.vcn_id")
		p.Line(`  display_name   = "`, name, `"`)
		p.Line("}")
	}
	for _, e := range l.Entries {
		side := e.From
		if e.Direction == policy.Out {
			side = e.To
		}
		p.Line()
		p.Line(`resource "oci_core_network_security_group_security_rule" "`, e.Name, `" {`)
		address := `"` + everywhere(e.Family == policy.IPv6) + `"`
		if !side.Any {
			p.Line("  for_each                  = toset(var.", variable(side.Sets[0]), ")")
			address = "each.value"
		}
		rule(p, group(l, e.Group), e.Note, e.Direction, e.Transport, address)
		options(p, e)
		p.Line("}")
		p.Entry(e)
	}
	if l.Deny != nil {
		keep(p, l)
	}
	return nil
}

// rule writes what all rules have.
func rule(p *policy.Printer, group, note string, d policy.Direction, t netspec.Transport, address string) {
	p.Line("  network_security_group_id = oci_core_network_security_group.", group, ".id")
	p.Line(`  description               = "`, note, `"`)
	if d == policy.Out {
		p.Line(`  direction                 = "EGRESS"`)
		p.Line("  destination               = ", address)
		p.Line(`  destination_type          = "CIDR_BLOCK"`)
	} else {
		p.Line(`  direction                 = "INGRESS"`)
		p.Line("  source                    = ", address)
		p.Line(`  source_type               = "CIDR_BLOCK"`)
	}
	p.Line(`  protocol                  = "`, strconv.Itoa(int(t.Number())), `"`)
	p.Line("  stateless                 = false")
}

// options writes ports or an ICMP type.
func options(p *policy.Printer, e *policy.Entry) {
	if e.ICMPType >= 0 {
		p.Line("  icmp_options {")
		p.Line("    type = ", strconv.Itoa(e.ICMPType))
		p.Line("  }")
	}
	if len(e.Ports)+len(e.SourcePorts) == 0 {
		return
	}
	p.Line("  ", e.Transport.String(), "_options {")
	ports(p, "source", e.SourcePorts)
	ports(p, "destination", e.Ports)
	p.Line("  }")
}

func ports(p *policy.Printer, end string, list []policy.Ports) {
	for _, x := range list {
		p.Line("    ", end, "_port_range {")
		p.Line("      min = ", strconv.Itoa(int(x.First)))
		p.Line("      max = ", strconv.Itoa(int(x.Last)))
		p.Line("    }")
	}
}

// keep writes the ICMP that a default deny keeps.
func keep(p *policy.Printer, l *policy.Lowered) {
	for _, d := range []policy.Direction{policy.In, policy.Out} {
		for _, v6 := range []bool{false, true} {
			t, name := netspec.ICMP, "icmp_"+d.String()+"_kept"
			if v6 {
				t, name = netspec.ICMPv6, "icmp_v6_"+d.String()+"_kept"
			}
			p.Line()
			p.Line(`resource "oci_core_network_security_group_security_rule" "`, l.Prefix, name, `" {`)
			p.Text("  for_each                  = toset([")
			for i, n := range policy.KeptICMP(v6, l.At.Kind) {
				if i > 0 {
					p.Text(", ")
				}
				p.Text(`"`, strconv.Itoa(int(n)), `"`)
			}
			p.Line("])")
			rule(p, group(l, 0), "ICMP that IP needs", d, t, `"`+everywhere(v6)+`"`)
			p.Line("  icmp_options {")
			p.Line("    type = each.value")
			p.Line("  }")
			p.Line("}")
		}
	}
}

func group(l *policy.Lowered, g int) string {
	if g == 0 {
		return l.ID
	}
	return l.ID + "_" + strconv.Itoa(g+1)
}

func everywhere(v6 bool) string {
	if v6 {
		return "::/0"
	}
	return "0.0.0.0/0"
}

// variable names the variable of a set: no setting ends like that.
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
