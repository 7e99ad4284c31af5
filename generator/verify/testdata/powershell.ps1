# Connection tests of MFT 4.2, to run on: MFT server
# What its rules let out must be open, what they forbid must be closed.
# Features: sftp, ldap
# From products/mft, data abc123
#
# -Set 'ROLE=HOST,HOST;ROLE=HOST'  whom to call, addresses or names
# -Only FLOW,FLOW                  only the tests of these flows
# -Timeout SECONDS                 how long a test may take; 5 unless said. Windows needs 2 to learn that a port is refused
# -Jobs N                          how many tests run at a time; 16 unless said
# -RefusedOk                       refused counts as open: for the time before the service runs
# -Json                            the results as JSON
#
# Results: open, refused (reached, but nothing listens or a firewall rejects),
# filtered (no answer), unreachable (a router said so), no-name (the name does
# not resolve), inconclusive (UDP without an answer), error, skipped.
# Of a range its first and last port are called, and three between.
# Exit code: 0 all as wanted, 1 some not, 2 wrong usage or nothing was called.
[CmdletBinding()]
param([string[]]$Set = @(), [string[]]$Only = @(), [int]$Timeout = 5, [int]$Jobs = 16, [switch]$RefusedOk, [switch]$Json)

# Whom to call: addresses or names, separated by spaces; -Set does it without editing.
$roles = [ordered]@{}
# Vendor (Internet)
# Any name below: cdn.vendor.net
# Names to complete: TENANT.vendor.net
$roles['vendor'] = 'updates.vendor.net'
# NAS (Internal)
# The rules have for it: 10.9.0.0/16
$roles['nas_main'] = '10.0.0.7 fd00::7'
# Users (Internet)
# Not filled in, and documentation addresses are never called: put addresses or names here.
$roles['users'] = '192.0.2.10 2001:db8::10'
# Internet
# Any address is meant: put hosts here that answer.
$roles['internet'] = ''

$checks = New-Object System.Collections.ArrayList
function Add-Check([string]$Want, [string]$Role, [string]$Transport, [string]$Ports, [int]$Source, [string]$Flow, [string]$Service) {
    [void]$checks.Add([pscustomobject]@{ Want = $Want; Role = $Role; Transport = $Transport; Ports = $Ports; Source = $Source; Flow = $Flow; Service = $Service })
}
# How it must end, role, transport, ports, source port, flows, service.
Add-Check 'open' 'vendor' 'tcp' '443' 0 'updates' 'HTTPS'
Add-Check 'open' 'nas_main' 'tcp' '445' 0 'nas' 'SMB'
Add-Check 'reached' 'users' 'tcp' '28000-30000' 0 'passive' 'FTP data'
Add-Check 'open' 'users' 'tcp' '989' 20 'active' 'FTP data'
Add-Check 'open' 'users' 'tcp' '8443' 0 'notify' 'HTTPS'
Add-Check 'open' 'nas_main' 'tcp' '53' 0 'dns' 'DNS'
Add-Check 'open' 'nas_main' 'udp' '53' 0 'dns' 'DNS'
Add-Check 'closed' 'internet' 'tcp' '445' 0 'no-windows' 'SMB'
Add-Check 'closed' 'nas_main' 'tcp' '400-444,446-500' 0 'no-nas' 'Anything'
Add-Check '-' '-' '-' 'any port: there is nothing to call' 0 'callback' 'FTP data'
Add-Check '-' '-' '-' 'no test for esp' 0 'tunnel' 'IPsec'
Add-Check '-' '-' '-' 'every transport: there is no one port to call' 0 'nothing' 'Anything'
Add-Check '-' '-' '-' 'its source states no port' 0 'metering' 'Metering'

