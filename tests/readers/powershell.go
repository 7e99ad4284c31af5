package readers

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// powershell holds scripts against a grammar of the language (tree-sitter) and
// a table of the cmdlets, their parameters and some parameters' values. Other
// commands are refused, and so are bytes beyond ASCII: PowerShell takes
// typographic quotation marks for plain ones, which the grammar does not know.
//
// The grammar refuses one thing that PowerShell takes: bare words in a list,
// "-Name Domain, Private". What is only known when the script runs, and types
// of .NET, are not looked at.
func powershell(t testing.TB, texts []string) []error {
	t.Helper()
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	var read []poweredScript
	if err := json.Unmarshal(node(t, "powershell.js", []string{"web-tree-sitter", "tree-sitter-powershell"}, input), &read); err != nil || len(read) != len(texts) {
		t.Fatal("powershell.js: ", len(read), " answers: ", err)
	}
	out := make([]error, len(texts))
	for i := range texts {
		out[i] = errors.Join(ascii(texts[i]), read[i].check())
	}
	return out
}

func ascii(text string) error {
	line := 1
	for _, c := range text {
		switch {
		case c == '\n':
			line++
		case c > '~' || c < ' ' && c != '\t' && c != '\r':
			return fmt.Errorf("line %d: %q is not ASCII", line, c)
		}
	}
	return nil
}

// A poweredScript is what powershell.js finds.
type poweredScript struct {
	Faults    []string
	Commands  []poweredCommand
	Functions map[string][]string
	Tables    map[string]map[string][]*string
}

type poweredCommand struct {
	Line      int
	Name      string
	Arguments []struct {
		Parameter, Splat string
		Values           []*string
	}
}

func (s poweredScript) check() error {
	var all []error
	for _, f := range s.Faults {
		all = append(all, errors.New(f))
	}
	for _, c := range s.Commands {
		if err := s.command(c); err != nil {
			all = append(all, fmt.Errorf("line %d: %s: %w", c.Line, c.Name, err))
		}
	}
	return errors.Join(all...)
}

func (s poweredScript) command(c poweredCommand) error {
	for name, parameters := range s.Functions {
		if strings.EqualFold(name, c.Name) {
			return s.parameters(c, func(p string, _ []*string) error { return known(p, parameters) })
		}
	}
	if strings.HasPrefix(c.Name, "& $") {
		return nil // A block of the script's own.
	}
	for name, parameters := range cmdlets {
		if strings.EqualFold(name, c.Name) {
			return s.parameters(c, func(p string, values []*string) error {
				if err := known(p, append(strings.Fields(parameters), strings.Fields(common)...)); err != nil {
					return err
				}
				return valued(name, p, values)
			})
		}
	}
	return errors.New("no such cmdlet is known here")
}

// parameters holds each parameter of a command, those of a splatted table too.
// What has no name is given by its place.
func (s poweredScript) parameters(c poweredCommand, check func(string, []*string) error) error {
	var all []error
	for _, a := range c.Arguments {
		switch {
		case a.Splat != "":
			table, ok := s.Tables[a.Splat]
			if !ok {
				all = append(all, fmt.Errorf("@%s is no table of the script", a.Splat))
			}
			for _, key := range slices.Sorted(maps.Keys(table)) {
				all = append(all, check(key, table[key]))
			}
		case a.Parameter != "":
			all = append(all, check(strings.TrimPrefix(a.Parameter, "-"), a.Values))
		}
	}
	return errors.Join(all...)
}

func known(parameter string, list []string) error {
	if !slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, parameter) }) {
		return fmt.Errorf("no parameter -%s", parameter)
	}
	return nil
}

// valued holds the values that are known against what a parameter takes.
func valued(cmdlet, parameter string, values []*string) error {
	if !strings.Contains(cmdlet, "-NetFirewall") {
		return nil
	}
	var all []error
	for _, v := range values {
		if v == nil {
			continue
		}
		if words, ok := enumerations[strings.ToLower(parameter)]; ok && !slices.ContainsFunc(strings.Fields(words), func(s string) bool { return strings.EqualFold(s, *v) }) {
			all = append(all, fmt.Errorf("-%s %s: none of %s", parameter, *v, words))
		}
		switch strings.ToLower(parameter) {
		case "localport", "remoteport":
			all = append(all, portRange(*v, "Any", "RPC", "RPCEPMap", "IPHTTPSIn", "IPHTTPSOut", "PlayToDiscovery", "Teredo"))
		case "localaddress", "remoteaddress":
			all = append(all, windowsAddress(*v))
		case "protocol":
			if !slices.ContainsFunc([]string{"TCP", "UDP", "ICMPv4", "ICMPv6", "Any"}, func(s string) bool { return strings.EqualFold(s, *v) }) {
				all = append(all, within(0, 255)(*v))
			}
		}
	}
	return errors.Join(all...)
}

