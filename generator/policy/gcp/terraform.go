package gcp

import (
	"strconv"

	"portolan/generator/policy"
	"portolan/generator/policy/hcl"
)

type terraform struct{}

func (terraform) Info() *policy.Info {
	i := info()
	i.ID, i.Title, i.Language, i.Ext = "gcp-terraform", "Google Cloud firewall rules, Terraform", "hcl", "tf"
	i.Proof = []string{"the parser of Terraform; arguments and values by the provider's documentation", policy.OwnReader}
	i.Check = []policy.Step{{Text: "with the file in a folder of its own", Command: "terraform init && terraform plan"}}
	i.Load = []policy.Step{{Command: "terraform apply"}}
	i.Remove = []policy.Step{{Command: "terraform destroy"}}
	i.Documents = append(i.Documents,
		policy.Document{Title: "Terraform Google provider: google_compute_firewall", URL: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_firewall"})
	return &i
}

func (terraform) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	p.Line()
	hcl.Provider(p.Line, "google", "hashicorp/google", ">= 4.0")
	hcl.Setting(p.Line, "network", "The VPC network that the machine is in", `"default"`)
	hcl.Setting(p.Line, "network_tag", "The tag of the machines that the rules are for", `"`+l.ID+`"`)
	for _, s := range l.Sets {
		hcl.Addresses(p.Line, variable(s), about(s), s.Prefixes())
	}
	for i, e := range l.Entries {
		if i > 0 {
			p.Line()
		}
		rule(p, e.Name, e.Note, e.Direction, strconv.Itoa(e.Number))
		p.Text("  ", ranges(e.Direction), " = ")
		switch side := peer(e); {
		case side.Any:
			p.Line(`["`, everywhere(e.Family == policy.IPv6), `"]`)
		case len(side.Sets) == 1:
			p.Line("var.", variable(side.Sets[0]))
		default:
			p.Text("distinct(concat(")
			for i, s := range side.Sets {
				if i > 0 {
					p.Text(", ")
				}
				p.Text("var.", variable(s))
			}
			p.Line("))")
		}
		action(p, e)
		if e.Log {
			log(p)
		}
		p.Line("}")
		p.Entry(e)
	}
	if l.Deny != nil {
		deny(p, l)
	}
	return nil
}

// rule begins a rule.
func rule(p *policy.Printer, name, note string, d policy.Direction, priority string) {
	w := len(ranges(d))
	argument := func(key string, value ...string) {
		p.Text("  ", key, "                  "[:w-len(key)], " = ")
		p.Line(value...)
	}
	p.Line(`resource "google_compute_firewall" "`, name, `" {`)
	argument("name", `"`, name, `"`)
	argument("description", `"`, note, `"`)
	argument("network", "var.network")
	argument("direction", `"`, way(d), `"`)
	argument("priority", priority)
	argument("target_tags", "[var.network_tag]")
}

func ranges(d policy.Direction) string {
	if d == policy.Out {
		return "destination_ranges"
	}
	return "source_ranges"
}

func action(p *policy.Printer, e *policy.Entry) {
	name := "allow"
	if e.Action == policy.Block {
		name = "deny"
	}
	p.Line("  ", name, " {")
	p.Line(`    protocol = "`, protocol(e.Transport), `"`)
	if len(e.Ports) > 0 {
		p.Text("    ports    = [")
		for i, x := range e.Ports {
			if i > 0 {
				p.Text(", ")
			}
			p.Text(`"`, spell(x), `"`)
		}
		p.Line("]")
	}
	p.Line("  }")
}

func log(p *policy.Printer) {
	p.Line("  log_config {")
	p.Line(`    metadata = "EXCLUDE_ALL_METADATA"`)
	p.Line("  }")
}

// deny writes the default deny.
func deny(p *policy.Printer, l *policy.Lowered) {
	for _, d := range directions {
		for _, v6 := range families {
			p.Line()
			rule(p, l.Prefix+rest(d, v6), "Everything else", d, last)
			p.Line("  ", ranges(d), ` = ["`, everywhere(v6), `"]`)
			p.Line("  deny {")
			p.Line(`    protocol = "all"`)
			p.Line("  }")
			if l.Deny.Log {
				log(p)
			}
			p.Line("}")
		}
	}
}
