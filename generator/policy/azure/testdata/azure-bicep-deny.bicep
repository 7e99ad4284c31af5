// Example: Azure network security group, Bicep rules, Server
// Made by portolan from products/example, data version 1
//
// Check: az deployment group what-if --resource-group GROUP --template-file azure-bicep-host.bicep  (with the resource group that the network is in)
// Load: az deployment group create --resource-group GROUP --template-file azure-bicep-host.bicep
// Remove: az network nsg delete --resource-group GROUP --name portolan_example_host  (detach the group first)
//
// FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
// open nothing.
//
// Everything else is denied, your own remote access included unless it is listed.
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

resource group 'Microsoft.Network/networkSecurityGroups@2023-11-01' = {
  name: 'portolan_example_host'
  location: location
  properties: {
    securityRules: [
      {
        name: 'portolan_example_host_transfer_in'
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
          destinationAddressPrefix: '*'
        }
      }
      {
        name: 'portolan_example_host_transfer_in_v6'
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
          destinationAddressPrefix: '*'
        }
      }
      {
        name: 'portolan_example_host_quic_in'
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
          sourceAddressPrefix: '*'
          destinationAddressPrefix: '*'
        }
      }
      {
        name: 'portolan_example_host_active_out'
        properties: {
          description: 'FTPS: active'
          priority: 100
          direction: 'Outbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRanges: [
            '20'
          ]
          destinationPortRanges: [
            '1024-65535'
          ]
          sourceAddressPrefix: '*'
          destinationAddressPrefixes: partners_addresses
        }
      }
      {
        name: 'portolan_example_host_active_out_v6'
        properties: {
          description: 'FTPS: active'
          priority: 110
          direction: 'Outbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourcePortRanges: [
            '20'
          ]
          destinationPortRanges: [
            '1024-65535'
          ]
          sourceAddressPrefix: '*'
          destinationAddressPrefixes: partners_v6_addresses
        }
      }
      {
        name: 'portolan_example_host_smb_in'
        properties: {
          description: 'FTPS: smb'
          priority: 130
          direction: 'Inbound'
          access: 'Deny'
          protocol: 'Tcp'
          sourcePortRange: '*'
          destinationPortRanges: [
            '445'
          ]
          sourceAddressPrefix: '*'
          destinationAddressPrefix: '*'
        }
      }
      {
        name: 'portolan_example_host_deny_in'
        properties: {
          description: 'Everything else'
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
      {
        name: 'portolan_example_host_deny_out'
        properties: {
          description: 'Everything else'
          priority: 4096
          direction: 'Outbound'
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

output id string = group.id
