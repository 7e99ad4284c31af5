// Package proxy spells rules for web proxies: names that may be reached, by
// whom and at which ports.
package proxy

import (
	"net/netip"
	"strconv"
	"strings"

	"portolan/generator/policy"
)

// Platforms lists the family's platforms.
func Platforms() []policy.Platform { return []policy.Platform{squid{}} }

// squid is a part of Squid's configuration.
type squid struct{}

var squidInfo = policy.Info{
	ID: "squid", Title: "Squid", Vendor: "Squid Software Foundation", Group: policy.Others,
	Language: "squid", Ext: "conf", Comment: "#",
	Perimeters: true,
	Ends:       policy.OneSet,
	FQDN:       policy.AllNames, FQDNTo: true,
	NoICMP: true, NoSourcePorts: true,
	Denies: policy.NoDenies, OnlyNames: true,
	Name: policy.Name{Max: 63, Extra: "_"},
	Load: []policy.Step{
		{Text: "Put it where squid.conf includes files, on Debian conf.d.", Command: "install -m 644 {file} /etc/squid/conf.d/{id}.conf"},
		{Text: "Let Squid read it; doing so again changes nothing.", Command: "squid -k parse && squid -k reconfigure"},
	},
	Check:  []policy.Step{{Text: "Let Squid read it without using it.", Command: "squid -k parse -f {file}"}},
	Remove: []policy.Step{{Text: "Take it away.", Command: "rm /etc/squid/conf.d/{id}.conf && squid -k reconfigure"}},
	Facts: []string{
		"It holds what may be reached by name: connections that begin here and end at a party whose names the vendor states. What is reached by address, what comes in and what is not TCP is no proxy's affair, and the file names it.",
		"It lets pass; whether the program can use a proxy at all is the program's affair. FTP, SSH and the like pass by CONNECT alone.",
		"The first http_access line that matches decides, so the file must stand before squid.conf's last one, http_access deny all.",
		"squid.conf as it comes lets CONNECT through to port 443 alone, before it reads this file. For other ports the file has the line that adds them to SSL_ports, as a comment.",
		"Names are matched as the client asks for them: one who asks for an address instead is not let through, whatever name that address has.",
		"A name with \"*.\" before it stands for names below it, not for the domain itself.",
	},
	Proof: []string{"squid -k parse", policy.OwnReader},
	Documents: []policy.Document{
		{Title: "Squid, acl", URL: "https://www.squid-cache.org/Doc/config/acl/"},
		{Title: "Squid, http_access", URL: "https://www.squid-cache.org/Doc/config/http_access/"},
		{Title: "Squid, SquidFaq/SquidAcl", URL: "https://wiki.squid-cache.org/SquidFaq/SquidAcl"},
	},
}

// Info tells what it can express.
func (squid) Info() *policy.Info { return &squidInfo }

// Render writes the configuration.
func (squid) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	for _, s := range l.Sets {
		p.Line()
		for _, text := range [...]string{s.Title, s.Hint} {
			if text != "" {
				p.Line("# ", text)
			}
		}
		names(p, s)
		for _, list := range [...][]netip.Prefix{s.V4, s.V6} {
			for _, x := range list {
				var b [64]byte
				p.Line("acl ", s.Name, " src ", string(x.AppendTo(b[:0])))
			}
		}
	}
	for _, e := range l.Entries {
		p.Line()
		p.Line("# ", e.Note)
		ports(p, e)
		p.Text("http_access allow")
		for _, side := range [...]*policy.Side{&e.From, &e.To} {
			for _, s := range side.Sets {
				p.Text(" ", s.Name)
			}
		}
		if len(e.Ports) > 0 {
			p.Text(" ", e.Name)
		}
		p.Line()
		p.Entry(e)
	}
	if l.Deny != nil {
		p.Line()
		p.Line("# Default deny.")
		p.Line("http_access deny all")
	}
	return nil
}

// names writes the names of a set: as they are, or where one has "*." as
// regular expressions, since ".example.com" would match example.com too.
func names(p *policy.Printer, s *policy.Set) {
	wild := false
	for _, n := range s.FQDN {
		wild = wild || strings.HasPrefix(n, "*.")
	}
	for _, n := range s.FQDN {
		switch rest, below := strings.CutPrefix(n, "*."); {
		case !wild:
			p.Line("acl ", s.Name, " dstdomain -n ", n)
		case below:
			p.Line("acl ", s.Name, ` dstdom_regex -n -i \.`, strings.ReplaceAll(rest, ".", `\.`), "$")
		default:
			p.Line("acl ", s.Name, " dstdom_regex -n -i ^", strings.ReplaceAll(n, ".", `\.`), "$")
		}
	}
}

// ports writes the ports of an entry under its name.
func ports(p *policy.Printer, e *policy.Entry) {
	if len(e.Ports) == 0 {
		return
	}
	var b []byte
	tls := true
	for _, r := range e.Ports {
		b = strconv.AppendUint(append(b, ' '), uint64(r.First), 10)
		if !r.Single() {
			b = strconv.AppendUint(append(b, '-'), uint64(r.Last), 10)
		}
		tls = tls && r.Single() && (r.First == 443 || r.First == 80)
	}
	if !tls {
		p.Line("# acl SSL_ports port", string(b))
	}
	p.Line("acl ", e.Name, " port", string(b))
}
