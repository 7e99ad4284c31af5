# Example: Google Cloud firewall rules, Terraform rules, Server
# Made by portolan from products/example, data version 1
#
# Check: terraform init && terraform plan  (with the file in a folder of its own)
# Load: terraform apply
# Remove: terraform destroy
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
# NOT HERE: ping: it cannot tell ICMP types apart, and all of them would open more.
# NOT HERE: active: it cannot match the source port tcp/20, and any source port would open more.

terraform {
  required_version = ">= 1.3"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 4.0"
    }
  }
}

variable "network" {
  type        = string
  description = "The VPC network that the machine is in"
  default     = "default"
}

variable "network_tag" {
  type        = string
  description = "The tag of the machines that the rules are for"
  default     = "portolan-example-host"
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

resource "google_compute_firewall" "portolan-example-host-transfer-in" {
  name          = "portolan-example-host-transfer-in"
  description   = "FTPS: transfer"
  network       = var.network
  direction     = "INGRESS"
  priority      = 1000
  target_tags   = [var.network_tag]
  source_ranges = distinct(concat(var.partners_addresses, var.staff_addresses))
  allow {
    protocol = "tcp"
    ports    = ["443", "990", "28000-30000"]
  }
}

resource "google_compute_firewall" "portolan-example-host-transfer-in-v6" {
  name          = "portolan-example-host-transfer-in-v6"
  description   = "FTPS: transfer"
  network       = var.network
  direction     = "INGRESS"
  priority      = 1000
  target_tags   = [var.network_tag]
  source_ranges = distinct(concat(var.partners_v6_addresses, var.staff_v6_addresses))
  allow {
    protocol = "tcp"
    ports    = ["443", "990", "28000-30000"]
  }
}

resource "google_compute_firewall" "portolan-example-host-quic-in" {
  name          = "portolan-example-host-quic-in"
  description   = "FTPS: quic"
  network       = var.network
  direction     = "INGRESS"
  priority      = 1010
  target_tags   = [var.network_tag]
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "udp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "portolan-example-host-quic-in-v6" {
  name          = "portolan-example-host-quic-in-v6"
  description   = "FTPS: quic"
  network       = var.network
  direction     = "INGRESS"
  priority      = 1010
  target_tags   = [var.network_tag]
  source_ranges = ["::/0"]
  allow {
    protocol = "udp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "portolan-example-host-smb-in" {
  name          = "portolan-example-host-smb-in"
  description   = "FTPS: smb"
  network       = var.network
  direction     = "INGRESS"
  priority      = 1020
  target_tags   = [var.network_tag]
  source_ranges = ["0.0.0.0/0"]
  deny {
    protocol = "tcp"
    ports    = ["445"]
  }
}

resource "google_compute_firewall" "portolan-example-host-smb-in-v6" {
  name          = "portolan-example-host-smb-in-v6"
  description   = "FTPS: smb"
  network       = var.network
  direction     = "INGRESS"
  priority      = 1020
  target_tags   = [var.network_tag]
  source_ranges = ["::/0"]
  deny {
    protocol = "tcp"
    ports    = ["445"]
  }
}
