package readers_test

import "strings"

const awsTerraform = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "vpc_id" {
  description = "The VPC of the machine."
  type        = string
}

variable "partners" {
  type    = list(string)
  default = ["192.0.2.0/24"]
  validation {
    condition     = length(var.partners) > 0
    error_message = "At least one."
  }
}

resource "aws_security_group" "portolan" {
  name        = "portolan"
  description = "Transfer server"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "passive" {
  for_each          = toset(var.partners)
  security_group_id = aws_security_group.portolan.id
  description       = "FTPS: passive"
  ip_protocol       = "tcp"
  from_port         = 28000
  to_port           = 30000
  cidr_ipv4         = each.value
}

output "id" {
  value = aws_security_group.portolan.id
}
`

var awsTerraformTraps = []trap{
	{"a reversed range", "28000", "30001", "no port or range"},
	{"a port too high", "30000", "70000", "no port or range"},
	{"host bits", "192.0.2.0/24", "192.0.2.1/24", "host bits"},
	{"IPv6 in an argument of IPv4", "192.0.2.0/24", "2001:db8::/32", "not of IPv4"},
	{"no address", "192.0.2.0/24", "partners.example", "no prefix"},
	{"an unknown argument", "ip_protocol ", "protocol ", "no argument protocol"},
	{"a missing argument", "  security_group_id = aws_security_group.portolan.id\n", "", "security_group_id is missing"},
	{"no source", "  cidr_ipv4         = each.value\n", "", "want one"},
	{"two sources", "  cidr_ipv4 ", "  prefix_list_id = \"pl-1\"\n  cidr_ipv4 ", "want one"},
	{"a word as port", "28000", `"high"`, "number"},
	{"an unknown protocol", `"tcp"`, `"tpc"`, "within 0 to 255"},
	{"an apostrophe in a description", "FTPS: passive", "it's", "not like"},
	{"a description of 256 bytes", "FTPS: passive", strings.Repeat("x", 256), "255 are allowed"},
	{"an unknown variable", "toset(var.partners)", "toset(var.partner)", "partner"},
	{"an unknown resource", "value = aws_security_group.portolan.id", "value = aws_security_group.nobody.id", "nobody"},
	{"a type that is not known", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_inbound_rule", "no resource"},
	{"a list in for_each", "toset(var.partners)", "var.partners", "for_each over"},
	{"its own validation", "> 0", "> 1", "does not pass its validation"},
	{"a brace too few", "value = aws_security_group.portolan.id\n}", "value = aws_security_group.portolan.id\n", "closing brace"},
	{"an argument twice", "  from_port         = 28000", "  from_port = 1\n  from_port = 28000", "redefined"},
	{"a name of AWS's own", `"portolan"
  description`, `"sg-portolan"
  description`, "begin with sg-"},
	{"an interpolation that finds nothing", "Transfer server", "${each.key}", "each"},
	{"the default of another type", `["192.0.2.0/24"]`, `{ a = 1 }`, "default"},
}

const azureTerraform = `variable "partners" {
  type    = list(string)
  default = ["192.0.2.0/24", "198.51.100.7/32"]
}

resource "azurerm_network_security_group" "portolan" {
  name                = "portolan"
  location            = "westeurope"
  resource_group_name = "network"

  security_rule {
    name                         = "passive"
    description                  = "FTPS: passive"
    priority                     = 100
    direction                    = "Inbound"
    access                       = "Allow"
    protocol                     = "Tcp"
    source_port_range            = "*"
    destination_port_ranges      = ["443", "28000-30000"]
    source_address_prefixes      = var.partners
    destination_address_prefix   = "VirtualNetwork"
  }
  dynamic "security_rule" {
    for_each = ["192.0.2.5"]
    content {
      name                       = "time"
      priority                   = 100
      direction                  = "Outbound"
      access                     = "Allow"
      protocol                   = "Udp"
      source_port_range          = "*"
      destination_port_range     = "123"
      source_address_prefix      = "*"
      destination_address_prefix = security_rule.value
    }
  }
}
`

var azureTerraformTraps = []trap{
	{"a reversed range", "28000-30000", "30000-28000", "no port or range"},
	{"a range with a colon", "28000-30000", "28000:30000", "no port or range"},
	{"a priority too low", "= 100\n", "= 99\n", "within 100 to 4096"},
	{"a priority twice", `"Outbound"`, `"Inbound"`, "again"},
	{"an unknown protocol", `"Tcp"`, `"tcp"`, "none of"},
	{"a name with a blank", `"passive"`, `"passive FTP"`, "not like"},
	{"a description of 141 bytes", "FTPS: passive", strings.Repeat("x", 141), "140 are allowed"},
	{"host bits", "192.0.2.0/24", "192.0.2.1/24", "host bits"},
	{"both families", "198.51.100.7/32", "2001:db8::/32", "IPv4 and IPv6"},
	{"one and many", `    source_port_range            = "*"`, "    source_port_range = \"*\"\n    source_port_ranges = [\"1\"]", "want one"},
	{"an empty list", `["443", "28000-30000"]`, "[]", "is empty"},
	{"a missing argument", "    access                       = \"Allow\"\n", "", "access is missing"},
	{"an unknown block", "  security_rule {", "  security_rules {", "no block"},
	{"a group without a place", "  location            = \"westeurope\"\n", "", "location is missing"},
}

const gcpTerraform = `resource "google_compute_firewall" "passive" {
  name          = "portolan-passive"
  network       = "default"
  direction     = "INGRESS"
  priority      = 1000
  source_ranges = ["192.0.2.0/24"]
  target_tags   = ["transfer"]
  allow {
    protocol = "tcp"
    ports    = ["443", "28000-30000"]
  }
  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}
`

var gcpTerraformTraps = []trap{
	{"a reversed range", "28000-30000", "30000-28000", "no port or range"},
	{"a name in capitals", `"portolan-passive"`, `"Portolan-passive"`, "not like"},
	{"a name of 64 bytes", `"portolan-passive"`, `"` + strings.Repeat("p", 64) + `"`, "not like"},
	{"both families", `["192.0.2.0/24"]`, `["192.0.2.0/24", "2001:db8::/32"]`, "IPv4 and IPv6"},
	{"a source of egress", `"INGRESS"`, `"EGRESS"`, "a source of EGRESS"},
	{"no source", "  source_ranges = [\"192.0.2.0/24\"]\n", "", "without a source"},
	{"an empty source", `["192.0.2.0/24"]`, "[]", "is empty"},
	{"ports of ICMP", `"tcp"`, `"icmp"`, "ports of protocol"},
	{"allow and deny", "  log_config", "  deny {\n    protocol = \"all\"\n  }\n  log_config", "want one"},
	{"a priority too high", "1000", "70000", "within 0 to 65535"},
	{"an unknown argument", "target_tags ", "target_tag ", "no argument"},
	{"log_config twice", "  log_config", "  log_config {\n    metadata = \"INCLUDE_ALL_METADATA\"\n  }\n  log_config", "2 blocks log_config"},
}

const hetznerTerraform = `resource "hcloud_firewall" "portolan" {
  name = "portolan"
  rule {
    description = "FTPS: passive"
    direction   = "in"
    protocol    = "tcp"
    port        = "28000-30000"
    source_ips  = ["192.0.2.0/24", "2001:db8::/32"]
  }
  rule {
    direction       = "out"
    protocol        = "icmp"
    destination_ips = ["0.0.0.0/0", "::/0"]
  }
}
`

var hetznerTerraformTraps = []trap{
	{"a reversed range", "28000-30000", "30000-28000", "no port or range"},
	{"a list of ports", "28000-30000", "443,28000-30000", "no port or range"},
	{"a port of ICMP", `    protocol        = "icmp"`, "    protocol = \"icmp\"\n    port = \"8\"", "icmp with port"},
	{"no port", "    port        = \"28000-30000\"\n", "", "tcp without port"},
	{"the wrong end", "source_ips ", "destination_ips ", "no source_ips"},
	{"host bits", "192.0.2.0/24", "192.0.2.1/24", "host bits"},
	{"an address without length", "192.0.2.0/24", "192.0.2.0", "no prefix"},
	{"an unknown direction", `"in"`, `"inbound"`, "none of"},
	{"an unknown protocol", `"icmp"`, `"icmpv6"`, "none of"},
}

const ociTerraform = `variable "group_id" {
  type = string
}

resource "oci_core_network_security_group_security_rule" "passive" {
  network_security_group_id = var.group_id
  direction                 = "INGRESS"
  protocol                  = "6"
  description               = "FTPS: passive"
  source                    = "192.0.2.0/24"
  source_type               = "CIDR_BLOCK"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 28000
      max = 30000
    }
  }
}
`

var ociTerraformTraps = []trap{
	{"a reversed range", "28000", "30001", "no port or range"},
	{"a protocol by its name", `"6"`, `"tcp"`, "within"},
	{"options of another protocol", `"6"`, `"17"`, "tcp_options of protocol 17"},
	{"the wrong end", `"INGRESS"`, `"EGRESS"`, "wants destination"},
	{"host bits", "192.0.2.0/24", "192.0.2.1/24", "host bits"},
	{"an unknown kind", "CIDR_BLOCK", "CIDR", "none of"},
	{"half a range", "      max = 30000\n", "", "max is missing"},
	{"a boolean in words", "= false", `= "never"`, "bool"},
}

const awsTemplate = `AWSTemplateFormatVersion: "2010-09-09"
Description: Transfer server
Parameters:
  VpcId:
    Type: AWS::EC2::VPC::Id
  Partners:
    Type: String
    Default: 192.0.2.0/24
    AllowedPattern: "[0-9./]+"
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Transfer server
      VpcId: !Ref VpcId
      SecurityGroupEgress:
        - IpProtocol: "-1"
          CidrIp: 127.0.0.1/32
      Tags:
        - Key: Name
          Value: !Sub "${AWS::StackName}-portolan"
  Passive:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !GetAtt Group.GroupId
      Description: FTPS passive
      IpProtocol: tcp
      FromPort: 28000
      ToPort: 30000
      CidrIp: !Ref Partners
  Web:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !Ref Group
      IpProtocol: tcp
      FromPort: 443
      ToPort: 443
      CidrIpv6: 2001:db8::/32
