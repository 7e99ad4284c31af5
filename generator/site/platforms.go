package site

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/policy"
)

const platformsPath = "/platforms/"

func platformPath(id string) string { return platformsPath + id + "/" }

type platformsView struct {
	base
	Groups []platformGroup
}

type platformGroup struct {
	Title     string
	Platforms []*policy.Info
}

// PlatformPath is for templates.
func (v platformsView) PlatformPath(i *policy.Info) string { return v.Link(platformPath(i.ID)) }

// Proof says in short what holds a platform's files.
func (v platformsView) Proof(i *policy.Info) string {
	if len(i.Proof) == 0 {
		return "not checked by any reader"
	}
	return strings.Join(i.Proof, "; ")
}

func (s *Site) platformsPage() ([]byte, error) {
	v := platformsView{base: base{site: s, Path: platformsPath, Title: "Firewall platforms", Section: platformsPath,
		Description: "The firewalls that rules are written for: what each can express, how its files are checked, and how to load them."}}
	for _, g := range policy.Groups() {
		group := platformGroup{Title: string(g)}
		for _, p := range s.platforms {
			if p.Info().Group == g {
				group.Platforms = append(group.Platforms, p.Info())
			}
		}
		if len(group.Platforms) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	return s.render("platforms", v)
}

type platformView struct {
	base
	Info     *policy.Info
	Steps    template.HTML
	Undo     template.HTML
	Can      []capability
	Subjects template.HTML
}

// capability is one line of what a platform can express.
type capability struct{ What, How string }

func (s *Site) platformPage(p policy.Platform) ([]byte, error) {
	info := p.Info()
	path := platformPath(info.ID)
	v := platformView{
		base: base{site: s, Path: path, Title: info.Title + " rules", Section: platformsPath,
			Description: "What firewall rules for " + info.Title + " can express, their limits, and how to check, load and remove them.",
			Crumbs:      []crumb{{"Platforms", platformsPath}}},
		Info: info, Can: capabilities(info),
	}
	at := "host"
	if !info.Hosts {
		at = "perimeter"
	}
	v.Steps = steps(info, info.ID+"-"+at+"."+info.Ext, "portolan-PRODUCT-"+at)
	v.Undo = stepList("With a default deny", info.Undo, info.ID+"-"+at+"."+info.Ext, "portolan-PRODUCT-"+at)
	var subjects []crumb
	for _, p := range s.Catalog.Products {
		subjects = append(subjects, crumb{p.Name, productPath(p.Slug) + "rules/" + info.ID + "/"})
	}
	for _, n := range s.Networks {
		subjects = append(subjects, crumb{n.Deployment.Name, "/deployments/" + n.Deployment.Slug + "/rules/" + info.ID + "/"})
	}
	v.Subjects = linkItems(path, "", subjects)
	return s.render("platform", v)
}

// capabilities puts what a platform can express into words.
func capabilities(i *policy.Info) []capability {
	yes := func(b bool, no, yes string) string {
		if b {
			return yes
		}
		return no
	}
	stands := "on the machine, and between networks"
	switch {
	case !i.Hosts:
		stands = "between networks, or in front of a machine"
	case !i.Perimeters:
		stands = "on the machine"
	}
	out := []capability{
		{"Stands", stands},
		{"IPv4 and IPv6", [...]string{"in one rule", "in one rule; apart where addresses are named", "each in rules of its own", "IPv4 alone", "IPv6 alone"}[i.Families]},
		{"Addresses", [...]string{"named sets, several to a rule", "one named set to a rule", "one address to a rule"}[i.Ends]},
		{"Names for addresses", [...]string{"no", "full names", "full names and *.example.com"}[i.FQDN] + yes(i.FQDNTo, "", ", only where connections go")},
		{"Ports in a rule", portLimit(i)},
		{"Source ports", yes(i.OnePortEnd, yes(i.NoSourcePorts, "yes", "no: flows that need one are left out"), "only where every port of the listener is meant")},
		{"Other transports", transports(i)},
		{"Forbidding", [...]string{"yes, by order", "a block beats every allow", "no: only allows"}[i.Denies]},
		{"Replies", yes(i.Stateless, "implied", "rules of their own")},
		{"What no rule names", yes(i.Closes, "left as it was", "denied, once the file is loaded")},
		{"Translated listeners", [...]string{"named by their own address", "named by the address that outsiders use"}[i.Destination]},
	}
	if i.Name.Max > 0 {
		out = append(out, capability{"Names", "at most " + strconv.Itoa(i.Name.Max) + " characters"})
	}
	if i.Note.Max > 0 {
		out = append(out, capability{"Comments", "at most " + strconv.Itoa(i.Note.Max) + " characters"})
	}
	if i.Quota > 0 {
		out = append(out, capability{"Rules in a group", strconv.Itoa(i.Quota) + " for each direction and family; more go into further groups"})
	}
	if n := i.Numbers; n.Step > 0 && n.Last > 0 {
		out = append(out, capability{"Positions", strconv.Itoa(n.First) + " to " + strconv.Itoa(n.Last)})
	}
	return out
}

func portLimit(i *policy.Info) string {
	switch {
	case i.MaxPorts == 0:
		return "any number of ports and ranges"
	case i.MaxPorts == 1:
		return "one port or range"
	case i.RangeSlots > 1:
		return strconv.Itoa(i.MaxPorts) + ", a range counting " + strconv.Itoa(i.RangeSlots)
	}
	return strconv.Itoa(i.MaxPorts) + " ports or ranges"
}

func transports(i *policy.Info) string {
	var out []string
	switch {
	case i.NoICMP:
	case i.NoICMPv6:
		out = append(out, "ICMP of IPv4")
	case i.NoICMPType:
		out = append(out, "ICMP without its types")
	default:
		out = append(out, "ICMP")
	}
	for _, t := range i.Transports {
		out = append(out, strings.ToUpper(t.String()))
	}
	if i.AnyProtocol {
		out = append(out, "any IP protocol by number")
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(slices.Compact(out), ", ")
}
