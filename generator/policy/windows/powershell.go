package windows

import (
	"strconv"

	"portolan/generator/policy"
)

type powershell struct{}

var powershellInfo = func() *policy.Info {
	i := family()
	i.ID = "windows-powershell"
	i.Proof = []string{"the grammar of PowerShell; cmdlets and parameters by Microsoft's documentation", policy.OwnReader}
	i.Title = "Windows Firewall (PowerShell)"
	i.Language = "powershell"
	i.Ext = "ps1"
	i.Comment = "#"
	i.Check = []policy.Step{{Text: "shows what it would do", Command: `powershell -NoProfile -ExecutionPolicy Bypass -File .\{file} -WhatIf`}}
	i.Load = []policy.Step{{Text: "as administrator; again after each change", Command: `powershell -NoProfile -ExecutionPolicy Bypass -File .\{file}`}}
	i.Remove = []policy.Step{{Text: "with a default deny, also brings back what the profiles said before", Command: `powershell -NoProfile -ExecutionPolicy Bypass -File .\{file} -Remove`}}
	i.Undo = []policy.Step{{Text: "keeps the default deny; without it everything is undone after " + undo + " minutes, by a scheduled task", Command: `powershell -NoProfile -ExecutionPolicy Bypass -File .\{file} -Keep`}}
	i.Facts = append([]string{
		"All rules are in a group of their own, which each run empties first: for the seconds that it takes, new connections may fail.",
		"A default deny sets the inbound and outbound default of all three profiles to Block; what they were is kept in a file below Program Files and comes back with -Remove.",
		"Windows PowerShell 5.1 or later, with the NetSecurity module: Windows 8, Server 2012 and later.",
	}, facts...)
	i.Documents = []policy.Document{
		{Title: "New-NetFirewallRule", URL: "https://learn.microsoft.com/en-us/powershell/module/netsecurity/new-netfirewallrule"},
		{Title: "Set-NetFirewallProfile", URL: "https://learn.microsoft.com/en-us/powershell/module/netsecurity/set-netfirewallprofile"},
		{Title: "Register-ScheduledTask", URL: "https://learn.microsoft.com/en-us/powershell/module/scheduledtasks/register-scheduledtask"},
		{Title: "Windows Firewall rules", URL: "https://learn.microsoft.com/en-us/windows/security/operating-system-security/network-security/windows-firewall/rules"},
	}
	return &i
}()

func (powershell) Info() *policy.Info { return powershellInfo }

func (powershell) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("#Requires -Version 5.1")
	p.Line("#Requires -RunAsAdministrator")
	p.Line("#Requires -Modules NetSecurity")
	p.Head("#", l.Head)
	p.Line()
	p.Line("[CmdletBinding(SupportsShouldProcess)]")
	p.Line("param(")
	if l.Deny != nil {
		p.Line("    # Keeps the default deny: takes away the task that would undo it.")
		p.Line("    [switch]$Keep,")
	}
	p.Line("    # Takes everything away again.")
	p.Line("    [switch]$Remove")
	p.Line(")")
	p.Line("$ErrorActionPreference = 'Stop'")
	p.Line("$Group = '", l.ID, "'")
	if len(l.Sets) > 0 {
		p.Line()
		p.Line("# Who is who. For everybody write @('Any').")
	}
	for _, s := range l.Sets {
		p.Line()
		p.Line("# ", s.Title)
		if s.Hint != "" {
			p.Line("# ", s.Hint)
		}
		p.Text("$ip_", s.Variable, " = @(")
		for i, a := range s.Prefixes() {
			if i > 0 {
				p.Text(", ")
			}
			p.Text("'")
			prefix(p, a)
			p.Text("'")
		}
		p.Line(")")
	}
	p.Line()
	if l.Deny != nil {
		powershellUndo(p)
	}
	p.Line("# The rules of an earlier run")
	p.Line("Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue | Remove-NetFirewallRule -WhatIf:$WhatIfPreference")
	p.Line("if ($Remove) { return }")
	if l.Deny != nil {
		powershellArm(p)
	}
	p.Line()
	p.Line("$Common = @{ Group = $Group; Profile = 'Any'; Enabled = 'True'; WhatIf = $WhatIfPreference }")
	for _, e := range l.Entries {
		powershellRule(p, e)
		p.Entry(e)
	}
	if l.Deny != nil {
		powershellDeny(p, l)
	}
	return nil
}

func powershellRule(p *policy.Printer, e *policy.Entry) {
	remote, localPorts, remotePorts := ends(e)
	direction, action := "Inbound", "Allow"
	if e.Direction == policy.Out {
		direction = "Outbound"
	}
	if e.Action == policy.Block {
		action = "Block"
	}
	p.Text("New-NetFirewallRule @Common -Name '", e.Name, "' -DisplayName '", e.Name, "' -Description '", e.Note, "' -Direction ", direction, " -Action ", action)
	p.Text(" -Protocol ", protocol(e.Transport, "TCP", "UDP", "ICMPv4", "ICMPv6", "Any"))
	if e.ICMPType >= 0 {
		p.Text(" -IcmpType '", strconv.Itoa(e.ICMPType), "'")
	}
	powershellPorts(p, " -LocalPort ", localPorts)
	powershellPorts(p, " -RemotePort ", remotePorts)
	powershellSide(p, remote)
	p.Line(" | Out-Null")
}