Outputs:
  Id:
    Value: !Ref Group
`

var awsTemplateTraps = []trap{
	{"a reversed range", "28000", "30001", "no port or range"},
	{"host bits", "2001:db8::/32", "2001:db8::1/32", "host bits"},
	{"an unknown property", "FromPort: 443", "FromPorts: 443", "no property FromPorts"},
	{"a missing property", "      GroupDescription: Transfer server\n", "", "GroupDescription is missing"},
	{"a wrong type", "FromPort: 443", "FromPort: https", "no integer"},
	{"a list for one value", "CidrIpv6: 2001:db8::/32", "CidrIpv6: [\"2001:db8::/32\"]", "no string"},
	{"one value for a list", "      Tags:\n        - Key: Name\n          Value:", "      Tags:\n        Key: Name\n        Value:", "want a list"},
	{"an unknown type", "AWS::EC2::SecurityGroup\n", "AWS::EC2::SecurityGroups\n", "no type"},
	{"an unknown parameter", "!Ref Partners", "!Ref Partner", "nothing is called Partner"},
	{"an unknown attribute", "Group.GroupId", "Group.GroupID", "nothing is called"},
	{"an unknown name in Sub", "${AWS::StackName}", "${AWS::Stackname}", "nothing is called"},
	{"an apostrophe in a description", "FTPS passive", "it's", "not like"},
	{"two sources", "      CidrIpv6:", "      CidrIp: 192.0.2.0/24\n      CidrIpv6:", "want one"},
	{"a key twice", "      ToPort: 443\n", "      ToPort: 443\n      ToPort: 444\n", "again"},
	{"a section that there is not", "Outputs:", "Output:", "unknown field"},
	{"a default of another form", "Default: 192.0.2.0/24", "Default: partners", "does not pass"},
	{"a name with a hyphen", "  Web:", "  Web-v6:", "no name of letters"},
}

const networkPolicy = `# Transfer server
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: portolan-transfer
  annotations:
    portolan/note: FTPS
