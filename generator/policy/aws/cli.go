package aws

import (
	"net/netip"
	"strconv"

	"portolan/generator/policy"
)

// cli compares the rules that a group has with those that it should have,
// and changes the difference: a second run changes nothing, and no rule that
// stays is gone in between.
type cli struct{}

func (cli) Info() *policy.Info {
	i := info()
	i.ID, i.Title, i.Language, i.Ext = "aws-cli", "AWS security group, AWS CLI", "sh", "sh"
	i.Proof = []string{"ShellCheck; each command by the AWS CLI, without sending it", policy.OwnReader}
	i.Name = policy.Name{Max: 240}
	i.Check = []policy.Step{{Text: "asks AWS nothing", Command: "sh {file} check"}}
	i.Load = []policy.Step{{Command: "sh {file}"}}
	i.Remove = []policy.Step{{Text: "detach the group from all machines first", Command: "sh {file} remove"}}
	i.Facts = append(i.Facts, "The script makes the group exactly what is listed: rules added to it by hand are taken out again.")
	i.Documents = append(i.Documents,
		policy.Document{Title: "AWS CLI: authorize-security-group-ingress", URL: "https://docs.aws.amazon.com/cli/latest/reference/ec2/authorize-security-group-ingress.html"},
		policy.Document{Title: "AWS CLI: describe-security-group-rules", URL: "https://docs.aws.amazon.com/cli/latest/reference/ec2/describe-security-group-rules.html"})
	return &i
}

func (cli) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("#!/bin/sh")
	p.Head("#", l.Head)
	p.Line("set -eu")
	p.Line()
	p.Line("# The VPC that the machine is in; empty: the default one.")
	p.Line("VPC_ID=''")
	p.Line()
	for _, s := range l.Sets {
		p.Line("# ", about(s))
		p.Text(variable(s), "='")
		list(p, s.Prefixes())
		p.Line("'")
	}
	p.Text(script)
	for g := range l.Groups {
		p.Line()
		p.Line("begin '", l.ID, groupSuffix(g), "' '", description(l), "'")
		for _, e := range l.Entries {
			if e.Group != g {
				continue
			}
			from, to := ports(e)
			p.Text("allow ", way(e.Direction), " ", protocol(e.Transport), " ", from, " ", to, " ")
			if side := peer(e); side.Any {
				p.Text(everywhere(e.Family == policy.IPv6))
			} else {
				p.Text(`"$`, variable(side.Sets[0]), `"`)
			}
			p.Line(" '", e.Note, "'")
			p.Entry(e)
		}
		if g == 0 && l.Deny != nil {
			for _, d := range directions {
				for _, v6 := range families {
					for _, t := range policy.KeptICMP(v6, l.At.Kind) {
						p.Line("allow ", way(d), " ", protocol(icmp(v6)), " ", strconv.Itoa(int(t)), " -1 ", everywhere(v6), " '", kept, "'")
					}
				}
			}
		}
		p.Line("finish")
	}
	return nil
}

func list(p *policy.Printer, prefixes []netip.Prefix) {
	for i, x := range prefixes {
		if i > 0 {
			p.Text(" ")
		}
		p.Text(x.String())
	}
}

func groupSuffix(g int) string {
	if g == 0 {
		return ""
	}
	return "-" + strconv.Itoa(g+1)
}

