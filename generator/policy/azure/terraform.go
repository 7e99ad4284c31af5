package azure

import (
	"strconv"

	"portolan/generator/policy"
	"portolan/generator/policy/hcl"
)

type terraform struct{}

func (terraform) Info() *policy.Info {
	i := info()
	i.ID, i.Title, i.Language, i.Ext = "azure-terraform", "Azure network security group, Terraform", "hcl", "tf"
	i.Proof = []string{"the parser of Terraform; arguments and values by the provider's documentation", policy.OwnReader}
	i.Check = []policy.Step{{Text: "with the file in a folder of its own", Command: "terraform init && terraform plan"}}
	i.Load = []policy.Step{{Command: "terraform apply"}}
	i.Remove = []policy.Step{{Text: "detach the group first", Command: "terraform destroy"}}
	i.Documents = append(i.Documents,
		policy.Document{Title: "Terraform Azure provider: azurerm_network_security_rule", URL: "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_security_rule"})
	return &i
}

func (terraform) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	p.Line()
	hcl.Provider(p.Line, "azurerm", "hashicorp/azurerm", ">= 3.0")
	p.Line(`provider "azurerm" {`)
	p.Line("  features {}")
	p.Line("}")
	p.Line()
	hcl.Setting(p.Line, "resource_group_name", "The resource group that the network is in", "")
	hcl.Setting(p.Line, "network_security_group_name", "The group to add the rules to; null: make one.", "null")
	for _, s := range l.Sets {
		hcl.Addresses(p.Line, variable(s), about(s), s.Prefixes())
	}
	p.Line(`data "azurerm_resource_group" "network" {`)
	p.Line("  name = var.resource_group_name")
	p.Line("}")
	p.Line()
	p.Line(`resource "azurerm_network_security_group" "`, l.ID, `" {`)
	p.Line("  count               = var.network_security_group_name == null ? 1 : 0")
	p.Line(`  name                = "`, l.ID, `"`)
	p.Line("  location            = data.azurerm_resource_group.network.location")
	p.Line("  resource_group_name = var.resource_group_name")
	p.Line("}")
	p.Line()
	p.Line("locals {")
	p.Line("  group = coalesce(var.network_security_group_name, one(azurerm_network_security_group.", l.ID, "[*].name))")
	p.Line("}")
	var buf [2]written
	for _, e := range l.Entries {
		for _, w := range ways(e, &buf) {
			b := block{p, "network_security_group_name"}
			if len(e.To.Sets) > 0 || len(every(e, e.To)) > 1 {
				b.widest = "destination_address_prefixes"
			}
			b.rule(w, strconv.Itoa(e.Number), access(e.Action), protocol(e.Transport), e.Note)
			b.ranges("source_port", e.SourcePorts)
			b.ranges("destination_port", e.Ports)
			b.addresses("source", e, e.From)
			b.addresses("destination", e, e.To)
			p.Line("}")
		}
		p.Entry(e)
	}
	if l.Deny != nil {
		for _, w := range []written{{"Inbound", l.Prefix + "deny-in"}, {"Outbound", l.Prefix + "deny-out"}} {
			b := block{p, "network_security_group_name"}
			b.rule(w, last, "Deny", "*", "Everything else")
			b.ranges("source_port", nil)
			b.ranges("destination_port", nil)
			b.argument("source_address_prefix", `"*"`)
			b.argument("destination_address_prefix", `"*"`)
			p.Line("}")
		}
	}
	return nil
}

// block writes the arguments of a rule, aligned to the widest name.
type block struct {
	p      *policy.Printer
	widest string
}

// rule begins a rule.
func (b block) rule(w written, priority, access, protocol, note string) {
	b.p.Line()
	b.p.Line(`resource "azurerm_network_security_rule" "`, w.name, `" {`)
	b.argument("resource_group_name", "var.resource_group_name")
	b.argument("network_security_group_name", "local.group")
	b.argument("name", `"`, w.name, `"`)
	b.argument("description", `"`, note, `"`)
	b.argument("priority", priority)
	b.argument("direction", `"`, w.direction, `"`)
	b.argument("access", `"`, access, `"`)
	b.argument("protocol", `"`, protocol, `"`)
}

func (b block) argument(name string, value ...string) {
	b.begin(name)
	b.p.Line(value...)
}

func (b block) begin(name string) {
	const spaces = "                            "
	b.p.Text("  ", name, spaces[:len(b.widest)-len(name)], " = ")
}

func (b block) ranges(end string, list []policy.Ports) {
	if len(list) == 0 {
		b.argument(end+"_range", `"*"`)
		return
	}
	b.begin(end + "_ranges")
	b.p.Text("[")
	for i, x := range list {
		if i > 0 {
			b.p.Text(", ")
		}
		b.p.Text(`"`, spell(x), `"`)
	}
	b.p.Line("]")
}

func (b block) addresses(end string, e *policy.Entry, s policy.Side) {
	if len(s.Sets) == 0 {
		list := every(e, s)
		if len(list) == 1 {
			b.argument(end+"_address_prefix", `"`, list[0], `"`)
			return
		}
		b.argument(end+"_address_prefixes", `["`, list[0], `", "`, list[1], `"]`)
		return
	}
	if len(s.Sets) == 1 {
		b.argument(end+"_address_prefixes", "var.", variable(s.Sets[0]))
		return
	}
	b.begin(end + "_address_prefixes")
	b.p.Text("distinct(concat(")
	for i, x := range s.Sets {
		if i > 0 {
			b.p.Text(", ")
		}
		b.p.Text("var.", variable(x))
	}
	b.p.Line("))")
}
