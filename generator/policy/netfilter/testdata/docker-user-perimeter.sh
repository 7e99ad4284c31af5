#!/bin/sh
# Example: Docker (DOCKER-USER) rules, Firewall between the zones
# Made by portolan from products/example, data version 1
#
# Check: sh docker-user-perimeter.sh check
# Load: sh docker-user-perimeter.sh  (can be repeated; Docker has to run, and keeps the rules when it starts again)
# Remove: sh docker-user-perimeter.sh remove
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
# Docker has translated addresses before these rules see them: where roles of the product itself
# stand below, put the addresses of its containers (docker network inspect).
set -eu

# Partners, IPv4.
# Placeholder: put the addresses here.
partners='192.0.2.0/28 198.51.100.7'

# Staff, IPv4.
staff='10.1.0.0/16'

# Server, IPv4.
server='203.0.113.10'

# Partners, IPv6.
# Placeholder: put the addresses here.
partners_v6='2001:db8::/64'

# Staff, IPv6.
staff_v6='fd00:1::/48'

# Server, IPv6.
server_v6='2001:db8:1::10'

TOOLS='iptables ip6tables'
CHAINS='DOCKER-USER:portolan-example-perimeter-f'

# add CHAIN MATCH NOTE TARGET: a rule, as iptables-restore reads it.
add() { echo "-A $1 $2 -m comment --comment \"$3\" -j $4"; }

rules_iptables() {
	echo '*filter'
	echo ':portolan-example-perimeter-f - [0:0]'
	for S in $partners $staff; do for D in $server; do add portolan-example-perimeter-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 443" 'FTPS: transfer' RETURN; done; done
	for S in $partners $staff; do for D in $server; do add portolan-example-perimeter-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 990" 'FTPS: transfer' RETURN; done; done
	for S in $partners $staff; do for D in $server; do add portolan-example-perimeter-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 28000:30000" 'FTPS: transfer' RETURN; done; done
	for D in $server; do add portolan-example-perimeter-f "-d $D -p udp -m conntrack --ctdir ORIGINAL --ctorigdstport 443" 'FTPS: quic' RETURN; done
	for S in $staff; do for D in $server; do add portolan-example-perimeter-f "-s $S -d $D -p icmp --icmp-type 8" 'FTPS: ping' RETURN; done; done
	for S in $server; do for D in $partners; do add portolan-example-perimeter-f "-s $S -d $D -p tcp --sport 20 -m conntrack --ctdir ORIGINAL --ctorigdstport 1024:65535" 'FTPS: active' RETURN; done; done
	echo '-A portolan-example-perimeter-f -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
	for D in $server; do add portolan-example-perimeter-f "-d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 445" 'FTPS: smb' DROP; done
	echo COMMIT
}

rules_ip6tables() {
	echo '*filter'
	echo ':portolan-example-perimeter-f - [0:0]'
	for S in $partners_v6 $staff_v6; do for D in $server_v6; do add portolan-example-perimeter-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 443" 'FTPS: transfer' RETURN; done; done
	for S in $partners_v6 $staff_v6; do for D in $server_v6; do add portolan-example-perimeter-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 990" 'FTPS: transfer' RETURN; done; done
	for S in $partners_v6 $staff_v6; do for D in $server_v6; do add portolan-example-perimeter-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 28000:30000" 'FTPS: transfer' RETURN; done; done
	for D in $server_v6; do add portolan-example-perimeter-f "-d $D -p udp -m conntrack --ctdir ORIGINAL --ctorigdstport 443" 'FTPS: quic' RETURN; done
	for S in $server_v6; do for D in $partners_v6; do add portolan-example-perimeter-f "-s $S -d $D -p tcp --sport 20 -m conntrack --ctdir ORIGINAL --ctorigdstport 1024:65535" 'FTPS: active' RETURN; done; done
	echo '-A portolan-example-perimeter-f -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
	for D in $server_v6; do add portolan-example-perimeter-f "-d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 445" 'FTPS: smb' DROP; done
	echo COMMIT
}

# ask ARGUMENTS: the tool itself.
ask() { "$TOOL" -w "$@"; }

# What follows hangs the chains where packets pass, or takes them away.
each() {
	for TOOL in $TOOLS; do
		for CHAIN in $CHAINS; do "$@" "${CHAIN%%:*}" "${CHAIN#*:}"; done
	done
}

known() { ask -n -L "$1" >/dev/null; }

enter() { ask -C "$1" -j "$2" 2>/dev/null || ask -I "$1" -j "$2"; }

leave() {
	while ask -C "$1" -j "$2" 2>/dev/null; do ask -D "$1" -j "$2"; done
	ask -F "$2" 2>/dev/null || return 0
	ask -X "$2"
}

restore() { for TOOL in $TOOLS; do "rules_$TOOL" | "$TOOL-restore" -w --noflush "$@"; done; }

load() {
	each known
	restore
	each enter
}

case ${1-load} in
load) load ;;
check) restore --test ;;
remove) each leave ;;
*)
	echo "usage: $0 [load | check | remove]" >&2
	exit 2
	;;
esac
