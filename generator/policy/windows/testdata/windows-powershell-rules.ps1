#Requires -Version 5.1
#Requires -RunAsAdministrator
#Requires -Modules NetSecurity
# Files 2: Windows Firewall (PowerShell) rules, File server
# Made by portolan from products/files, data version 1
#
# Check: powershell -NoProfile -ExecutionPolicy Bypass -File .\windows-powershell-host.ps1 -WhatIf  (shows what it would do)
# Load: powershell -NoProfile -ExecutionPolicy Bypass -File .\windows-powershell-host.ps1  (as administrator; again after each change)
# Remove: powershell -NoProfile -ExecutionPolicy Bypass -File .\windows-powershell-host.ps1 -Remove  (with a default deny, also brings back what the profiles said before)
#
# FILL IN: 2 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
# No IPv6 rule for update: updates has no IPv6 address.

[CmdletBinding(SupportsShouldProcess)]
param(
    # Takes everything away again.
    [switch]$Remove
)
$ErrorActionPreference = 'Stop'
$Group = 'portolan-files-host'

# Who is who. For everybody write @('Any').

# Clients
# Placeholder: put the addresses here, 0.0.0.0/0 and ::/0 for everybody.
$ip_clients = @('203.0.113.0/28', '2001:db8::/64')

# Update servers
# Placeholder: put the addresses of updates.example.com here.
$ip_updates = @('203.0.113.32/28')

# The rules of an earlier run
Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue | Remove-NetFirewallRule -WhatIf:$WhatIfPreference
if ($Remove) { return }

$Common = @{ Group = $Group; Profile = 'Any'; Enabled = 'True'; WhatIf = $WhatIfPreference }
New-NetFirewallRule @Common -Name 'portolan-files-host-web-in' -DisplayName 'portolan-files-host-web-in' -Description 'HTTPS: web' -Direction Inbound -Action Allow -Protocol TCP -LocalPort '443', '28000-30000' -RemoteAddress $ip_clients | Out-Null
New-NetFirewallRule @Common -Name 'portolan-files-host-active-out' -DisplayName 'portolan-files-host-active-out' -Description 'FTP data: active' -Direction Outbound -Action Allow -Protocol TCP -LocalPort '20' -RemoteAddress $ip_clients | Out-Null
New-NetFirewallRule @Common -Name 'portolan-files-host-update-out' -DisplayName 'portolan-files-host-update-out' -Description 'HTTPS: update' -Direction Outbound -Action Allow -Protocol TCP -RemotePort '443' -RemoteAddress $ip_updates | Out-Null
New-NetFirewallRule @Common -Name 'portolan-files-host-ping-in' -DisplayName 'portolan-files-host-ping-in' -Description 'Ping: ping' -Direction Inbound -Action Allow -Protocol ICMPv4 -IcmpType '8' -RemoteAddress $ip_clients | Out-Null
New-NetFirewallRule @Common -Name 'portolan-files-host-no-shares-in' -DisplayName 'portolan-files-host-no-shares-in' -Description 'SMB: no-shares' -Direction Inbound -Action Block -Protocol TCP -LocalPort '445' -RemoteAddress $ip_clients | Out-Null
