package netfilter

import (
	"net/netip"

	"portolan/generator/policy"
)

// nftTranslations writes the chain that sends what comes for a public address
// to the real one.
func nftTranslations(p *policy.Printer, l *policy.Lowered, in string) {
	if len(l.Translations) == 0 {
		return
	}
	p.Line()
	p.Line(in, "\tchain prerouting {")
	p.Line(in, "\t\ttype nat hook prerouting priority dstnat; policy accept;")
	for _, t := range l.Translations {
		word := ipword[familyOf(t.Real)]
		p.Line(in, "\t\t", word, " daddr ", t.Public.String(), " dnat ", word, " to ", t.Real.String(), " comment \"", t.Name, "\"")
	}
	p.Line(in, "\t}")
}

// translations are those of one tool's family.
func (t tool) translations(l *policy.Lowered) (out []policy.Translation) {
	for _, x := range l.Translations {
		if familyOf(x.Real) == t.family {
			out = append(out, x)
		}
	}
	return out
}

// translate writes the rules of one tool that send what comes for a public
// address to the real one.
func (s script) translate(p *policy.Printer, l *policy.Lowered, t tool) {
	list := t.translations(l)
	if len(list) == 0 {
		return
	}
	p.Line("\techo '*nat'")
	p.Line("\techo ':", l.ID, "-n - [0:0]'")
	for _, x := range list {
		p.Line("\tadd ", l.ID, "-n '-d ", x.Public.String(), "' '", x.Name, "' 'DNAT --to-destination ", x.Real.String(), "'")
	}
	p.Line("\techo COMMIT")
}

// translates tells whether a script has a chain of translations.
func (s script) translates(l *policy.Lowered) bool {
	for _, t := range s.tools {
		if len(t.translations(l)) > 0 {
			return true
		}
	}
	return false
}

func familyOf(a netip.Addr) policy.Family {
	if a.Is4() {
		return policy.IPv4
	}
	return policy.IPv6
}

// How a script speaks to its tool, of its own chain in CHAIN.
const (
	ask = `# ask ARGUMENTS: the tool itself.
ask() { "$TOOL" -w "$@"; }

`
	askTables = `# ask ARGUMENTS: the tool itself, in the table of the chain at hand.
ask() {
	case $CHAIN in
	PREROUTING:*) "$TOOL" -w -t nat "$@" ;;
	*) "$TOOL" -w "$@" ;;
	esac
}

`
)
