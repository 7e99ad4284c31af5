#!/bin/sh
# Example: ipfw rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh ipfw-host.sh check
# Load: sh ipfw-host.sh  (can be repeated)
# Load: For every start, run it from the file that firewall_script names in /etc/rc.conf.
# Remove: sh ipfw-host.sh remove
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
set -eu

# Partners.
# Placeholder: put the addresses here.
partners='192.0.2.0/28 198.51.100.7 2001:db8::/64'

# Staff.
staff='10.1.0.0/16 fd00:1::/48'

# The rules' own set, 1 to 30: no other file may have it.
SET=17
TABLES='portolan-example-host-partners portolan-example-host-staff'

add() {
	NUMBER=$1
	shift
	ipfw -q add "$NUMBER" set "$SET" "$@"
}

new_table() {
	TABLE=$1
	shift
	ipfw -q table "$TABLE" create type addr
	for A; do ipfw -q table "$TABLE" add "$A"; done
}

rules() {
	new_table portolan-example-host-partners $partners
	new_table portolan-example-host-staff $staff
	add 2000 check-state
	add 2010 allow tcp from 'table(portolan-example-host-partners)' to any 443,990,28000-30000 in setup keep-state // 'FTPS: transfer'
	add 2020 allow tcp from 'table(portolan-example-host-staff)' to any 443,990,28000-30000 in setup keep-state // 'FTPS: transfer'
	add 2030 allow udp from any to any 443 in keep-state // 'FTPS: quic'
	add 2040 allow icmp from 'table(portolan-example-host-staff)' to any in icmptypes 8 keep-state // 'FTPS: ping'
	add 2010 allow tcp from any 20 to 'table(portolan-example-host-partners)' 1024-65535 out setup keep-state // 'FTPS: active'
	add 2050 deny tcp from any to any 445 in setup // 'FTPS: smb'
}

check() {
	ipfw() { command ipfw -n "$@" >/dev/null; }
	rules
}

clear() {
	ipfw -q delete set "$SET" 2>/dev/null || :
	for TABLE in $TABLES; do ipfw -q table "$TABLE" destroy 2>/dev/null || :; done
}

load() {
	ipfw -q set disable "$SET"
	clear
	rules
	ipfw -q set enable "$SET"
}

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
