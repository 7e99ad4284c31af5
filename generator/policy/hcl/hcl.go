// Package hcl writes the parts that Terraform files of all clouds share. Its
// texts are of the allow-list of rule files: nothing in it needs an escape.
package hcl

import "net/netip"

// Line writes parts, one after the other, as a line.
type Line func(parts ...string)

// Provider writes which provider the file is for, at what versions.
func Provider(line Line, name, source, version string) {
	line("terraform {")
	line("  required_version = \">= 1.3\"")
	line("  required_providers {")
	line("    ", name, " = {")
	line("      source  = \"", source, "\"")
	line("      version = \"", version, "\"")
	line("    }")
	line("  }")
	line("}")
	line()
}

// Addresses writes the variable of an address set. An empty one is refused:
// some providers would read it as every address.
func Addresses(line Line, name, description string, list []netip.Prefix) {
	line("variable \"", name, "\" {")
	line("  type        = list(string)")
	line("  description = \"", description, "\"")
	line("  nullable    = false")
	line("  default = [")
	for _, p := range list {
		line("    \"", p.String(), "\",")
	}
	line("  ]")
	line("  validation {")
	line("    condition     = length(var.", name, ") > 0")
	line("    error_message = \"Give one address at least.\"")
	line("  }")
	line("}")
	line()
}

// Setting writes the variable of something that is not an address. No
// fallback: it has to be given.
func Setting(line Line, name, description, fallback string) {
	line("variable \"", name, "\" {")
	line("  type        = string")
	line("  description = \"", description, "\"")
	if fallback != "" {
		line("  default     = ", fallback)
	}
	line("}")
	line()
}
