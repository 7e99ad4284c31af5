# Example: AWS security group, Terraform rules, Server
# Made by portolan from products/example, data version 1
#
# Check: terraform init && terraform plan  (with the file in a folder of its own)
# Load: terraform apply
# Remove: terraform destroy  (detach the group from all machines first)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Once loaded, what comes in and is not listed is denied: this platform knows no other way. Of
# what goes out nothing is listed: the default of the platform holds.
# NOT HERE: active: it cannot match the source port tcp/20, and any source port would open more.
# NOT HERE: smb: it cannot forbid, and what no rule allows is left to its default.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "vpc_id" {
  type        = string
  description = "The VPC that the machine is in; null: the default one."
  default     = null
}

variable "partners_addresses" {
  type        = list(string)
  description = "Partners, IPv4. Placeholder: put the addresses here."
  nullable    = false
  default = [
    "192.0.2.0/28",
    "198.51.100.7/32",
  ]
  validation {
    condition     = length(var.partners_addresses) > 0
    error_message = "Give one address at least."
  }
}

variable "staff_addresses" {
  type        = list(string)
  description = "Staff, IPv4"
  nullable    = false
  default = [
    "10.1.0.0/16",
  ]
  validation {
    condition     = length(var.staff_addresses) > 0
    error_message = "Give one address at least."
  }
}

variable "partners_v6_addresses" {
  type        = list(string)
  description = "Partners, IPv6. Placeholder: put the addresses here."
  nullable    = false
  default = [
    "2001:db8::/64",
  ]
  validation {
    condition     = length(var.partners_v6_addresses) > 0
    error_message = "Give one address at least."
  }
}

variable "staff_v6_addresses" {
  type        = list(string)
  description = "Staff, IPv6"
  nullable    = false
  default = [
    "fd00:1::/48",
  ]
  validation {
    condition     = length(var.staff_v6_addresses) > 0
    error_message = "Give one address at least."
  }
}

resource "aws_security_group" "portolan_example_host" {
  name        = "portolan_example_host"
  description = "Example, Server"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.partners_addresses)
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_2" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.staff_addresses)
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_v6" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.partners_v6_addresses)
  cidr_ipv6         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_v6_2" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.staff_v6_addresses)
  cidr_ipv6         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_3" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.partners_addresses)
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 990
  to_port           = 990
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_4" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.staff_addresses)
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 990
  to_port           = 990
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_v6_3" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.partners_v6_addresses)
  cidr_ipv6         = each.value
  ip_protocol       = "tcp"
  from_port         = 990
  to_port           = 990
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_v6_4" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.staff_v6_addresses)
  cidr_ipv6         = each.value
  ip_protocol       = "tcp"
  from_port         = 990
  to_port           = 990
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_5" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.partners_addresses)
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 28000
  to_port           = 30000
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_6" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.staff_addresses)
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 28000
  to_port           = 30000
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_v6_5" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.partners_v6_addresses)
  cidr_ipv6         = each.value
  ip_protocol       = "tcp"
  from_port         = 28000
  to_port           = 30000
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_transfer_in_v6_6" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: transfer"
  for_each          = toset(var.staff_v6_addresses)
  cidr_ipv6         = each.value
  ip_protocol       = "tcp"
  from_port         = 28000
  to_port           = 30000
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_quic_in" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: quic"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "udp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_quic_in_v6" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: quic"
  cidr_ipv6         = "::/0"
  ip_protocol       = "udp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "portolan_example_host_ping_in" {
  security_group_id = aws_security_group.portolan_example_host.id
  description       = "FTPS: ping"
  for_each          = toset(var.staff_addresses)
  cidr_ipv4         = each.value
  ip_protocol       = "icmp"
  from_port         = 8
  to_port           = -1
}