// script is what every file does with its groups.
const script = `
MODE=${1:-apply}
NL='
'

case $MODE in
apply | check | remove) ;;
*)
	echo "use: sh $0 [apply | check | remove]" >&2
	exit 2
	;;
esac

# begin NAME DESCRIPTION: what follows is of this group.
begin() {
	GROUP=$1
	DESCRIPTION=$2
	WANTED=$NL
	HAVE=$NL
}

# allow DIRECTION PROTOCOL FROM TO ADDRESSES NOTE
allow() {
	if [ -z "$5" ]; then
		echo "$GROUP: no address for: $6" >&2
		exit 1
	fi
	for address in $5; do
		case $WANTED in
		*"$NL$1 $2 $3 $4 $address|"*) ;;
		*) WANTED="$WANTED$1 $2 $3 $4 $address|$6$NL" ;;
		esac
	done
}

# group prints the id of our group, or None.
group() {
	aws ec2 describe-security-groups --filters "Name=group-name,Values=$GROUP" "Name=vpc-id,Values=$VPC_ID" \
		--query 'SecurityGroups[0].GroupId' --output text
}

# permissions DIRECTION prints the wanted rules that the group lacks, as JSON.
permissions() {
	comma=''
	printf '['
	while read -r direction protocol from to rest; do
		[ "$direction" = "$1" ] || continue
		address=${rest%%|*}
		case $HAVE in
		*"$NL$direction $protocol $from $to $address$NL"*) continue ;;
		esac
		case $protocol in
		tcp | udp | icmp | icmpv6) range="\"FromPort\":$from,\"ToPort\":$to," ;;
		*) range='' ;;
		esac
		case $address in
		*:*) kind=Ipv6Ranges cidr=CidrIpv6 ;;
		*) kind=IpRanges cidr=CidrIp ;;
		esac
		printf '%s{"IpProtocol":"%s",%s"%s":[{"%s":"%s","Description":"%s"}]}' \
			"$comma" "$protocol" "$range" "$kind" "$cidr" "$address" "${rest#*|}"
		comma=,
	done <<END
$WANTED
END
	printf ']'
}

# authorize DIRECTION GROUP-ID [OPTION...]: adds what is lacking.
authorize() {
	direction=$1 id=$2
	shift 2
	lacking=$(permissions "$direction")
	[ "$lacking" = '[]' ] || aws ec2 "authorize-security-group-$direction" --group-id "$id" --ip-permissions "$lacking" "$@" >/dev/null
}

# revoke GROUP-ID: takes out what is not wanted, and notes what stays.
revoke() {
	rules=$(aws ec2 describe-security-group-rules --filters "Name=group-id,Values=$1" \
		--query 'SecurityGroupRules[].[SecurityGroupRuleId,IsEgress,IpProtocol,FromPort,ToPort,CidrIpv4||CidrIpv6]' --output text)
	while read -r rule egress protocol from to address; do
		[ -n "$rule" ] || continue
		direction=ingress
		[ "$egress" != True ] || direction=egress
		case $WANTED in
		*"$NL$direction $protocol $from $to $address|"*) HAVE="$HAVE$direction $protocol $from $to $address$NL" ;;
		*) aws ec2 "revoke-security-group-$direction" --group-id "$1" --security-group-rule-ids "$rule" </dev/null >/dev/null ;;
		esac
	done <<END
$rules
END
}

# finish does with the group what was asked for.
finish() {
	if [ "$MODE" = check ]; then
		printf '%s:%s' "$GROUP" "$WANTED"
		authorize ingress sg-00000000 --region us-east-1 --generate-cli-skeleton output
		authorize egress sg-00000000 --region us-east-1 --generate-cli-skeleton output
		return
	fi
	if [ -z "$VPC_ID" ]; then
		VPC_ID=$(aws ec2 describe-vpcs --filters Name=is-default,Values=true --query 'Vpcs[0].VpcId' --output text)
	fi
	group_id=$(group)
	if [ "$MODE" = remove ]; then
		[ "$group_id" = None ] || aws ec2 delete-security-group --group-id "$group_id" >/dev/null
		return
	fi
	if [ "$group_id" = None ]; then
		group_id=$(aws ec2 create-security-group --group-name "$GROUP" --description "$DESCRIPTION" --vpc-id "$VPC_ID" \
			--query GroupId --output text)
	fi
	revoke "$group_id"
	authorize ingress "$group_id"
	authorize egress "$group_id"
	echo "$GROUP: $group_id"
}
`
