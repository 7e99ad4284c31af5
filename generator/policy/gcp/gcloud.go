package gcp

import (
	"strconv"

	"portolan/generator/policy"
)

type gcloud struct{}

func (gcloud) Info() *policy.Info {
	i := info()
	i.ID, i.Title, i.Language, i.Ext = "gcp-gcloud", "Google Cloud firewall rules, gcloud", "sh", "sh"
	i.Proof = []string{"ShellCheck", policy.OwnReader}
	i.Check = []policy.Step{{Text: "shows the commands, runs none", Command: "sh {file} check"}}
	i.Load = []policy.Step{{Command: "sh {file}"}}
	i.Remove = []policy.Step{{Command: "sh {file} remove"}}
	i.Facts = append(i.Facts, "The script makes its rules or brings them up to date, by name; before a file that lists fewer, remove with the older one.")
	i.Documents = append(i.Documents,
		policy.Document{Title: "gcloud compute firewall-rules create", URL: "https://cloud.google.com/sdk/gcloud/reference/compute/firewall-rules/create"},
		policy.Document{Title: "gcloud compute firewall-rules update", URL: "https://cloud.google.com/sdk/gcloud/reference/compute/firewall-rules/update"})
	return &i
}

func (gcloud) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("#!/bin/sh")
	p.Head("#", l.Head)
	p.Line("set -eu")
	p.Line()
	p.Line("# The VPC network that the machine is in")
	p.Line("NETWORK='default'")
	p.Line("# The tag of the machines that the rules are for")
	p.Line("TAG='", l.ID, "'")
	p.Line()
	for _, s := range l.Sets {
		p.Line("# ", about(s))
		p.Text(variable(s), "='")
		for i, x := range s.Prefixes() {
			if i > 0 {
				p.Text(",")
			}
			p.Text(x.String())
		}
		p.Line("'")
	}
	p.Text(script)
	p.Line()
	for _, e := range l.Entries {
		verdict := "ALLOW"
		if e.Action == policy.Block {
			verdict = "DENY"
		}
		p.Text("rule ", e.Name, " ", way(e.Direction), " ", verdict, " ", strconv.Itoa(e.Number), " ")
		services(p, e)
		addresses(p, e)
		p.Line(" '", e.Note, "' ", logging(e.Log))
		p.Entry(e)
	}
	if l.Deny != nil {
		for _, d := range directions {
			for _, v6 := range families {
				p.Line("rule ", l.Prefix, rest(d, v6), " ", way(d), " DENY ", last, " all ", everywhere(v6), " 'Everything else' ", logging(l.Deny.Log))
			}
		}
	}
	return nil
}

func logging(on bool) string {
	if on {
		return "enable-logging"
	}
	return "no-enable-logging"
}

// services writes the protocol with its ports as one word.
func services(p *policy.Printer, e *policy.Entry) {
	name := protocol(e.Transport)
	if len(e.Ports) == 0 {
		p.Text(name, " ")
		return
	}
	for i, x := range e.Ports {
		if i > 0 {
			p.Text(",")
		}
		p.Text(name, ":", spell(x))
	}
	p.Text(" ")
}

func addresses(p *policy.Printer, e *policy.Entry) {
	side := peer(e)
	if side.Any {
		p.Text(everywhere(e.Family == policy.IPv6))
		return
	}
	p.Text(`"`)
	for i, s := range side.Sets {
		if i > 0 {
			p.Text(",")
		}
		p.Text("$", variable(s))
	}
	p.Text(`"`)
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
		"$@" --quiet
	fi
}

# there tells whether a rule is there; a check asks nobody.
there() {
	[ "$MODE" != check ] && gcloud compute firewall-rules describe "$1" --format none >/dev/null 2>&1
}

# rule NAME DIRECTION ACTION PRIORITY PROTOCOLS ADDRESSES NOTE LOGGING
rule() {
	if [ "$MODE" = remove ]; then
		if there "$1"; then
			run gcloud compute firewall-rules delete "$1"
		fi
		return
	fi
	case ",$6," in
	*,,*)
		echo "$1: no address" >&2
		exit 1
		;;
	esac
	ends=source-ranges
	[ "$2" = INGRESS ] || ends=destination-ranges
	if there "$1"; then
		run gcloud compute firewall-rules update "$1" --priority "$4" --rules "$5" "--$ends" "$6" \
			--target-tags "$TAG" --description "$7" "--$8"
	else
		run gcloud compute firewall-rules create "$1" --network "$NETWORK" --direction "$2" --action "$3" --priority "$4" --rules "$5" "--$ends" "$6" \
			--target-tags "$TAG" --description "$7" "--$8"
	fi
}
`
