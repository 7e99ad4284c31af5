package aws

import (
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// cloudFormation holds an address set in a managed prefix list: parameters
// cannot become several rules, and a prefix list can be changed in one place.
type cloudFormation struct{}

func (cloudFormation) Info() *policy.Info {
	i := info()
	i.ID, i.Title, i.Language, i.Ext = "aws-cloudformation", "AWS security group, CloudFormation", "yaml", "yaml"
	i.Proof = []string{"properties and types by AWS's own specification of resources", policy.OwnReader}
	i.Name = policy.Name{Max: 240}
	i.Check = []policy.Step{{Command: "aws cloudformation validate-template --template-body file://{file}"}}
	i.Load = []policy.Step{{Text: "with the id of the VPC that the machine is in", Command: "aws cloudformation deploy --stack-name {id} --template-file {file} --parameter-overrides VpcId=vpc-0123"}}
	i.Remove = []policy.Step{{Text: "detach the group from all machines first", Command: "aws cloudformation delete-stack --stack-name {id}"}}
	i.Facts = append(i.Facts,
		"Addresses are in managed prefix lists, one for each party and family: a template's parameters cannot become several rules. A list counts with its MaxEntries, not with what is in it.",
		"CloudFormation cannot change a prefix list's entries and its MaxEntries in one update: to add addresses, raise MaxEntries first.",
		"A group without outbound rules gets one to 127.0.0.1, for AWS would let everything out otherwise.")
	i.Documents = append(i.Documents,
		policy.Document{Title: "AWS::EC2::SecurityGroup", URL: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html"},
		policy.Document{Title: "AWS::EC2::PrefixList", URL: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-prefixlist.html"})
	return &i
}

func (cloudFormation) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	p.Line()
	p.Line(`AWSTemplateFormatVersion: "2010-09-09"`)
	p.Line(`Description: "`, description(l), `"`)
	p.Line()
	p.Line("Parameters:")
	p.Line("  VpcId:")
	p.Line("    Type: AWS::EC2::VPC::Id")
	p.Line(`    Description: "The VPC that the machine is in"`)
	p.Line()
	p.Line("Resources:")
	for i, s := range l.Sets {
		list := s.Prefixes()
		p.Line("  # ", about(s))
		p.Line("  ", logical(i, s), ":")
		p.Line("    Type: AWS::EC2::PrefixList")
		p.Line("    Properties:")
		p.Line(`      PrefixListName: "`, s.Name, `"`)
		p.Line("      AddressFamily: ", s.Family.String())
		p.Line("      MaxEntries: ", strconv.Itoa(len(list)))
		p.Line("      Entries:")
		for _, x := range list {
			p.Line(`        - Cidr: "`, x.String(), `"`)
		}
		p.Line()
	}
	for g := range l.Groups {
		if g > 0 {
			p.Line()
		}
		group(p, l, g)
	}
	return nil
}

// group writes one security group with its rules.
func group(p *policy.Printer, l *policy.Lowered, g int) {
	p.Line("  Group", strconv.Itoa(g+1), ":")
	p.Line("    Type: AWS::EC2::SecurityGroup")
	p.Line("    Properties:")
	p.Line(`      GroupName: "`, l.ID, strings.ReplaceAll(suffix(g), "_", "-"), `"`)
	p.Line(`      GroupDescription: "`, description(l), `"`)
	p.Line("      VpcId: !Ref VpcId")
	for _, d := range directions {
		key := "      SecurityGroupIngress:"
		if d == policy.Out {
			key = "      SecurityGroupEgress:"
		}
		begun := false
		rule := func(note string) {
			if !begun {
				p.Line(key)
			}
			begun = true
			p.Line(`        - Description: "`, note, `"`)
		}
		for _, e := range l.Entries {
			if e.Group != g || e.Direction != d {
				continue
			}
			rule(e.Note)
			permission(p, l, e)
			p.Entry(e)
		}
		if g == 0 && l.Deny != nil {
			for _, v6 := range families {
				for _, t := range policy.KeptICMP(v6, l.At.Kind) {
					rule(kept)
					cidr(p, v6, everywhere(v6))
					match(p, icmp(v6), strconv.Itoa(int(t)), "-1")
				}
			}
		}
		if d == policy.Out && !begun {
			rule("Nothing goes out")
			cidr(p, false, "127.0.0.1/32")
			p.Line(`          IpProtocol: "-1"`)
		}
	}
}

func permission(p *policy.Printer, l *policy.Lowered, e *policy.Entry) {
	v6 := e.Family == policy.IPv6
	if side := peer(e); side.Any {
		cidr(p, v6, everywhere(v6))
	} else {
		end := "Source"
		if e.Direction == policy.Out {
			end = "Destination"
		}
		for i, s := range l.Sets {
			if s == side.Sets[0] {
				p.Line("          ", end, "PrefixListId: !Ref ", logical(i, s))
			}
		}
	}
	from, to := ports(e)
	match(p, e.Transport, from, to)
}

func cidr(p *policy.Printer, v6 bool, prefix string) {
	key := "CidrIp"
	if v6 {
		key = "CidrIpv6"
	}
	p.Line("          ", key, `: "`, prefix, `"`)
}

func match(p *policy.Printer, t netspec.Transport, from, to string) {
	p.Line(`          IpProtocol: "`, protocol(t), `"`)
	if t.HasPorts() || t == netspec.ICMP || t == netspec.ICMPv6 {
		p.Line("          FromPort: ", from)
		p.Line("          ToPort: ", to)
	}
}

// logical names the resource of a set. Logical ids are of letters and digits
// alone, which a name without its hyphens need not tell from another; the
// number does.
func logical(i int, s *policy.Set) string {
	var b strings.Builder
	b.WriteString("List")
	b.WriteString(strconv.Itoa(i + 1))
	b.WriteString("Of")
	up := true
	for _, c := range []byte(s.Variable) {
		switch {
		case c == '_':
			up = true
			continue
		case up && c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		}
		b.WriteByte(c)
		up = false
	}
	return b.String()
}