spec:
  podSelector:
    matchLabels: {app: transfer}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}
      ports:
        - {protocol: TCP, port: 28000, endPort: 30000}
  egress:
    - to:
        - namespaceSelector: {}
          podSelector: {matchLabels: {app: dns}}
      ports:
        - {protocol: UDP, port: 53}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: portolan-none}
spec: {podSelector: {}, policyTypes: [Egress]}
`

var networkPolicyTraps = []trap{
	{"a reversed range", "endPort: 30000", "endPort: 27000", "is below port"},
	{"a key in another case", "endPort", "endport", "unknown field"},
	{"an unknown key", "ipBlock:", "ipblocks:", "unknown field"},
	{"a key twice", "  podSelector:\n", "  podSelector: {}\n  podSelector:\n", "already set"},
	{"a wrong type", "endPort: 30000", `endPort: "30000"`, "endPort"},
	{"a port too high", "port: 53", "port: 70053", "between 1 and 65535"},
	{"host bits", "192.0.2.0/24", "192.0.2.1/24", "host bits"},
	{"an exception outside", "192.0.2.128/25", "198.51.100.0/25", "not inside"},
	{"a name in capitals", "portolan-transfer", "Portolan", "lowercase"},
	{"a note with a blank in its key", "portolan/note", "portolan note", "annotations"},
	{"a label with a blank", "app: transfer", "app: 'the app'", "matchLabels"},
	{"an unknown protocol", "protocol: UDP", "protocol: ICMP", "protocol ICMP"},
	{"another kind", "kind: NetworkPolicy\nmetadata:\n", "kind: Networkpolicy\nmetadata:\n", "a Networkpolicy of"},
	{"rules of no type", "[Ingress, Egress]", "[Ingress]", "policyTypes"},
	{"a name twice", "portolan-none", "portolan-transfer", "another"},
}

const calicoPolicy = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: portolan-transfer
spec:
  order: 100
  selector: app == 'transfer'
  types: [Ingress, Egress]
  ingress:
    - action: Allow
      metadata:
        annotations: {note: FTPS}
      protocol: TCP
      source: {nets: [192.0.2.0/24]}
      destination: {ports: [443, "28000:30000"]}
    - action: Deny
  egress:
    - action: Allow
      protocol: TCP
      source: {ports: [20]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: partners}
spec: {nets: [192.0.2.0/24, "2001:db8::/32"]}
`

