// Example: Azure network security group, Bicep rules, Firewall between the zones
// Made by portolan from products/example, data version 1
//
// Check: az deployment group what-if --resource-group GROUP --template-file azure-bicep-perimeter.bicep  (with the resource group that the network is in)
// Load: az deployment group create --resource-group GROUP --template-file azure-bicep-perimeter.bicep
// Remove: az network nsg delete --resource-group GROUP --name portolan_example_perimeter  (detach the group first)
//
// FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
// open nothing.
//
// Everything else is left to your other rules.
// NOT HERE: ping: it cannot tell ICMP types apart, and all of them would open more.

@description('Where the network is')
param location string = resourceGroup().location

@description('Partners, IPv4. Placeholder: put the addresses here.')
@minLength(1)
param partners_addresses array = [
  '192.0.2.0/28'
  '198.51.100.7/32'
]

@description('Staff, IPv4')
@minLength(1)
param staff_addresses array = [
  '10.1.0.0/16'
]

@description('Server, IPv4')
@minLength(1)
param server_addresses array = [
  '203.0.113.10/32'
]

@description('Partners, IPv6. Placeholder: put the addresses here.')
@minLength(1)
param partners_v6_addresses array = [
  '2001:db8::/64'
]

@description('Staff, IPv6')
@minLength(1)
param staff_v6_addresses array = [
  'fd00:1::/48'
]

@description('Server, IPv6')
@minLength(1)
param server_v6_addresses array = [
  '2001:db8:1::10/128'
]

resource group 'Microsoft.Network/networkSecurityGroups@2023-11-01' = {
  name: 'portolan_example_perimeter'
  location: location
  properties: {
    securityRules: [
      {
        name: 'portolan_example_perimeter_transfer_in'
        properties: {
          description: 'FTPS: transfer'
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '443'
            '990'
            '28000-30000'
          ]
          sourceAddressPrefixes: union(partners_addresses, staff_addresses)
          destinationAddressPrefixes: server_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_transfer_out'
        properties: {
          description: 'FTPS: transfer'
          priority: 100
          direction: 'Outbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '443'
            '990'
            '28000-30000'
          ]
          sourceAddressPrefixes: union(partners_addresses, staff_addresses)
          destinationAddressPrefixes: server_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_transfer_v6_in'
        properties: {
          description: 'FTPS: transfer'
          priority: 110
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '443'
            '990'
            '28000-30000'
          ]
          sourceAddressPrefixes: union(partners_v6_addresses, staff_v6_addresses)
          destinationAddressPrefixes: server_v6_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_transfer_v6_out'
        properties: {
          description: 'FTPS: transfer'
          priority: 110
          direction: 'Outbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '443'
            '990'
            '28000-30000'
          ]
          sourceAddressPrefixes: union(partners_v6_addresses, staff_v6_addresses)
          destinationAddressPrefixes: server_v6_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_quic_in'
        properties: {
          description: 'FTPS: quic'
          priority: 120
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Udp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '443'
          ]
          sourceAddressPrefixes: [
            '0.0.0.0/1'
            '128.0.0.0/1'
          ]
          destinationAddressPrefixes: server_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_quic_out'
        properties: {
          description: 'FTPS: quic'
          priority: 120
          direction: 'Outbound'
          access: 'Allow'
          protocol: 'Udp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '443'
          ]
          sourceAddressPrefixes: [
            '0.0.0.0/1'
            '128.0.0.0/1'
          ]
          destinationAddressPrefixes: server_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_quic_v6_in'
        properties: {
          description: 'FTPS: quic'
          priority: 130
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Udp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '443'
          ]
          sourceAddressPrefixes: [
            '::/1'
            '8000::/1'
          ]
          destinationAddressPrefixes: server_v6_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_quic_v6_out'
        properties: {
          description: 'FTPS: quic'
          priority: 130
          direction: 'Outbound'
          access: 'Allow'
          protocol: 'Udp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '443'
          ]
          sourceAddressPrefixes: [
            '::/1'
            '8000::/1'
          ]
          destinationAddressPrefixes: server_v6_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_active_in'
        properties: {
          description: 'FTPS: active'
          priority: 140
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRanges: [
            '20'
          ]
          destinationPortRanges: [
            '1024-65535'
          ]
          sourceAddressPrefixes: server_addresses
          destinationAddressPrefixes: partners_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_active_out'
        properties: {
          description: 'FTPS: active'
          priority: 140
          direction: 'Outbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRanges: [
            '20'
          ]
          destinationPortRanges: [
            '1024-65535'
          ]
          sourceAddressPrefixes: server_addresses
          destinationAddressPrefixes: partners_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_active_v6_in'
        properties: {
          description: 'FTPS: active'
          priority: 150
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRanges: [
            '20'
          ]
          destinationPortRanges: [
            '1024-65535'
          ]
          sourceAddressPrefixes: server_v6_addresses
          destinationAddressPrefixes: partners_v6_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_active_v6_out'
        properties: {
          description: 'FTPS: active'
          priority: 150
          direction: 'Outbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRanges: [
            '20'
          ]
          destinationPortRanges: [
            '1024-65535'
          ]
          sourceAddressPrefixes: server_v6_addresses
          destinationAddressPrefixes: partners_v6_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_smb_in'
        properties: {
          description: 'FTPS: smb'
          priority: 160
          direction: 'Inbound'
          access: 'Deny'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '445'
          ]
          sourceAddressPrefixes: [
            '0.0.0.0/1'
            '128.0.0.0/1'
          ]
          destinationAddressPrefixes: server_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_smb_out'
        properties: {
          description: 'FTPS: smb'
          priority: 160
          direction: 'Outbound'
          access: 'Deny'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '445'
          ]
          sourceAddressPrefixes: [
            '0.0.0.0/1'
            '128.0.0.0/1'
          ]
          destinationAddressPrefixes: server_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_smb_v6_in'
        properties: {
          description: 'FTPS: smb'
          priority: 170
          direction: 'Inbound'
          access: 'Deny'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '445'
          ]
          sourceAddressPrefixes: [
            '::/1'
            '8000::/1'
          ]
          destinationAddressPrefixes: server_v6_addresses
        }
      }
      {
        name: 'portolan_example_perimeter_smb_v6_out'
        properties: {
          description: 'FTPS: smb'
          priority: 170
          direction: 'Outbound'
          access: 'Deny'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '445'
          ]
          sourceAddressPrefixes: [
            '::/1'
            '8000::/1'
          ]
          destinationAddressPrefixes: server_v6_addresses
        }
      }
    ]
  }
}

output id string = group.id
