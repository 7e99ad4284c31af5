# Example: Hetzner Cloud firewall, Terraform rules, Server
# Made by portolan from products/example, data version 1
#
# Check: terraform init && terraform plan  (with the file in a folder of its own)
# Load: terraform apply
# Remove: terraform destroy  (take the firewall off all servers first)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Once loaded, what comes in and is not listed is denied: this platform knows no other way. Of
# what goes out nothing is listed: the default of the platform holds.
# NOT HERE: ping: it cannot tell ICMP types apart, and all of them would open more.
# NOT HERE: active: it cannot match the source port tcp/20, and any source port would open more.
# NOT HERE: smb: it cannot forbid, and what no rule allows is left to its default.

terraform {
  required_version = ">= 1.3"
  required_providers {
    hcloud = {
      source  = "hetznercloud/hcloud"
      version = ">= 1.33"
    }
  }
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

resource "hcloud_firewall" "portolan-example-host" {
  name = "portolan-example-host"
  rule {
    description = "FTPS: transfer"
    direction   = "in"
    protocol    = "tcp"
    port        = "443"
    source_ips  = distinct(concat(var.partners_addresses, var.staff_addresses))
  }
  rule {
    description = "FTPS: transfer"
    direction   = "in"
    protocol    = "tcp"
    port        = "443"
    source_ips  = distinct(concat(var.partners_v6_addresses, var.staff_v6_addresses))
  }
  rule {
    description = "FTPS: transfer"
    direction   = "in"
    protocol    = "tcp"
    port        = "990"
    source_ips  = distinct(concat(var.partners_addresses, var.staff_addresses))
  }
  rule {
    description = "FTPS: transfer"
    direction   = "in"
    protocol    = "tcp"
    port        = "990"
    source_ips  = distinct(concat(var.partners_v6_addresses, var.staff_v6_addresses))
  }
  rule {
    description = "FTPS: transfer"
    direction   = "in"
    protocol    = "tcp"
    port        = "28000-30000"
    source_ips  = distinct(concat(var.partners_addresses, var.staff_addresses))
  }
  rule {
    description = "FTPS: transfer"
    direction   = "in"
    protocol    = "tcp"
    port        = "28000-30000"
    source_ips  = distinct(concat(var.partners_v6_addresses, var.staff_v6_addresses))
  }
  rule {
    description = "FTPS: quic"
    direction   = "in"
    protocol    = "udp"
    port        = "443"
    source_ips  = ["0.0.0.0/0", "::/0"]
  }
}
