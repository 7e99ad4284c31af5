package windows

import (
	"strconv"

	"portolan/generator/policy"
)

type netsh struct{}

var netshInfo = func() *policy.Info {
	i := family()
	i.ID = "windows-netsh"
	i.Proof = []string{policy.OwnReader}
	i.Title = "Windows Firewall (netsh)"
	i.Language = "bat"
	i.Ext = "cmd"
	i.Comment = "rem"
	i.Load = []policy.Step{{Text: "as administrator", Command: `{file}`}}
	i.Check = []policy.Step{{Text: "netsh has no trial run; look at what is there afterwards", Command: `netsh advfirewall firewall show rule name=all`}}
	i.Remove = []policy.Step{{Text: "as administrator; with a default deny, also puts back Windows' own: inbound blocked, outbound allowed", Command: `{file} remove`}}
	i.Undo = []policy.Step{{Text: "keeps the default deny; without it everything is as before after " + undo + " minutes, by a scheduled task", Command: `{file} keep`}}
	i.Facts = append([]string{
		"netsh cannot group rules: each run deletes the rules of this file by name first. Before a changed file, run the old one with remove.",
		"While it runs, some seconds, new connections may fail.",
		"The task that undoes a default deny does not start on battery power.",
		"A default deny sets the policy of all three profiles to blockinbound,blockoutbound. What was before is exported to a file below Program Files until it is kept.",
	}, facts...)
	i.Documents = []policy.Document{
		{Title: "netsh advfirewall", URL: "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/netsh-advfirewall"},
		{Title: "Netsh AdvFirewall firewall commands", URL: "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd734783(v=ws.10)"},
		{Title: "schtasks create", URL: "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/schtasks-create"},
	}
	return &i
}()

func (netsh) Info() *policy.Info { return netshInfo }

// netshAddresses is how many addresses a rule names at most: the command
// interpreter reads lines of at most 8191 characters, and an address may take 44.
const netshAddresses = 150

// batch ends lines as the command interpreter wants: without the carriage
// return it may miss a label.
type batch struct{ *policy.Printer }

func (b batch) Line(parts ...string) {
	b.Text(parts...)
	b.Text("\r\n")
}

func (netsh) Render(p *policy.Printer, l *policy.Lowered) error {
	b := batch{p}
	b.Line("@echo off")
	for _, s := range l.Head {
		if s == "" {
			b.Line("rem")
			continue
		}
		b.Line("rem ", s)
	}
	b.Line("setlocal EnableExtensions DisableDelayedExpansion")
	if len(l.Sets) > 0 {
		b.Line()
		b.Line("rem Who is who. For everybody write any.")
	}
	for _, s := range l.Sets {
		b.Line()
		b.Line("rem ", s.Title)
		if s.Hint != "" {
			b.Line("rem ", s.Hint)
		}
		b.set(s)
	}
	b.Line()
	b.start(l)
	for _, e := range l.Entries {
		b.rule(e)
		p.Entry(e)
	}
	if l.Deny != nil {
		b.deny(l)
	}
	b.Line("echo The rules are loaded.")
	b.Line("exit /b 0")
	b.end(l)
	return nil
}

// set writes the addresses of a role, in several variables where they are many.
func (b batch) set(s *policy.Set) {
	list := s.Prefixes()
	for i, a := range list {
		switch {
		case i == 0:
			b.Text(`set "ip_`, s.Variable, "=")
		case i%netshAddresses == 0:
			b.Line(`"`)
			b.Text(`set "ip_`, s.Variable, ".", strconv.Itoa(i/netshAddresses+1), "=")
		default:
			b.Text(",")
		}
		prefix(b.Printer, a)
	}
	b.Line(`"`)
}

