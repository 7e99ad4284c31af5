#!/bin/sh
# Example: AWS security group, AWS CLI rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh aws-cli-host.sh check  (asks AWS nothing)
# Load: sh aws-cli-host.sh
# Remove: sh aws-cli-host.sh remove  (detach the group from all machines first)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Once loaded, what comes in and is not listed is denied: this platform knows no other way. Of
# what goes out nothing is listed: the default of the platform holds.
# NOT HERE: active: it cannot match the source port tcp/20, and any source port would open more.
# NOT HERE: smb: it cannot forbid, and what no rule allows is left to its default.
set -eu

# The VPC that the machine is in; empty: the default one.
VPC_ID=''

# Partners, IPv4. Placeholder: put the addresses here.
partners_addresses='192.0.2.0/28 198.51.100.7/32'
# Staff, IPv4
staff_addresses='10.1.0.0/16'
# Partners, IPv6. Placeholder: put the addresses here.
partners_v6_addresses='2001:db8::/64'
# Staff, IPv6
staff_v6_addresses='fd00:1::/48'

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

begin 'portolan-example-host' 'Example, Server'
allow ingress tcp 443 443 "$partners_addresses" 'FTPS: transfer'
allow ingress tcp 443 443 "$staff_addresses" 'FTPS: transfer'
allow ingress tcp 443 443 "$partners_v6_addresses" 'FTPS: transfer'
allow ingress tcp 443 443 "$staff_v6_addresses" 'FTPS: transfer'
allow ingress tcp 990 990 "$partners_addresses" 'FTPS: transfer'
allow ingress tcp 990 990 "$staff_addresses" 'FTPS: transfer'
allow ingress tcp 990 990 "$partners_v6_addresses" 'FTPS: transfer'
allow ingress tcp 990 990 "$staff_v6_addresses" 'FTPS: transfer'
allow ingress tcp 28000 30000 "$partners_addresses" 'FTPS: transfer'
allow ingress tcp 28000 30000 "$staff_addresses" 'FTPS: transfer'
allow ingress tcp 28000 30000 "$partners_v6_addresses" 'FTPS: transfer'
allow ingress tcp 28000 30000 "$staff_v6_addresses" 'FTPS: transfer'
allow ingress udp 443 443 0.0.0.0/0 'FTPS: quic'
allow ingress udp 443 443 ::/0 'FTPS: quic'
allow ingress icmp 8 -1 "$staff_addresses" 'FTPS: ping'
finish
