package aws

import (
	"strconv"

	"portolan/generator/policy"
	"portolan/generator/policy/hcl"
)

type terraform struct{}

func (terraform) Info() *policy.Info {
	i := info()
	i.ID, i.Title, i.Language, i.Ext = "aws-terraform", "AWS security group, Terraform", "hcl", "tf"
	i.Proof = []string{"the parser of Terraform; arguments and values by the provider's documentation", policy.OwnReader}
	i.Name = policy.Name{Max: 240, Extra: "_"}
	i.Check = []policy.Step{{Text: "with the file in a folder of its own", Command: "terraform init && terraform plan"}}
	i.Load = []policy.Step{{Command: "terraform apply"}}
	i.Remove = []policy.Step{{Text: "detach the group from all machines first", Command: "terraform destroy"}}
	i.Facts = append(i.Facts, "Each rule is a resource of its own, so that a plan shows what is opened and closed one by one.")
	i.Documents = append(i.Documents,
		policy.Document{Title: "Terraform AWS provider: aws_vpc_security_group_ingress_rule", URL: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_ingress_rule"},
		policy.Document{Title: "Terraform AWS provider: aws_security_group", URL: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group"})
	return &i
}

func (terraform) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	p.Line()
	hcl.Provider(p.Line, "aws", "hashicorp/aws", ">= 5.0")
	hcl.Setting(p.Line, "vpc_id", "The VPC that the machine is in; null: the default one.", "null")
	for _, s := range l.Sets {
		hcl.Addresses(p.Line, variable(s), about(s), s.Prefixes())
	}
	for g := range l.Groups {
		name := l.ID + suffix(g)
		p.Line(`resource "aws_security_group" "`, name, `" {`)
		p.Line(`  name        = "`, name, `"`)
		p.Line(`  description = "`, description(l), `"`)
		p.Line("  vpc_id      = var.vpc_id")
		p.Line("}")
	}
	for _, e := range l.Entries {
		from, to := ports(e)
		open(p, e.Direction, e.Name, l.ID+suffix(e.Group), e.Note)
		v6 := e.Family == policy.IPv6
		if side := peer(e); side.Any {
			address(p, v6, `"`, everywhere(v6), `"`)
		} else {
			p.Line("  for_each          = toset(var.", variable(side.Sets[0]), ")")
			address(p, v6, "each.value")
		}
		p.Line(`  ip_protocol       = "`, protocol(e.Transport), `"`)
		if e.Transport.HasPorts() || e.Transport == icmp(v6) {
			p.Line("  from_port         = ", from)
			p.Line("  to_port           = ", to)
		}
		p.Line("}")
		p.Entry(e)
	}
	if l.Deny != nil {
		keep(p, l)
	}
	return nil
}

// open begins a rule.
func open(p *policy.Printer, d policy.Direction, name, group, note string) {
	p.Line()
	p.Line(`resource "aws_vpc_security_group_`, way(d), `_rule" "`, name, `" {`)
	p.Line("  security_group_id = aws_security_group.", group, ".id")
	p.Line(`  description       = "`, note, `"`)
}

func address(p *policy.Printer, v6 bool, value ...string) {
	p.Text("  cidr_ipv", family(v6), "         = ")
	p.Text(value...)
	p.Line()
}

func family(v6 bool) string {
	if v6 {
		return "6"
	}
	return "4"
}

// keep writes the ICMP that a default deny keeps.
func keep(p *policy.Printer, l *policy.Lowered) {
	for _, d := range directions {
		for _, v6 := range families {
			open(p, d, l.Prefix+"icmp_v"+family(v6)+"_"+d.String()+"_kept", l.ID, kept)
			p.Text("  for_each          = toset([")
			for i, t := range policy.KeptICMP(v6, l.At.Kind) {
				if i > 0 {
					p.Text(", ")
				}
				p.Text(`"`, strconv.Itoa(int(t)), `"`)
			}
			p.Line("])")
			address(p, v6, `"`, everywhere(v6), `"`)
			p.Line(`  ip_protocol       = "`, protocol(icmp(v6)), `"`)
			p.Line("  from_port         = each.value")
			p.Line("  to_port           = -1")
			p.Line("}")
		}
	}
}

// variable names the variable of a set: no setting, and nothing of a script, ends like that.
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