// start refuses to run without the right, and takes away the rules of before.
func (b batch) start(l *policy.Lowered) {
	if l.Deny != nil {
		b.Line(`set "store=%ProgramFiles%\portolan"`)
		b.Line(`set "before=%ProgramFiles%\portolan\`, l.ID, `.wfw"`)
		b.Line(`set "copy=%ProgramFiles%\portolan\`, l.ID, `.cmd"`)
	}
	b.Line("net session >nul 2>&1")
	b.Line("if errorlevel 1 goto notadmin")
	b.Line(`if /i "%~1"=="remove" goto remove`)
	if l.Deny != nil {
		b.Line(`if /i "%~1"=="keep" goto keep`)
		b.Line(`if /i "%~1"=="undo" goto undo`)
		b.Line()
		b.Line("rem The way back: what is there now, and a task that brings it back in ", undo, " minutes unless it is kept")
		b.Line(`if not exist "%store%" mkdir "%store%"`)
		b.Line(`if not exist "%before%" netsh advfirewall export "%before%" >nul || goto failed`)
		b.Line(`copy /y "%~f0" "%copy%" >nul || goto failed`)
		b.Line(`schtasks /create /f /tn "`, l.ID, `" /ru SYSTEM /sc minute /mo `, undo, ` /tr "\"%copy%\" undo" >nul || goto failed`)
	}
	b.Line()
	b.Line("call :clear")
}

func (b batch) rule(e *policy.Entry) {
	remote, local, far := ends(e)
	if remote.Any {
		b.open(e, local, far)
		b.Line("any >nul || goto failed")
		return
	}
	total := 0
	for _, s := range remote.Sets {
		total += len(s.V4) + len(s.V6)
	}
	if total <= netshAddresses {
		b.open(e, local, far)
		for i, s := range remote.Sets {
			if i > 0 {
				b.Text(",")
			}
			b.Text("%ip_", s.Variable, "%")
		}
		b.Line(" >nul || goto failed")
		return
	}
	for _, s := range remote.Sets {
		for n := 1; (n-1)*netshAddresses < len(s.V4)+len(s.V6); n++ {
			b.open(e, local, far)
			b.Text("%ip_", s.Variable)
			if n > 1 {
				b.Text(".", strconv.Itoa(n))
			}
			b.Line("% >nul || goto failed")
		}
	}
}

// open writes a rule up to the addresses.
func (b batch) open(e *policy.Entry, local, far []policy.Ports) {
	direction, action := "in", "allow"
	if e.Direction == policy.Out {
		direction = "out"
	}
	if e.Action == policy.Block {
		action = "block"
	}
	b.Text(`netsh advfirewall firewall add rule name="`, e.Name, `" description="`, e.Note, `" dir=`, direction, " action=", action, " profile=any")
	b.Text(" protocol=", protocol(e.Transport, "tcp", "udp", "icmpv4", "icmpv6", "any"))
	if e.ICMPType >= 0 {
		b.Text(":", strconv.Itoa(e.ICMPType), ",any")
	}
	b.ports(" localport=", local)
	b.ports(" remoteport=", far)
	b.Text(" remoteip=")
}

func (b batch) ports(key string, list []policy.Ports) {
	for i, r := range list {
		if i == 0 {
			b.Text(key)
		} else {
			b.Text(",")
		}
		ports(b.Printer, r)
	}
}

// deny closes everything else, as the last thing: a rule that was refused leaves the profiles alone.
func (b batch) deny(l *policy.Lowered) {
	b.Line()
	b.Line("rem What IP itself needs: errors, path MTU and neighbour discovery")
	for i, name := range []string{"icmpv4", "icmpv6"} {
		for _, t := range policy.KeptICMP(i == 1, policy.Host) {
			for _, direction := range []string{"in", "out"} {
				// No entry's name has a dot.
				b.Line(`netsh advfirewall firewall add rule name="`, l.ID, ".", name, `" dir=`, direction, " action=allow profile=any protocol=", name, ":", strconv.Itoa(int(t)), ",any remoteip=any >nul || goto failed")
			}
		}
	}
	b.Line()
	b.Line("rem Everything else")
	if l.Deny.Log {
		b.Line("netsh advfirewall set allprofiles logging droppedconnections enable >nul || goto failed")
	}
	b.Line("netsh advfirewall set allprofiles state on >nul || goto failed")
	b.Line("netsh advfirewall set allprofiles firewallpolicy blockinbound,blockoutbound >nul || goto failed")
	b.Line("echo In ", undo, " minutes everything is as before, unless you run this file with keep.")
}

// end writes what the file does when asked for something else, and its parts.
func (b batch) end(l *policy.Lowered) {
	b.Line()
	b.Line(":remove")
	if l.Deny != nil {
		b.Line("netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound >nul")
		b.Line("call :forget")
		b.Line(`del /q "%copy%" >nul 2>&1`)
	}
	b.Line("call :clear")
	b.Line("exit /b 0")
	if l.Deny != nil {
		b.Line()
		b.Line(":keep")
		b.Line("call :forget")
		b.Line(`del /q "%copy%" >nul 2>&1`)
		b.Line("exit /b 0")
		b.Line()
		b.Line(":undo")
		b.Line(`netsh advfirewall import "%before%" >nul`)
		b.Line("call :forget")
		b.Line("exit /b 0")
		b.Line()
		b.Line(":forget")
		b.Line(`schtasks /delete /f /tn "`, l.ID, `" >nul 2>&1`)
		b.Line(`del /q "%before%" >nul 2>&1`)
		b.Line("exit /b 0")
	}
	b.Line()
	b.Line(":clear")
	for _, e := range l.Entries {
		b.Line(`netsh advfirewall firewall delete rule name="`, e.Name, `" >nul 2>&1`)
	}
	if l.Deny != nil {
		for _, name := range []string{"icmpv4", "icmpv6"} {
			b.Line(`netsh advfirewall firewall delete rule name="`, l.ID, ".", name, `" >nul 2>&1`)
		}
	}
	b.Line("exit /b 0")
	b.Line()
	b.Line(":notadmin")
	b.Line("echo Run this file as administrator.")
	b.Line("exit /b 1")
	b.Line()
	b.Line(":failed")
	b.Line("echo A command was refused: the rules are not all there.")
	b.Line("exit /b 1")
}