// windowsAddress is a word, an address, a prefix, or a range of two addresses.
func windowsAddress(s string) error {
	for _, word := range []string{"Any", "LocalSubnet", "LocalSubnet4", "LocalSubnet6", "DNS", "DHCP", "WINS", "DefaultGateway", "Internet", "Intranet"} {
		if strings.EqualFold(s, word) {
			return nil
		}
	}
	if first, last, ok := strings.Cut(s, "-"); ok {
		return errors.Join(cidrOrAddress(first), cidrOrAddress(last))
	}
	return cidrOrAddress(s)
}

// enumerations are the words that parameters of the firewall's cmdlets take.
var enumerations = map[string]string{
	"direction":             "Inbound Outbound",
	"action":                "Allow Block NotConfigured",
	"enabled":               "True False NotConfigured",
	"profile":               "Any Domain Private Public NotApplicable",
	"edgetraversalpolicy":   "Block Allow DeferToUser DeferToApp",
	"interfacetype":         "Any Wired Wireless RemoteAccess",
	"defaultinboundaction":  "Allow Block NotConfigured",
	"defaultoutboundaction": "Allow Block NotConfigured",
	"allowinboundrules":     "True False NotConfigured",
	"logallowed":            "True False NotConfigured",
	"logblocked":            "True False NotConfigured",
	"notifyonlisten":        "True False NotConfigured",
}

const (
	// common are the parameters of all cmdlets.
	common = `Verbose Debug ErrorAction WarningAction InformationAction ErrorVariable WarningVariable InformationVariable OutVariable OutBuffer
		PipelineVariable WhatIf Confirm`
	cim            = ` AsJob CimSession ThrottleLimit`
	ruleParameters = ` Name DisplayName PolicyStore GPOSession Group DisplayGroup Description Enabled Profile Platform Direction Action EdgeTraversalPolicy
		LooseSourceMapping LocalOnlyMapping Owner LocalAddress RemoteAddress Protocol LocalPort RemotePort IcmpType DynamicTarget Program Package
		Service InterfaceAlias InterfaceType LocalUser RemoteUser RemoteMachine Authentication Encryption OverrideBlockRules
		RemoteDynamicKeywordAddresses PolicyAppId` + cim
	asked    = ` All Name DisplayName DisplayGroup Group PolicyStore GPOSession Enabled Direction Action TracePolicyStore InputObject PassThru` + cim
	variable = ` Name Value Scope Description Option Visibility Force PassThru`
)

