#!/bin/sh
# Example: ufw rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh ufw-host.sh check
# Load: sh ufw-host.sh  (can be repeated; after a change, remove first with the file as it was)
# Load: Once, if ufw is off: allow your own remote access, then ufw enable.
# Remove: sh ufw-host.sh remove
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
# NOT HERE: ping: it cannot name icmp.
set -eu

# Partners, IPv4.
# Placeholder: put the addresses here.
partners='192.0.2.0/28 198.51.100.7'

# Staff, IPv4.
staff='10.1.0.0/16'

# Partners, IPv6.
# Placeholder: put the addresses here.
partners_v6='2001:db8::/64'

# Staff, IPv6.
staff_v6='fd00:1::/48'

ID=portolan-example-host

# add NOTE RULE...: a rule with our comment. One that is there without a comment
# stays as it is: ufw would give it ours, and remove would take it away.
add() {
	NOTE=$1
	shift
	[ "$(LC_ALL=C ufw --dry-run "$@" | grep -cv '^Skipping adding existing rule')" = 0 ] || ufw "$@" comment "$ID: $NOTE"
}

rules() {
	for S in $partners $staff; do add 'FTPS: transfer' allow in proto tcp from "$S" to any port 443,990,28000:30000; done
	for S in $partners_v6 $staff_v6; do add 'FTPS: transfer' allow in proto tcp from "$S" to any port 443,990,28000:30000; done
	add 'FTPS: quic' allow in proto udp from any to any port 443
	for D in $partners; do add 'FTPS: active' allow out proto tcp from any port 20 to "$D" port 1024:65535; done
	for D in $partners_v6; do add 'FTPS: active' allow out proto tcp from any port 20 to "$D" port 1024:65535; done
	add 'FTPS: smb' deny in proto tcp from any to any port 445
}

check() {
	add() {
		shift
		ufw --dry-run "$@" >/dev/null
	}
	rules
}

# Deletes what has our comment, as ufw itself lists it.
clear() {
	ufw show added | while read -r WORD RULE; do
		[ "$WORD" = ufw ] || continue
		case $RULE in *" comment '$ID: "*) ;; *) continue ;; esac
		RULE=${RULE%% comment *}
		case $RULE in
		route\ *) ufw route delete ${RULE#route } ;;
		*) ufw delete $RULE ;;
		esac </dev/null
	done
}

load() { rules; }

remove() { clear; }

case ${1-load} in
load) load ;;
check) check ;;
remove) remove ;;
*)
	echo "usage: $0 [load | check | remove]" >&2
	exit 2
	;;
esac