func powershellPorts(p *policy.Printer, parameter string, list []policy.Ports) {
	for i, r := range list {
		if i == 0 {
			p.Text(parameter)
		} else {
			p.Text(", ")
		}
		p.Text("'")
		ports(p, r)
		p.Text("'")
	}
}

func powershellSide(p *policy.Printer, s policy.Side) {
	p.Text(" -RemoteAddress ")
	switch {
	case s.Any:
		p.Text("Any")
	case len(s.Sets) == 1:
		p.Text("$ip_", s.Sets[0].Variable)
	default:
		p.Text("(")
		for i, set := range s.Sets {
			if i > 0 {
				p.Text(" + ")
			}
			p.Text("$ip_", set.Variable)
		}
		p.Text(")")
	}
}

// powershellUndo writes what -Keep and -Remove do to a default deny. The
// profiles open before the rules go, so that no connection is cut.
func powershellUndo(p *policy.Printer) {
	p.Line("# What the profiles said before, and a copy of this file for the task that undoes it.")
	p.Line("# Only administrators can write there.")
	p.Line("$Store = Join-Path $env:ProgramFiles 'portolan'")
	p.Line("$Before = Join-Path $Store ($Group + '.xml')")
	p.Line("$Copy = Join-Path $Store ($Group + '.ps1')")
	p.Line("if ($Keep) {")
	p.Line("    Unregister-ScheduledTask -TaskName $Group -Confirm:$false -WhatIf:$WhatIfPreference")
	p.Line("    return")
	p.Line("}")
	p.Line("if ($Remove -and (Test-Path -LiteralPath $Before) -and $PSCmdlet.ShouldProcess('the firewall profiles', 'set as before')) {")
	p.Line("    Import-Clixml -LiteralPath $Before | ForEach-Object {")
	p.Line("        Set-NetFirewallProfile -Name $_.Name -Enabled $_.Enabled -DefaultInboundAction $_.Inbound -DefaultOutboundAction $_.Outbound -LogBlocked $_.LogBlocked")
	p.Line("    }")
	p.Line("    Remove-Item -LiteralPath $Before, $Copy")
	p.Line("    Unregister-ScheduledTask -TaskName $Group -Confirm:$false -ErrorAction SilentlyContinue")
	p.Line("}")
	p.Line()
}

// powershellArm writes the timed way back, before anything else changes.
func powershellArm(p *policy.Printer) {
	p.Line()
	p.Line("# The way back: a task that runs this file with -Remove in ", undo, " minutes, unless -Keep takes it away.")
	p.Line("if ($PSCmdlet.ShouldProcess($Group, 'schedule the way back')) {")
	p.Line("    New-Item -ItemType Directory -Path $Store -Force | Out-Null")
	p.Line("    if (-not (Test-Path -LiteralPath $Before)) {")
	p.Line("        Get-NetFirewallProfile | ForEach-Object {")
	p.Line("            [pscustomobject]@{ Name = [string]$_.Name; Enabled = [string]$_.Enabled; Inbound = [string]$_.DefaultInboundAction; Outbound = [string]$_.DefaultOutboundAction; LogBlocked = [string]$_.LogBlocked }")
	p.Line("        } | Export-Clixml -LiteralPath $Before")
	p.Line("    }")
	p.Line("    Copy-Item -LiteralPath $PSCommandPath -Destination $Copy -Force")
	p.Line("    $Run = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument ('-NoProfile -ExecutionPolicy Bypass -File \"' + $Copy + '\" -Remove')")
	p.Line("    $Once = New-ScheduledTaskTrigger -Once -At (Get-Date).AddMinutes(", undo, ")")
	p.Line("    $Settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable")
	p.Line("    Register-ScheduledTask -TaskName $Group -Action $Run -Trigger $Once -Settings $Settings -User 'SYSTEM' -RunLevel Highest -Force | Out-Null")
	p.Line("}")
}

func powershellDeny(p *policy.Printer, l *policy.Lowered) {
	p.Line()
	p.Line("# What IP itself needs: errors, path MTU and neighbour discovery")
	for _, v6 := range []bool{false, true} {
		name := "ICMPv4"
		if v6 {
			name = "ICMPv6"
		}
		for _, direction := range []string{"Inbound", "Outbound"} {
			// No entry's name has a dot.
			p.Text("New-NetFirewallRule @Common -Name '", l.ID, ".", name, ".", direction, "' -DisplayName '", l.ID, ".", name, ".", direction, "' -Direction ", direction, " -Action Allow -Protocol ", name, " -IcmpType ")
			for i, t := range policy.KeptICMP(v6, policy.Host) {
				if i > 0 {
					p.Text(", ")
				}
				p.Text("'", strconv.Itoa(int(t)), "'")
			}
			p.Line(" | Out-Null")
		}
	}
	p.Line()
	p.Line("# Everything else")
	logged := ""
	if l.Deny.Log {
		logged = " -LogBlocked True"
	}
	p.Line("Set-NetFirewallProfile -Name @('Domain', 'Private', 'Public') -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block", logged, " -WhatIf:$WhatIfPreference")
}
