package reader_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/aws/reader"
	"portolan/generator/policy/policytest"
)

const configuration = `
variable "vpc_id" {
  type    = string
  default = null
}
variable "web_addresses" {
  type     = list(string)
  nullable = false
  default  = ["192.0.2.0/28", "198.51.100.7/32"]
  validation {
    condition     = length(var.web_addresses) > 0
    error_message = "Give one."
  }
}
resource "aws_security_group" "g" {
  name        = "web"
  description = "Web server"
  vpc_id      = var.vpc_id
}
resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.g.id
  description       = "HTTPS"
  for_each          = toset(var.web_addresses)
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 444
}
resource "aws_vpc_security_group_egress_rule" "ping" {
  security_group_id = aws_security_group.g.id
  cidr_ipv6         = "::/0"
  ip_protocol       = "icmpv6"
  from_port         = 128
  to_port           = -1
}
`

const template = `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  VpcId:
    Type: AWS::EC2::VPC::Id
Resources:
  Web:
    Type: AWS::EC2::PrefixList
    Properties:
      PrefixListName: "web"
      AddressFamily: IPv4
      MaxEntries: 2
      Entries:
        - Cidr: "192.0.2.0/28"
        - Cidr: "198.51.100.7/32"
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupName: "web"
      GroupDescription: "Web server"
      VpcId: !Ref VpcId
      SecurityGroupIngress:
        - Description: "HTTPS"
          SourcePrefixListId: !Ref Web
          IpProtocol: "tcp"
          FromPort: 443
          ToPort: 444
      SecurityGroupEgress:
        - CidrIpv6: "::/0"
          IpProtocol: "icmpv6"
          FromPort: 128
          ToPort: -1
`

const script = `set -eu
web='192.0.2.0/28 198.51.100.7/32'
MODE=${1:-apply}
[ "$MODE" != check ] || exit 0
id=$(aws ec2 describe-security-groups --filters Name=group-name,Values=web Name=vpc-id,Values=vpc-0123abcd --query 'SecurityGroups[0].GroupId' --output text)
if [ "$MODE" = remove ]; then
	aws ec2 delete-security-group --group-id "$id"
	exit 0
fi
[ "$id" = None ] || exit 0
id=$(aws ec2 create-security-group --group-name web --description 'Web server' --vpc-id vpc-0123abcd --query GroupId --output text)
rules=$(aws ec2 describe-security-group-rules --filters "Name=group-id,Values=$id" --query 'SecurityGroupRules[].[SecurityGroupRuleId,IsEgress,IpProtocol,FromPort,ToPort,CidrIpv4||CidrIpv6]' --output text </dev/null)
while read -r rule rest; do
	aws ec2 revoke-security-group-egress --group-id "$id" --security-group-rule-ids "$rule" </dev/null
done <<END
$rules
END
for a in $web; do
	aws ec2 authorize-security-group-ingress --group-id "$id" --ip-permissions '[{"IpProtocol":"tcp","FromPort":443,"ToPort":444,"IpRanges":[{"CidrIp":"'"$a"'","Description":"HTTPS"}]}]'
done
aws ec2 authorize-security-group-egress --group-id "$id" --ip-permissions '[{"IpProtocol":"icmpv6","FromPort":128,"ToPort":-1,"Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]'
`

var texts = map[string]string{"aws-terraform": configuration, "aws-cloudformation": template, "aws-cli": script}

func packet(d policy.Direction, t netspec.Transport, from, to string, port uint16) policytest.Packet {
	p := policytest.Packet{Direction: d, Transport: t, From: netip.MustParseAddr(from), To: netip.MustParseAddr(to), FromPort: 40000, ToPort: port}
	if !t.HasPorts() {
		p.FromPort, p.ToPort, p.Type = 0, 0, uint8(port)
	}
	return p
}

// TestAccepts holds what the three texts, which say the same, mean.
func TestAccepts(t *testing.T) {
	for id, text := range texts {
		set, err := reader.Readers()[id](text)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		for _, c := range []struct {
			packet policytest.Packet
			want   policytest.Verdict
		}{
			{packet(policy.In, netspec.TCP, "192.0.2.15", "10.0.0.1", 443), policytest.Allowed},
			{packet(policy.In, netspec.TCP, "198.51.100.7", "10.0.0.1", 444), policytest.Allowed},
			{packet(policy.In, netspec.TCP, "192.0.2.16", "10.0.0.1", 443), policytest.Denied},
			{packet(policy.In, netspec.TCP, "192.0.2.15", "10.0.0.1", 445), policytest.Denied},
			{packet(policy.In, netspec.UDP, "192.0.2.15", "10.0.0.1", 443), policytest.Denied},
			{packet(policy.Out, netspec.TCP, "10.0.0.1", "192.0.2.15", 443), policytest.Denied},
			{packet(policy.Out, netspec.ICMPv6, "fd00::1", "2001:db8::1", 128), policytest.Allowed},
			{packet(policy.Out, netspec.ICMPv6, "fd00::1", "2001:db8::1", 129), policytest.Denied},
			{packet(policy.Out, netspec.ICMP, "10.0.0.1", "192.0.2.1", 8), policytest.Denied},
		} {
			if got := set.Decide(c.packet); got != c.want {
				t.Errorf("%s: %s: %s, want %s", id, c.packet, got, c.want)
			}
		}
	}
}

