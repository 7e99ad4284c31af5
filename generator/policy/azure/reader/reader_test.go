package reader_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/azure/reader"
	"portolan/generator/policy/policytest"
)

const configuration = `
provider "azurerm" {
  features {}
}
variable "resource_group_name" {
  type = string
}
variable "web_addresses" {
  type    = list(string)
  default = ["192.0.2.0/28", "198.51.100.7"]
}
resource "azurerm_network_security_group" "g" {
  name                = "web"
  location            = "here"
  resource_group_name = var.resource_group_name
}
resource "azurerm_network_security_rule" "https" {
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.g.name
  name                        = "https"
  description                 = "HTTPS"
  priority                    = 100
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_ranges          = ["20"]
  destination_port_ranges     = ["443", "28000-30000"]
  source_address_prefixes     = var.web_addresses
  destination_address_prefix  = "*"
}
resource "azurerm_network_security_rule" "deny" {
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.g.name
  name                        = "deny"
  priority                    = 4096
  direction                   = "Inbound"
  access                      = "Deny"
  protocol                    = "*"
  source_port_range           = "*"
  destination_port_range      = "*"
  source_address_prefix       = "*"
  destination_address_prefix  = "*"
}
`

const module = `@description('Where')
param location string = resourceGroup().location
@minLength(1)
param web array = [
  '192.0.2.0/28'
  '198.51.100.7'
]
resource g 'Microsoft.Network/networkSecurityGroups@2023-11-01' = {
  name: 'web'
  location: location
  properties: {
    securityRules: [
      {
        name: 'https'
        properties: {
          description: 'HTTPS'
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRange: '20'
          destinationPortRanges: [
            '443'
            '28000-30000'
          ]
          sourceAddressPrefixes: web
          destinationAddressPrefix: '*'
        }
      }
      {
        name: 'deny'
        properties: {
          priority: 4096
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourcePortRange: '*'
          destinationPortRange: '*'
          sourceAddressPrefix: '*'
          destinationAddressPrefix: '*'
        }
      }
    ]
  }
}
output id string = g.id
`

const script = `set -euf
web='192.0.2.0/28 198.51.100.7'
MODE=${1:-apply}
[ "$MODE" != check ] || exit 0
if [ "$MODE" = remove ]; then
	az network nsg delete --resource-group rg --name web --output none
	exit 0
fi
az network nsg show --resource-group rg --name web --output none || az network nsg create --resource-group rg --name web --output none
az network nsg rule create --resource-group rg --nsg-name web --name https --description HTTPS --priority 100 --direction Inbound --access Allow --protocol Tcp --source-port-ranges 20 --destination-port-ranges 443 28000-30000 --source-address-prefixes $web --destination-address-prefixes '*' --output none
az network nsg rule create --resource-group rg --nsg-name web --name deny --priority 4096 --direction Inbound --access Deny --protocol '*' --source-port-ranges '*' --destination-port-ranges '*' --source-address-prefixes '*' --destination-address-prefixes '*' --output none
`

var texts = map[string]string{"azure-terraform": configuration, "azure-bicep": module, "azure-cli": script}

// TestAccepts holds what the three texts, which say the same, mean.
func TestAccepts(t *testing.T) {
	for id, text := range texts {
		set, err := reader.Readers()[id](text)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		for _, c := range []struct {
			direction policy.Direction
			t         netspec.Transport
			from      string
			ports     [2]uint16
			want      policytest.Verdict
		}{
			{policy.In, netspec.TCP, "192.0.2.15", [2]uint16{20, 443}, policytest.Allowed},
			{policy.Forward, netspec.TCP, "198.51.100.7", [2]uint16{20, 30000}, policytest.Allowed},
			{policy.In, netspec.TCP, "192.0.2.15", [2]uint16{21, 443}, policytest.Denied},
			{policy.In, netspec.TCP, "192.0.2.15", [2]uint16{20, 444}, policytest.Denied},
			{policy.In, netspec.TCP, "192.0.2.16", [2]uint16{20, 443}, policytest.Denied},
			{policy.In, netspec.UDP, "192.0.2.15", [2]uint16{20, 443}, policytest.Denied},
			{policy.Out, netspec.TCP, "192.0.2.15", [2]uint16{20, 443}, policytest.None},
		} {
			p := policytest.Packet{Direction: c.direction, Transport: c.t, From: netip.MustParseAddr(c.from), To: netip.MustParseAddr("10.0.0.1"), FromPort: c.ports[0], ToPort: c.ports[1]}
			if got := set.Decide(p); got != c.want {
				t.Errorf("%s: %s: %s, want %s", id, p, got, c.want)
			}
		}
	}
}

