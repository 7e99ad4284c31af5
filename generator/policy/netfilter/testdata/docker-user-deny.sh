#!/bin/sh
# Example: Docker (DOCKER-USER) rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh docker-user-host.sh check
# Load: sh docker-user-host.sh  (can be repeated; Docker has to run, and keeps the rules when it starts again)
# Remove: sh docker-user-host.sh remove
# Undo: sh docker-user-host.sh confirm  (the rules go away five minutes after loading, unless you run this)
# Undo: sh docker-user-host.sh load confirm  (loads without a way back)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is denied, your own remote access included unless it is listed.
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

# How long the rules stay unless they are confirmed.
MINUTES=5
TOOLS='iptables ip6tables'
CHAINS='DOCKER-USER:portolan-example-host-f'

# add CHAIN MATCH NOTE TARGET: a rule, as iptables-restore reads it.
add() { echo "-A $1 $2 -m comment --comment \"$3\" -j $4"; }

rules_iptables() {
	echo '*filter'
	echo ':portolan-example-host-f - [0:0]'
	echo '-A portolan-example-host-f -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
	echo '-A portolan-example-host-f -p icmp --icmp-type 3 -j RETURN'
	echo '-A portolan-example-host-f -p icmp --icmp-type 11 -j RETURN'
	echo '-A portolan-example-host-f -p icmp --icmp-type 12 -j RETURN'
	for S in $partners $staff; do for D in $server; do add portolan-example-host-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 443" 'FTPS: transfer' RETURN; done; done
	for S in $partners $staff; do for D in $server; do add portolan-example-host-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 990" 'FTPS: transfer' RETURN; done; done
	for S in $partners $staff; do for D in $server; do add portolan-example-host-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 28000:30000" 'FTPS: transfer' RETURN; done; done
	for D in $server; do add portolan-example-host-f "-d $D -p udp -m conntrack --ctdir ORIGINAL --ctorigdstport 443" 'FTPS: quic' RETURN; done
	for S in $staff; do for D in $server; do add portolan-example-host-f "-s $S -d $D -p icmp --icmp-type 8" 'FTPS: ping' RETURN; done; done
	for S in $server; do for D in $partners; do add portolan-example-host-f "-s $S -d $D -p tcp --sport 20 -m conntrack --ctdir ORIGINAL --ctorigdstport 1024:65535" 'FTPS: active' RETURN; done; done
	for D in $server; do add portolan-example-host-f "-d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 445" 'FTPS: smb' 'LOG --log-prefix "portolan-example-host "'; add portolan-example-host-f "-d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 445" 'FTPS: smb' DROP; done
	echo '-A portolan-example-host-f -m limit --limit 10/second -j LOG --log-prefix "portolan-example-host "'
	echo '-A portolan-example-host-f -j DROP'
	echo COMMIT
}

rules_ip6tables() {
	echo '*filter'
	echo ':portolan-example-host-f - [0:0]'
	echo '-A portolan-example-host-f -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
	echo '-A portolan-example-host-f -p ipv6-icmp --icmpv6-type 1 -j RETURN'
	echo '-A portolan-example-host-f -p ipv6-icmp --icmpv6-type 2 -j RETURN'
	echo '-A portolan-example-host-f -p ipv6-icmp --icmpv6-type 3 -j RETURN'
	echo '-A portolan-example-host-f -p ipv6-icmp --icmpv6-type 4 -j RETURN'
	for S in $partners_v6 $staff_v6; do for D in $server_v6; do add portolan-example-host-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 443" 'FTPS: transfer' RETURN; done; done
	for S in $partners_v6 $staff_v6; do for D in $server_v6; do add portolan-example-host-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 990" 'FTPS: transfer' RETURN; done; done
	for S in $partners_v6 $staff_v6; do for D in $server_v6; do add portolan-example-host-f "-s $S -d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 28000:30000" 'FTPS: transfer' RETURN; done; done
	for D in $server_v6; do add portolan-example-host-f "-d $D -p udp -m conntrack --ctdir ORIGINAL --ctorigdstport 443" 'FTPS: quic' RETURN; done
	for S in $server_v6; do for D in $partners_v6; do add portolan-example-host-f "-s $S -d $D -p tcp --sport 20 -m conntrack --ctdir ORIGINAL --ctorigdstport 1024:65535" 'FTPS: active' RETURN; done; done
	for D in $server_v6; do add portolan-example-host-f "-d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 445" 'FTPS: smb' 'LOG --log-prefix "portolan-example-host "'; add portolan-example-host-f "-d $D -p tcp -m conntrack --ctdir ORIGINAL --ctorigdstport 445" 'FTPS: smb' DROP; done
	echo '-A portolan-example-host-f -m limit --limit 10/second -j LOG --log-prefix "portolan-example-host "'
	echo '-A portolan-example-host-f -j DROP'
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

UNDO=/run/portolan-example-host-iptables.undo

# Takes the rules away again unless somebody confirms them in time.
back() {
	trap '' HUP INT
	sleep $((MINUTES * 60))
	[ "$(cat "$UNDO" 2>/dev/null)" = $$ ] || return 0
	rm -f "$UNDO"
	each leave
}

case ${1-load}:${2-} in
load:)
	load
	echo $$ >"$UNDO"
	{ back; } </dev/null >/dev/null 2>&1 & # in braces, or dash keeps the terminal or pipe open
	echo "In $MINUTES minutes the rules go away again, unless you run: sh $0 confirm"
	;;
load:confirm)
	load
	rm -f "$UNDO"
	;;
confirm:) rm -f "$UNDO" ;;
check:) restore --test ;;
remove:)
	rm -f "$UNDO"
	each leave
	;;
*)
	echo "usage: $0 [load [confirm] | confirm | check | remove]" >&2
	exit 2
	;;
esac