// TestWithoutEgress holds what AWS lets out where a file doesn't say.
func TestWithoutEgress(t *testing.T) {
	text, _, _ := strings.Cut(template, "      SecurityGroupEgress")
	set, err := reader.CloudFormation(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Decide(packet(policy.Out, netspec.TCP, "10.0.0.1", "192.0.2.15", 80)); got != policytest.Allowed {
		t.Errorf("out: %s: a group without egress rules lets everything out", got)
	}
}

var long = strings.Repeat("x", 256)

// faults are changes of one thing each that no text survives.
var faults = map[string][][2]string{
	"aws-terraform": {
		{`from_port         = 443`, `from_port         = 445`}, // reversed
		{`from_port         = 443`, `from_port         = 0`},
		{`to_port           = 444`, `to_port           = 65536`},
		{`from_port         = 443`, ``},
		{`"tcp"`, `"tpc"`},
		{`"tcp"`, `"256"`},
		{`"192.0.2.0/28"`, `"192.0.2.1/28"`}, // host bits
		{`"192.0.2.0/28"`, `"192.0.2.0/33"`},
		{`"192.0.2.0/28"`, `"2001:db8::/64"`}, // the other family
		{`["192.0.2.0/28", "198.51.100.7/32"]`, `[]`},
		{`"HTTPS"`, `"HTTPS's"`},
		{`"HTTPS"`, `"` + long + `"`},
		{`"HTTPS"`, `"HTTPS`},
		{`name        = "web"`, `name        = "sg-web"`},
		{`name        = "web"`, `name        = "web" port = 1`},
		{`  description       = "HTTPS"`, `  descripton        = "HTTPS"`},
		{`security_group_id = aws_security_group.g.id`, `security_group_id = aws_security_group.h.id`},
		{`"ping"`, `"pi ng"`},
		{`aws_vpc_security_group_egress_rule`, `aws_vpc_security_group_rule`},
		{`toset(var.web_addresses)`, `var.web_addresses`},
		{`toset(var.web_addresses)`, `toset(var.web)`},
		{`"icmpv6"`, `"icmp"`},
		{`to_port           = -1`, `to_port           = 0`},
		{`variable "vpc_id"`, `variable "web_addresses"`},
		{"cidr_ipv6         = \"::/0\"", "cidr_ipv6 = \"::/0\"\n  cidr_ipv4 = \"0.0.0.0/0\""},
	},
	"aws-cloudformation": {
		{`FromPort: 443`, `FromPort: 445`},
		{`FromPort: 443`, `FromPort: "443"`},
		{`ToPort: 444`, `ToPort: 65536`},
		{`IpProtocol: "tcp"`, `IpProtocol: tpc`},
		{`IpProtocol: "tcp"`, `IpProtocol: 6`},
		{`192.0.2.0/28`, `192.0.2.1/28`},
		{`192.0.2.0/28`, `2001:db8::/64`},
		{`MaxEntries: 2`, `MaxEntries: 1`},
		{`MaxEntries: 2`, `MaxEntries: 61`}, // more than a group holds
		{`198.51.100.7/32`, `192.0.2.0/28`},
		{`!Ref Web`, `!Ref Wep`},
		{`!Ref Web`, `"pl-1"`},
		{`!Ref VpcId`, `!Ref Vpc`},
		{`Description: "HTTPS"`, `Description: "HTTPS's"`},
		{`Description: "HTTPS"`, `Description: "HTTPS`},
		{`Description: "HTTPS"`, `Descripton: "HTTPS"`},
		{`IPv4`, `ipv4`},
		{`  Group:`, `  My-Group:`},
		{`  Group:`, `  Web:`},
		{`AWS::EC2::SecurityGroup`, `AWS::EC2::SecurityGroups`},
		{`GroupName: "web"`, `GroupName: "sg-web"`},
		{`2010-09-09`, `2010-09-10`},
		{`          ToPort: 444`, `         ToPort: 444`},
	},
	"aws-cli": {
		{`"FromPort":443`, `"FromPort":445`},
		{`"FromPort":443`, `"FromPort":"443"`},
		{`"FromPort":443`, `"FromPorts":443`},
		{`"ToPort":444`, `"ToPort":65536`},
		{`"IpProtocol":"tcp"`, `"IpProtocol":"tpc"`},
		{`192.0.2.0/28`, `192.0.2.1/28`},
		{`192.0.2.0/28`, `2001:db8::/64`},
		{`192.0.2.0/28`, `198.51.100.7/32`}, // the same rule twice
		{`"Description":"HTTPS"`, `"Description":"HTTPS|"`},
		{`--ip-permissions`, `--ip-permission`},
		{`ec2 create-security-group`, `ec2 create-security-groups`},
		{`for a in $web; do`, `for a in $web;`},
		{`for a in $web; do`, `for a in $wep; do`},
		{`'Web server'`, `'Web server`},
		{`[ "$id" = None ] || exit 0`, ``},                        // a second run makes a second group
		{`[ "$MODE" != check ] || exit 0`, ``},                    // a check changes something
		{`	aws ec2 delete-security-group --group-id "$id"`, `	:`}, // a removal removes nothing
		{`--group-name web`, `--group-name sg-web`},
		{`aws ec2 authorize-security-group-egress`, `aws2 ec2 authorize-security-group-egress`},
	},
}

func TestRefuses(t *testing.T) {
	for id, changes := range faults {
		for _, c := range changes {
			text := strings.Replace(texts[id], c[0], c[1], 1)
			if text == texts[id] {
				t.Errorf("%s: %q is not in the text", id, c[0])
				continue
			}
			_, err := reader.Readers()[id](text)
			if err == nil {
				t.Errorf("%s: taken with %q for %q", id, c[1], c[0])
			} else if !regexp.MustCompile(`^line \d+: `).MatchString(err.Error()) {
				t.Errorf("%s: no line in %q", id, err)
			}
		}
	}
}