// faults are changes of one thing each that no text survives.
var faults = map[string][][2]string{
	"azure-terraform": {
		{`"28000-30000"`, `"30000-28000"`},
		{`"28000-30000"`, `"28000:30000"`},
		{`"28000-30000"`, `"65536"`},
		{`"443"`, `"0"`},
		{`"443"`, `"*"`},
		{`["443", "28000-30000"]`, `[]`},
		{`"192.0.2.0/28"`, `"192.0.2.1/28"`},
		{`"192.0.2.0/28"`, `"198.51.100.7/32", "198.51.100.7/32"`},
		{`"192.0.2.0/28"`, `"2001:db8::/64"`}, // both families in one rule
		{`"192.0.2.0/28"`, `"Internet"`},
		{`"192.0.2.0/28"`, `"0.0.0.0/0"`},
		{`["192.0.2.0/28", "198.51.100.7"]`, `[]`},
		{`"Tcp"`, `"TCP"`},
		{`"Tcp"`, `"Icmp"`}, // with ports
		{`"Allow"`, `"Permit"`},
		{`"Inbound"`, `"In"`},
		{`= 100`, `= 99`},
		{`= 100`, `= 4097`},
		{`= 100`, `= 4096`}, // a second rule of it
		{`"https"
  description`, `"-https"
  description`},
		{`"https"
  description`, `"Deny"
  description`},
		{`"HTTPS"`, `"` + strings.Repeat("x", 141) + `"`},
		{`"HTTPS"`, `"HTTPS`},
		{`destination_port_ranges     =`, `destination_port_range      = "*"
  destination_port_ranges     =`},
		{`  source_port_ranges          = ["20"]`, ``},
		{`source_address_prefixes `, `source_addresses `},
		{`security_group.g.name`, `security_group.h.name`},
		{`"deny" {`, `"https" {`},
	},
	"azure-bicep": {
		{`'28000-30000'`, `'30000-28000'`},
		{`'28000-30000'`, `28000`},
		{`'443'`, `'0'`},
		{`'443'`, `'443`},
		{`'443'`, `'44${3}'`},
		{`'443'
`, `'443', `},
		{`'192.0.2.0/28'`, `'192.0.2.1/28'`},
		{`'192.0.2.0/28'`, `'198.51.100.7'`},
		{`'192.0.2.0/28'`, `'2001:db8::/64'`},
		{`'192.0.2.0/28'
  '198.51.100.7'
`, ``},
		{`'Tcp'`, `'TCP'`},
		{`'Allow'`, `'allow'`},
		{`'Inbound'`, `'inbound'`},
		{`priority: 100`, `priority: '100'`},
		{`priority: 100`, `priority: 4096`},
		{`priority: 100`, `priority: 50`},
		{`name: 'https'`, `name: 'https '`},
		{`name: 'https'`, `name: 'deny'`},
		{`name: 'https'`, ``},
		{`sourceAddressPrefixes: web`, `sourceAddressPrefixes: wep`},
		{`sourceAddressPrefixes: web`, `sourceAddressPrefix: web`},
		{`sourceAddressPrefixes: web`, `sourceAddressPrefixes: union(web)`},
		{`sourcePortRange: '20'`, `sourcePort: '20'`},
		{`description: 'HTTPS'`, `description: "HTTPS"`},
		{`description: 'HTTPS'`, `description: '` + strings.Repeat("x", 141) + `'`},
		{`param web array`, `param web string`},
		{`param web array`, `param location array`},
		{`networkSecurityGroups@`, `networkSecurityGroup@`},
		{`g.id`, `h.id`},
		{`    ]
  }
}`, `    ]
  }`},
	},
	"azure-cli": {
		{`28000-30000`, `30000-28000`},
		{`28000-30000`, `28000,30000`},
		{`443 28000`, `0 28000`},
		{`192.0.2.0/28`, `192.0.2.1/28`},
		{`192.0.2.0/28`, `198.51.100.7`},
		{`192.0.2.0/28`, `2001:db8::/64`},
		{`192.0.2.0/28`, `Internet`},
		{`--protocol Tcp`, `--protocol Sctp`},
		{`--access Allow`, `--access Yes`},
		{`--priority 100`, `--priority 4096`},
		{`--priority 100`, `--priority high`},
		{`--name https`, `--name https.`},
		{`--name https`, `--name deny`}, // one rule instead of two, then another, on every run
		{`--source-port-ranges 20`, `--source-port-range 20`},
		{`--source-port-ranges 20`, `--source-port-ranges`},
		{`--nsg-name web`, `--nsg-name wep`},
		{`az network nsg show --resource-group rg --name web --output none || `, ``}, // takes the rules on the second run
		{`set -euf`, `set -eu -f; cp a b`},
		{`[ "$MODE" != check ] || exit 0`, ``},
		{`	az network nsg delete`, `	: az network nsg delete`},
		{`$web`, `$wep`},
		{`'*'`, `'*`},
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