var calicoTraps = []trap{
	{"a reversed range", "28000:30000", "30000:28000", "ports 30000:28000"},
	{"a range with a hyphen", "28000:30000", "28000-30000", "port 28000-30000"},
	{"an unknown key", "source: {nets", "source: {net", "unknown field"},
	{"an unknown action", "action: Deny", "action: Drop", "action"},
	{"ports without protocol", "      protocol: TCP\n      source: {nets", "      source: {nets", "ports beside protocol"},
	{"an unknown protocol", "protocol: TCP", "protocol: tcp", "protocol"},
	{"host bits", "192.0.2.0/24", "192.0.2.1/24", "host bits"},
	{"both families", "[192.0.2.0/24]}", `[192.0.2.0/24, "2001:db8::/32"]}`, "IPv4 and IPv6"},
	{"a field of another kind", "kind: GlobalNetworkPolicy\nmetadata:\n  name: portolan-transfer\nspec:\n", "kind: NetworkPolicy\nmetadata:\n  name: portolan-transfer\nspec:\n  preDNAT: true\n", "only a GlobalNetworkPolicy"},
	{"an open quotation", "app == 'transfer'", "app == 'transfer", "selector"},
}

const ciliumPolicy = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: portolan-transfer
spec:
  description: FTPS
  endpointSelector:
    matchLabels: {app: transfer}
  ingress:
    - fromCIDRSet:
        - {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}
      toPorts:
        - ports:
            - {port: "28000", endPort: 30000, protocol: TCP}
  ingressDeny:
    - fromEntities: [world]
      icmps:
        - fields: [{family: IPv4, type: 8}]
  egress:
    - toFQDNs:
        - matchName: time.example.com
      toPorts:
        - ports: [{port: "123", protocol: UDP}]
    - toEndpoints:
        - matchLabels: {"k8s:k8s-app": kube-dns}
      toPorts:
        - ports: [{port: "53", protocol: ANY}]
          rules: {dns: [{matchPattern: "*"}]}
