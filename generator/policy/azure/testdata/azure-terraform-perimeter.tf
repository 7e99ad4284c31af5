# Example: Azure network security group, Terraform rules, Firewall between the zones
# Made by portolan from products/example, data version 1
#
# Check: terraform init && terraform plan  (with the file in a folder of its own)
# Load: terraform apply
# Remove: terraform destroy  (detach the group first)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
# NOT HERE: ping: it cannot tell ICMP types apart, and all of them would open more.

terraform {
  required_version = ">= 1.3"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 3.0"
    }
  }
}

provider "azurerm" {
  features {}
}

variable "resource_group_name" {
  type        = string
  description = "The resource group that the network is in"
}

variable "network_security_group_name" {
  type        = string
  description = "The group to add the rules to; null: make one."
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

variable "server_addresses" {
  type        = list(string)
  description = "Server, IPv4"
  nullable    = false
  default = [
    "203.0.113.10/32",
  ]
  validation {
    condition     = length(var.server_addresses) > 0
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

variable "server_v6_addresses" {
  type        = list(string)
  description = "Server, IPv6"
  nullable    = false
  default = [
    "2001:db8:1::10/128",
  ]
  validation {
    condition     = length(var.server_v6_addresses) > 0
    error_message = "Give one address at least."
  }
}

data "azurerm_resource_group" "network" {
  name = var.resource_group_name
}

resource "azurerm_network_security_group" "portolan-example-perimeter" {
  count               = var.network_security_group_name == null ? 1 : 0
  name                = "portolan-example-perimeter"
  location            = data.azurerm_resource_group.network.location
  resource_group_name = var.resource_group_name
}

locals {
  group = coalesce(var.network_security_group_name, one(azurerm_network_security_group.portolan-example-perimeter[*].name))
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-transfer_in" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-transfer_in"
  description                  = "FTPS: transfer"
  priority                     = 100
  direction                    = "Inbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_ranges      = ["443", "990", "28000-30000"]
  source_address_prefixes      = distinct(concat(var.partners_addresses, var.staff_addresses))
  destination_address_prefixes = var.server_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-transfer_out" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-transfer_out"
  description                  = "FTPS: transfer"
  priority                     = 100
  direction                    = "Outbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_ranges      = ["443", "990", "28000-30000"]
  source_address_prefixes      = distinct(concat(var.partners_addresses, var.staff_addresses))
  destination_address_prefixes = var.server_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-transfer-v6_in" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-transfer-v6_in"
  description                  = "FTPS: transfer"
  priority                     = 110
  direction                    = "Inbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_ranges      = ["443", "990", "28000-30000"]
  source_address_prefixes      = distinct(concat(var.partners_v6_addresses, var.staff_v6_addresses))
  destination_address_prefixes = var.server_v6_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-transfer-v6_out" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-transfer-v6_out"
  description                  = "FTPS: transfer"
  priority                     = 110
  direction                    = "Outbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_ranges      = ["443", "990", "28000-30000"]
  source_address_prefixes      = distinct(concat(var.partners_v6_addresses, var.staff_v6_addresses))
  destination_address_prefixes = var.server_v6_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-quic_in" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-quic_in"
  description                  = "FTPS: quic"
  priority                     = 120
  direction                    = "Inbound"
  access                       = "Allow"
  protocol                     = "Udp"
  source_port_range            = "*"
  destination_port_ranges      = ["443"]
  source_address_prefixes      = ["0.0.0.0/1", "128.0.0.0/1"]
  destination_address_prefixes = var.server_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-quic_out" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-quic_out"
  description                  = "FTPS: quic"
  priority                     = 120
  direction                    = "Outbound"
  access                       = "Allow"
  protocol                     = "Udp"
  source_port_range            = "*"
  destination_port_ranges      = ["443"]
  source_address_prefixes      = ["0.0.0.0/1", "128.0.0.0/1"]
  destination_address_prefixes = var.server_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-quic-v6_in" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-quic-v6_in"
  description                  = "FTPS: quic"
  priority                     = 130
  direction                    = "Inbound"
  access                       = "Allow"
  protocol                     = "Udp"
  source_port_range            = "*"
  destination_port_ranges      = ["443"]
  source_address_prefixes      = ["::/1", "8000::/1"]
  destination_address_prefixes = var.server_v6_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-quic-v6_out" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-quic-v6_out"
  description                  = "FTPS: quic"
  priority                     = 130
  direction                    = "Outbound"
  access                       = "Allow"
  protocol                     = "Udp"
  source_port_range            = "*"
  destination_port_ranges      = ["443"]
  source_address_prefixes      = ["::/1", "8000::/1"]
  destination_address_prefixes = var.server_v6_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-active_in" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-active_in"
  description                  = "FTPS: active"
  priority                     = 140
  direction                    = "Inbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_ranges           = ["20"]
  destination_port_ranges      = ["1024-65535"]
  source_address_prefixes      = var.server_addresses
  destination_address_prefixes = var.partners_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-active_out" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-active_out"
  description                  = "FTPS: active"
  priority                     = 140
  direction                    = "Outbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_ranges           = ["20"]
  destination_port_ranges      = ["1024-65535"]
  source_address_prefixes      = var.server_addresses
  destination_address_prefixes = var.partners_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-active-v6_in" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-active-v6_in"
  description                  = "FTPS: active"
  priority                     = 150
  direction                    = "Inbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_ranges           = ["20"]
  destination_port_ranges      = ["1024-65535"]
  source_address_prefixes      = var.server_v6_addresses
  destination_address_prefixes = var.partners_v6_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-active-v6_out" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-active-v6_out"
  description                  = "FTPS: active"
  priority                     = 150
  direction                    = "Outbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_ranges           = ["20"]
  destination_port_ranges      = ["1024-65535"]
  source_address_prefixes      = var.server_v6_addresses
  destination_address_prefixes = var.partners_v6_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-smb_in" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-smb_in"
  description                  = "FTPS: smb"
  priority                     = 160
  direction                    = "Inbound"
  access                       = "Deny"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_ranges      = ["445"]
  source_address_prefixes      = ["0.0.0.0/1", "128.0.0.0/1"]
  destination_address_prefixes = var.server_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-smb_out" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-smb_out"
  description                  = "FTPS: smb"
  priority                     = 160
  direction                    = "Outbound"
  access                       = "Deny"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_ranges      = ["445"]
  source_address_prefixes      = ["0.0.0.0/1", "128.0.0.0/1"]
  destination_address_prefixes = var.server_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-smb-v6_in" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-smb-v6_in"
  description                  = "FTPS: smb"
  priority                     = 170
  direction                    = "Inbound"
  access                       = "Deny"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_ranges      = ["445"]
  source_address_prefixes      = ["::/1", "8000::/1"]
  destination_address_prefixes = var.server_v6_addresses
}

resource "azurerm_network_security_rule" "portolan-example-perimeter-smb-v6_out" {
  resource_group_name          = var.resource_group_name
  network_security_group_name  = local.group
  name                         = "portolan-example-perimeter-smb-v6_out"
  description                  = "FTPS: smb"
  priority                     = 170
  direction                    = "Outbound"
  access                       = "Deny"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_ranges      = ["445"]
  source_address_prefixes      = ["::/1", "8000::/1"]
  destination_address_prefixes = var.server_v6_addresses
}
