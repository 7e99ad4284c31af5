#Requires -Version 5.1
#Requires -RunAsAdministrator
#Requires -Modules NetSecurity
# Files 2: Windows Firewall (PowerShell) rules, File server
# Made by portolan from products/files, data version 1
#
# Check: powershell -NoProfile -ExecutionPolicy Bypass -File .\windows-powershell-host.ps1 -WhatIf  (shows what it would do)
# Load: powershell -NoProfile -ExecutionPolicy Bypass -File .\windows-powershell-host.ps1  (as administrator; again after each change)
# Remove: powershell -NoProfile -ExecutionPolicy Bypass -File .\windows-powershell-host.ps1 -Remove  (with a default deny, also brings back what the profiles said before)
# Undo: powershell -NoProfile -ExecutionPolicy Bypass -File .\windows-powershell-host.ps1 -Keep  (keeps the default deny; without it everything is undone after 10 minutes, by a scheduled task)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is denied, your own remote access included unless it is listed.

[CmdletBinding(SupportsShouldProcess)]
param(
    # Keeps the default deny: takes away the task that would undo it.
    [switch]$Keep,
    # Takes everything away again.
    [switch]$Remove
)
$ErrorActionPreference = 'Stop'
$Group = 'portolan-files-host'

# Who is who. For everybody write @('Any').

# Clients
# Placeholder: put the addresses here, 0.0.0.0/0 and ::/0 for everybody.
$ip_clients = @('203.0.113.0/28', '2001:db8::/64')

# What the profiles said before, and a copy of this file for the task that undoes it.
# Only administrators can write there.
$Store = Join-Path $env:ProgramFiles 'portolan'
$Before = Join-Path $Store ($Group + '.xml')
$Copy = Join-Path $Store ($Group + '.ps1')
if ($Keep) {
    Unregister-ScheduledTask -TaskName $Group -Confirm:$false -WhatIf:$WhatIfPreference
    return
}
if ($Remove -and (Test-Path -LiteralPath $Before) -and $PSCmdlet.ShouldProcess('the firewall profiles', 'set as before')) {
    Import-Clixml -LiteralPath $Before | ForEach-Object {
        Set-NetFirewallProfile -Name $_.Name -Enabled $_.Enabled -DefaultInboundAction $_.Inbound -DefaultOutboundAction $_.Outbound -LogBlocked $_.LogBlocked
    }
    Remove-Item -LiteralPath $Before, $Copy
    Unregister-ScheduledTask -TaskName $Group -Confirm:$false -ErrorAction SilentlyContinue
}

# The rules of an earlier run
Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue | Remove-NetFirewallRule -WhatIf:$WhatIfPreference
if ($Remove) { return }

# The way back: a task that runs this file with -Remove in 10 minutes, unless -Keep takes it away.
if ($PSCmdlet.ShouldProcess($Group, 'schedule the way back')) {
    New-Item -ItemType Directory -Path $Store -Force | Out-Null
    if (-not (Test-Path -LiteralPath $Before)) {
        Get-NetFirewallProfile | ForEach-Object {
            [pscustomobject]@{ Name = [string]$_.Name; Enabled = [string]$_.Enabled; Inbound = [string]$_.DefaultInboundAction; Outbound = [string]$_.DefaultOutboundAction; LogBlocked = [string]$_.LogBlocked }
        } | Export-Clixml -LiteralPath $Before
    }
    Copy-Item -LiteralPath $PSCommandPath -Destination $Copy -Force
    $Run = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument ('-NoProfile -ExecutionPolicy Bypass -File "' + $Copy + '" -Remove')
    $Once = New-ScheduledTaskTrigger -Once -At (Get-Date).AddMinutes(10)
    $Settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable
    Register-ScheduledTask -TaskName $Group -Action $Run -Trigger $Once -Settings $Settings -User 'SYSTEM' -RunLevel Highest -Force | Out-Null
}

$Common = @{ Group = $Group; Profile = 'Any'; Enabled = 'True'; WhatIf = $WhatIfPreference }
New-NetFirewallRule @Common -Name 'portolan-files-host-web-in' -DisplayName 'portolan-files-host-web-in' -Description 'HTTPS: web' -Direction Inbound -Action Allow -Protocol TCP -LocalPort '443', '28000-30000' -RemoteAddress $ip_clients | Out-Null

# What IP itself needs: errors, path MTU and neighbour discovery
New-NetFirewallRule @Common -Name 'portolan-files-host.ICMPv4.Inbound' -DisplayName 'portolan-files-host.ICMPv4.Inbound' -Direction Inbound -Action Allow -Protocol ICMPv4 -IcmpType '3', '11', '12' | Out-Null
New-NetFirewallRule @Common -Name 'portolan-files-host.ICMPv4.Outbound' -DisplayName 'portolan-files-host.ICMPv4.Outbound' -Direction Outbound -Action Allow -Protocol ICMPv4 -IcmpType '3', '11', '12' | Out-Null
New-NetFirewallRule @Common -Name 'portolan-files-host.ICMPv6.Inbound' -DisplayName 'portolan-files-host.ICMPv6.Inbound' -Direction Inbound -Action Allow -Protocol ICMPv6 -IcmpType '1', '2', '3', '4', '130', '131', '132', '133', '134', '135', '136', '143' | Out-Null
New-NetFirewallRule @Common -Name 'portolan-files-host.ICMPv6.Outbound' -DisplayName 'portolan-files-host.ICMPv6.Outbound' -Direction Outbound -Action Allow -Protocol ICMPv6 -IcmpType '1', '2', '3', '4', '130', '131', '132', '133', '134', '135', '136', '143' | Out-Null

# Everything else
Set-NetFirewallProfile -Name @('Domain', 'Private', 'Public') -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block -LogBlocked True -WhatIf:$WhatIfPreference