// cmdlets are those that scripts may call, and their parameters, by
// https://learn.microsoft.com/powershell/module/.
var cmdlets = map[string]string{
	"New-NetFirewallRule":     ruleParameters,
	"Set-NetFirewallRule":     ruleParameters + ` NewDisplayName InputObject PassThru`,
	"Get-NetFirewallRule":     asked,
	"Remove-NetFirewallRule":  asked,
	"Enable-NetFirewallRule":  asked,
	"Disable-NetFirewallRule": asked,
	"Get-NetFirewallProfile":  ` All Name PolicyStore GPOSession` + cim,
	"Set-NetFirewallProfile": ` All Name Profile PolicyStore GPOSession Enabled DefaultInboundAction DefaultOutboundAction AllowInboundRules
		AllowLocalFirewallRules AllowLocalIPsecRules AllowUserApps AllowUserPorts AllowUnicastResponseToMulticast NotifyOnListen
		EnableStealthModeForIPsec LogFileName LogMaxSizeKilobytes LogAllowed LogBlocked LogIgnored DisabledInterfaceAliases InputObject PassThru` + cim,

	"New-ScheduledTask":          ` Action Description Principal Settings Trigger` + cim,
	"New-ScheduledTaskAction":    ` Execute Argument WorkingDirectory Id` + cim,
	"New-ScheduledTaskPrincipal": ` UserId GroupId LogonType RunLevel ProcessTokenSidType RequiredPrivilege Id` + cim,
	"New-ScheduledTaskTrigger":   ` Once At Daily Weekly DaysInterval WeeksInterval DaysOfWeek AtLogOn AtStartup User RandomDelay RepetitionInterval RepetitionDuration` + cim,
	"New-ScheduledTaskSettingsSet": ` DisallowDemandStart DisallowHardTerminate Compatibility DeleteExpiredTaskAfter AllowStartIfOnBatteries Disable
		MaintenanceExclusive Hidden RunOnlyIfIdle IdleWaitTimeout NetworkId NetworkName DisallowStartOnRemoteAppSession MaintenancePeriod
		MaintenanceDeadline StartWhenAvailable DontStopIfGoingOnBatteries WakeToRun IdleDuration RestartOnIdle DontStopOnIdleEnd ExecutionTimeLimit
		MultipleInstances Priority RestartCount RestartInterval RunOnlyIfNetworkAvailable` + cim,
	"Register-ScheduledTask":   ` TaskName TaskPath Action Trigger Settings User Password Principal RunLevel Description Force Xml InputObject` + cim,
	"Unregister-ScheduledTask": ` TaskName TaskPath InputObject PassThru` + cim,
	"Get-ScheduledTask":        ` TaskName TaskPath` + cim,
	"Start-ScheduledTask":      ` TaskName TaskPath InputObject` + cim,
	"Stop-ScheduledTask":       ` TaskName TaskPath InputObject` + cim,

	"Test-NetConnection": ` ComputerName Port CommonTCPPort InformationLevel TraceRoute Hops DiagnoseRouting ConstrainSourceAddress ConstrainInterface`,
	"Resolve-DnsName":    ` Name Type Server DnsOnly NoHostsFile QuickTimeout TcpOnly`,

	"ConvertFrom-Json": ` InputObject`,
	"ConvertTo-Csv":    ` InputObject Delimiter NoTypeInformation`,
	"ConvertTo-Json":   ` InputObject Depth Compress`,
	"Copy-Item":        ` Path LiteralPath Destination Force Recurse PassThru`,
	"Export-Clixml":    ` Path LiteralPath InputObject Depth Force NoClobber Encoding`,
	"ForEach-Object":   ` Process Begin End InputObject MemberName ArgumentList`,
	"Format-Table":     ` Property AutoSize Wrap HideTableHeaders GroupBy InputObject`,
	"Get-Content":      ` Path LiteralPath Raw Encoding TotalCount Tail`,
	"Get-Date":         ` Date Format UFormat`,
	"Get-Item":         ` Path LiteralPath Force`,
	"Get-Job":          ` Id Name State InstanceId`,
	"Get-Random":       ` Minimum Maximum InputObject Count SetSeed`,
	"Get-Variable":     ` Name ValueOnly Scope Include Exclude`,
	"Group-Object":     ` Property AsHashTable AsString NoElement InputObject CaseSensitive`,
	"Import-Clixml":    ` Path LiteralPath`,
	"Import-Module":    ` Name Force MinimumVersion RequiredVersion Scope PassThru DisableNameChecking`,
	"Join-Path":        ` Path ChildPath Resolve`,
	"Measure-Object":   ` Property Sum Average Minimum Maximum InputObject Line Word Character`,
	"New-Item":         ` Path Name ItemType Value Force`,
	"New-Object":       ` TypeName ArgumentList Property`,
	"New-TimeSpan":     ` Start End Days Hours Minutes Seconds`,
	"New-Variable":     variable,
	"Out-Null":         ` InputObject`,
	"Out-String":       ` InputObject Stream Width`,
	"Receive-Job":      ` Job Id Name Wait AutoRemoveJob Keep`,
	"Remove-Item":      ` Path LiteralPath Force Recurse`,
	"Remove-Job":       ` Job Id Name Force`,
	"Select-Object":    ` Property ExpandProperty First Last Skip Unique Index ExcludeProperty InputObject`,
	"Set-Content":      ` Path LiteralPath Value Encoding Force NoNewline`,
	"Set-StrictMode":   ` Version Off`,
	"Set-Variable":     variable,
	"Sort-Object":      ` Property Descending Unique InputObject CaseSensitive`,
	"Split-Path":       ` Path LiteralPath Parent Leaf`,
	"Start-Job":        ` ScriptBlock ArgumentList Name InitializationScript InputObject`,
	"Start-Sleep":      ` Seconds Milliseconds`,
	"Stop-Job":         ` Job Id Name`,
	"Test-Path":        ` Path LiteralPath PathType IsValid`,
	"Wait-Job":         ` Job Id Name Any Timeout`,
	"Where-Object":     ` FilterScript InputObject Property Value EQ NE GT GE LT LE Like NotLike Match NotMatch Contains NotContains In NotIn`,
	"Write-Error":      ` Message Exception Category ErrorId RecommendedAction`,
	"Write-Host":       ` Object ForegroundColor BackgroundColor NoNewline Separator`,
	"Write-Output":     ` InputObject NoEnumerate`,
	"Write-Progress":   ` Activity Status Id PercentComplete SecondsRemaining CurrentOperation ParentId Completed`,
	"Write-Verbose":    ` Message`,
	"Write-Warning":    ` Message`,
}