`

var ciliumTraps = []trap{
	{"a reversed range", "endPort: 30000", "endPort: 27000", "ports 28000 to 27000"},
	{"a number for a port", `port: "123"`, "port: 123", "port"},
	{"an unknown key", "fromCIDRSet:", "fromCIDRset:", "unknown field"},
	{"host bits", "192.0.2.0/24", "192.0.2.1/24", "host bits"},
	{"an exception outside", "192.0.2.128/25", "198.51.100.0/25", "not inside"},
	{"two kinds of source", "    - fromCIDRSet:", "    - fromEntities: [world]\n      fromCIDRSet:", "cannot be combined"},
	{"the wrong direction", "toFQDNs:", "fromFQDNs:", "unknown field"},
	{"an end of the other direction", "    - fromEntities: [world]", "    - toEntities: [world]", "wrong direction"},
	{"an unknown entity", "[world]", "[internet]", "entity"},
	{"an unknown protocol", "protocol: UDP", "protocol: ESP", "protocol"},
	{"a pattern as name", "time.example.com", "'*.example.com'", "matchName"},
	{"ICMP and ports", "      icmps:", "      toPorts: [{ports: [{port: \"1\"}]}]\n      icmps:", "cannot be combined"},
	{"no selector", "  endpointSelector:\n    matchLabels: {app: transfer}\n", "", "want one of"},
	{"a type of ICMP too high", "type: 8", "type: 256", "type 256"},
}

const windows = `#Requires -RunAsAdministrator
param([switch]$Remove)
$Group = 'portolan-transfer'
$Partners = @('192.0.2.0/24', '2001:db8::/32')
Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue | Remove-NetFirewallRule
if ($Remove) { return }
$Common = @{ Group = $Group; Profile = 'Any'; Enabled = 'True' }
New-NetFirewallRule @Common -Name 'portolan-passive' -DisplayName 'FTPS: it''s passive' -Direction Inbound -Action Allow -Protocol TCP -LocalPort '443', '28000-30000' -RemoteAddress $Partners | Out-Null
New-NetFirewallRule @Common -Name 'portolan-time' -DisplayName 'time' -Direction Outbound -Action Allow -Protocol UDP -RemotePort 123 -RemoteAddress '203.0.113.5' | Out-Null
function Show([string]$Text) { Write-Host "done: $Text" }
Show -Text 'rules'
`

var windowsTraps = []trap{
	{"a reversed range", "28000-30000", "30000-28000", "no port or range"},
	{"a range with a colon", "28000-30000", "28000:30000", "no port or range"},
	{"an unknown parameter", "-RemoteAddress $Partners", "-RemoteAddresses $Partners", "no parameter -RemoteAddresses"},
	{"an unknown parameter in a table", "Profile = 'Any'", "Profiles = 'Any'", "no parameter -Profiles"},
	{"a table that there is not", "New-NetFirewallRule @Common -Name 'portolan-time'", "New-NetFirewallRule @Commons -Name 'portolan-time'", "@Commons"},
	{"an unknown cmdlet", "Remove-NetFirewallRule", "Delete-NetFirewallRule", "no such cmdlet"},
	{"a program", "Show -Text", "netsh -Text", "no such cmdlet"},
	{"a parameter of its own function", "Show -Text", "Show -Tekst", "no parameter -Tekst"},
	{"an unknown direction", "-Direction Outbound", "-Direction Out", "none of Inbound Outbound"},
	{"an unknown protocol", "-Protocol UDP", "-Protocol ICMP", "within 0 to 255"},
	{"no address", "'203.0.113.5'", "'203.0.113.500'", "no prefix"},
	{"code in a string", `"done: $Text"`, `"done: $(Get-Date)"`, "runs code"},
	{"a typographic quotation mark", "it''s", "it\u2019s", "not ASCII"},
	{"an open quotation", "it''s", "it's", "no PowerShell"},
	{"a brace too few", "{ return }", "{ return", "no PowerShell"},
	{"invoked by name", "Show -Text 'rules'", "& 'Show' 'rules'", "no such cmdlet"},
}
