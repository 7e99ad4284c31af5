package azure

import (
	"strconv"

	"portolan/generator/policy"
)

type cli struct{}

func (cli) Info() *policy.Info {
	i := info()
	i.ID, i.Title, i.Language, i.Ext = "azure-cli", "Azure network security group, Azure CLI", "sh", "sh"
	i.Proof = []string{"ShellCheck", policy.OwnReader}
	i.Check = []policy.Step{{Text: "shows the commands, runs none", Command: "sh {file} check"}}
	i.Load = []policy.Step{{Text: "with RESOURCE_GROUP in it filled in", Command: "sh {file}"}}
	i.Remove = []policy.Step{{Text: "detach the group first", Command: "sh {file} remove"}}
	i.Facts = append(i.Facts, "The script makes its rules or brings them up to date, by name; before a file that lists fewer, remove with the older one.")
	i.Documents = append(i.Documents,
		policy.Document{Title: "Azure CLI: az network nsg rule", URL: "https://learn.microsoft.com/cli/azure/network/nsg/rule"})
	return &i
}

func (cli) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("#!/bin/sh")
	p.Head("#", l.Head)
	p.Line("set -euf")
	p.Line()
	p.Line("# The resource group that the network is in")
	p.Line("RESOURCE_GROUP='rg-network'")
	p.Line("# The network security group to add the rules to; it is made if there is none.")
	p.Line("GROUP='", l.ID, "'")
	p.Line("OWN='", l.ID, "'")
	p.Line()
	for _, s := range l.Sets {
		p.Line("# ", about(s))
		p.Text(variable(s), "='")
		for i, x := range s.Prefixes() {
			if i > 0 {
				p.Text(" ")
			}
			p.Text(x.String())
		}
		p.Line("'")
	}
	p.Text(script)
	p.Line()
	var buf [2]written
	for _, e := range l.Entries {
		for _, w := range ways(e, &buf) {
			p.Text("rule ", w.name, " ", w.direction, " ", strconv.Itoa(e.Number), " ", access(e.Action), " '", protocol(e.Transport), "' ")
			words(p, e, e.From)
			numbers(p, e.SourcePorts)
			words(p, e, e.To)
			numbers(p, e.Ports)
			p.Line("'", e.Note, "'")
		}
		p.Entry(e)
	}
	if l.Deny != nil {
		p.Line("rule ", l.Prefix, "deny-in Inbound ", last, " Deny '*' '*' '*' '*' '*' 'Everything else'")
		p.Line("rule ", l.Prefix, "deny-out Outbound ", last, " Deny '*' '*' '*' '*' '*' 'Everything else'")
	}
	p.Line("finish")
	return nil
}

// words writes the addresses of a side as one word of the shell.
func words(p *policy.Printer, e *policy.Entry, s policy.Side) {
	if len(s.Sets) == 0 {
		p.Text("'")
		for i, x := range every(e, s) {
			if i > 0 {
				p.Text(" ")
			}
			p.Text(x)
		}
		p.Text("' ")
		return
	}
	p.Text(`"`)
	for i, x := range s.Sets {
		if i > 0 {
			p.Text(" ")
		}
		p.Text("$", variable(x))
	}
	p.Text(`" `)
}

func numbers(p *policy.Printer, list []policy.Ports) {
	if len(list) == 0 {
		p.Text("'*' ")
		return
	}
	p.Text("'")
	for i, x := range list {
		if i > 0 {
			p.Text(" ")
		}
		p.Text(spell(x))
	}
	p.Text("' ")
}

// script is what every file does with its rules.
const script = `
MODE=${1:-apply}

case $MODE in
apply | check | remove) ;;
*)
	echo "use: sh $0 [apply | check | remove]" >&2
	exit 2
	;;
esac

# run runs a command, or shows it.
run() {
	if [ "$MODE" = check ]; then
		printf '%s\n' "$*"
	else
		"$@" --output none
	fi
}

if [ "$MODE" = check ]; then
	run az network nsg create --resource-group "$RESOURCE_GROUP" --name "$GROUP"
elif ! az network nsg show --resource-group "$RESOURCE_GROUP" --name "$GROUP" --output none 2>/dev/null; then
	[ "$MODE" = apply ] || exit 0
	run az network nsg create --resource-group "$RESOURCE_GROUP" --name "$GROUP"
fi

# rule NAME DIRECTION PRIORITY ACCESS PROTOCOL SOURCES SOURCE-PORTS DESTINATIONS PORTS NOTE
rule() {
	name=$1
	shift
	if [ "$MODE" = remove ]; then
		run az network nsg rule delete --resource-group "$RESOURCE_GROUP" --nsg-name "$GROUP" --name "$name"
		return
	fi
	if [ -z "$5" ] || [ -z "$7" ]; then
		echo "$name: no address" >&2
		exit 1
	fi
	# shellcheck disable=SC2086 # addresses and ports are lists, and set -f keeps the stars
	run az network nsg rule create --resource-group "$RESOURCE_GROUP" --nsg-name "$GROUP" --name "$name" \
		--direction "$1" --priority "$2" --access "$3" --protocol "$4" \
		--source-address-prefixes $5 --source-port-ranges $6 \
		--destination-address-prefixes $7 --destination-port-ranges $8 --description "$9"
}

# finish removes the group, where it is the script's own.
finish() {
	if [ "$MODE" = remove ] && [ "$GROUP" = "$OWN" ]; then
		run az network nsg delete --resource-group "$RESOURCE_GROUP" --name "$GROUP"
	fi
}
`
