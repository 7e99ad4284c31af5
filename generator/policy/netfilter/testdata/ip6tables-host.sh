#!/bin/sh
# Example: ip6tables rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh ip6tables-host.sh check
# Load: sh ip6tables-host.sh  (can be repeated)
# Load: For every start, run it once the network is up, or save all rules with netfilter-persistent or iptables-services.
# Remove: sh ip6tables-host.sh remove
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
set -eu

# Partners, IPv6.
# Placeholder: put the addresses here.
partners='2001:db8::/64'

# Staff, IPv6.
staff='fd00:1::/48'

TOOLS='ip6tables'
CHAINS='INPUT:portolan-example-host-i OUTPUT:portolan-example-host-o'

# add CHAIN MATCH NOTE TARGET: a rule, as iptables-restore reads it.
add() { echo "-A $1 $2 -m comment --comment \"$3\" -j $4"; }

rules_ip6tables() {
	echo '*filter'
	echo ':portolan-example-host-i - [0:0]'
	echo ':portolan-example-host-o - [0:0]'
	for S in $partners $staff; do add portolan-example-host-i "-s $S -p tcp -m multiport --dports 443,990,28000:30000" 'FTPS: transfer' ACCEPT; done
	add portolan-example-host-i "-p udp --dport 443" 'FTPS: quic' ACCEPT
	echo '-A portolan-example-host-i -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
	echo '-A portolan-example-host-i -i lo -j RETURN'
	add portolan-example-host-i "-p tcp --dport 445" 'FTPS: smb' DROP
	for D in $partners; do add portolan-example-host-o "-d $D -p tcp --sport 20 --dport 1024:65535" 'FTPS: active' ACCEPT; done
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
