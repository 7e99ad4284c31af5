# Example: Oracle Cloud network security group, Terraform rules, Server
# Made by portolan from products/example, data version 1
#
# Check: terraform init && terraform plan  (with the file in a folder of its own)
# Load: terraform apply
# Remove: terraform destroy  (take all network interfaces out of the group first)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is denied, your own remote access included unless it is listed.
# NOT HERE: smb: it cannot forbid, and what no rule allows is left to its default.

terraform {
  required_version = ">= 1.3"
  required_providers {
    oci = {
      source  = "oracle/oci"
      version = ">= 4.0"
    }
  }
}

variable "compartment_id" {
  type        = string
  description = "The compartment that the network is in"
}

variable "vcn_id" {
  type        = string
  description = "The virtual cloud network that the machine is in"
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

resource "oci_core_network_security_group" "portolan_example_host" {
  compartment_id = var.compartment_id
  vcn_id         = var.vcn_id
  display_name   = "portolan_example_host"
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in" {
  for_each                  = toset(var.partners_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 443
      max = 443
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_2" {
  for_each                  = toset(var.staff_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 443
      max = 443
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_v6" {
  for_each                  = toset(var.partners_v6_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 443
      max = 443
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_v6_2" {
  for_each                  = toset(var.staff_v6_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 443
      max = 443
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_3" {
  for_each                  = toset(var.partners_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 990
      max = 990
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_4" {
  for_each                  = toset(var.staff_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 990
      max = 990
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_v6_3" {
  for_each                  = toset(var.partners_v6_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 990
      max = 990
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_v6_4" {
  for_each                  = toset(var.staff_v6_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 990
      max = 990
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_5" {
  for_each                  = toset(var.partners_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 28000
      max = 30000
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_6" {
  for_each                  = toset(var.staff_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 28000
      max = 30000
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_v6_5" {
  for_each                  = toset(var.partners_v6_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 28000
      max = 30000
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_transfer_in_v6_6" {
  for_each                  = toset(var.staff_v6_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: transfer"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    destination_port_range {
      min = 28000
      max = 30000
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_quic_in" {
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: quic"
  direction                 = "INGRESS"
  source                    = "0.0.0.0/0"
  source_type               = "CIDR_BLOCK"
  protocol                  = "17"
  stateless                 = false
  udp_options {
    destination_port_range {
      min = 443
      max = 443
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_quic_in_v6" {
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: quic"
  direction                 = "INGRESS"
  source                    = "::/0"
  source_type               = "CIDR_BLOCK"
  protocol                  = "17"
  stateless                 = false
  udp_options {
    destination_port_range {
      min = 443
      max = 443
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_ping_in" {
  for_each                  = toset(var.staff_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: ping"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "1"
  stateless                 = false
  icmp_options {
    type = 8
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_active_out" {
  for_each                  = toset(var.partners_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: active"
  direction                 = "EGRESS"
  destination               = each.value
  destination_type          = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    source_port_range {
      min = 20
      max = 20
    }
    destination_port_range {
      min = 1024
      max = 65535
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_active_out_v6" {
  for_each                  = toset(var.partners_v6_addresses)
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "FTPS: active"
  direction                 = "EGRESS"
  destination               = each.value
  destination_type          = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    source_port_range {
      min = 20
      max = 20
    }
    destination_port_range {
      min = 1024
      max = 65535
    }
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_icmp_in_kept" {
  for_each                  = toset(["3", "11", "12"])
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "ICMP that IP needs"
  direction                 = "INGRESS"
  source                    = "0.0.0.0/0"
  source_type               = "CIDR_BLOCK"
  protocol                  = "1"
  stateless                 = false
  icmp_options {
    type = each.value
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_icmp_v6_in_kept" {
  for_each                  = toset(["1", "2", "3", "4", "130", "131", "132", "133", "134", "135", "136", "143"])
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "ICMP that IP needs"
  direction                 = "INGRESS"
  source                    = "::/0"
  source_type               = "CIDR_BLOCK"
  protocol                  = "58"
  stateless                 = false
  icmp_options {
    type = each.value
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_icmp_out_kept" {
  for_each                  = toset(["3", "11", "12"])
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "ICMP that IP needs"
  direction                 = "EGRESS"
  destination               = "0.0.0.0/0"
  destination_type          = "CIDR_BLOCK"
  protocol                  = "1"
  stateless                 = false
  icmp_options {
    type = each.value
  }
}

resource "oci_core_network_security_group_security_rule" "portolan_example_host_icmp_v6_out_kept" {
  for_each                  = toset(["1", "2", "3", "4", "130", "131", "132", "133", "134", "135", "136", "143"])
  network_security_group_id = oci_core_network_security_group.portolan_example_host.id
  description               = "ICMP that IP needs"
  direction                 = "EGRESS"
  destination               = "::/0"
  destination_type          = "CIDR_BLOCK"
  protocol                  = "58"
  stateless                 = false
  icmp_options {
    type = each.value
  }
}
