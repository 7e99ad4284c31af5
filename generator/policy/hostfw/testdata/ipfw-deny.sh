#!/bin/sh
# Example: ipfw rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh ipfw-host.sh check
# Load: sh ipfw-host.sh  (can be repeated)
# Load: For every start, run it from the file that firewall_script names in /etc/rc.conf.
# Remove: sh ipfw-host.sh remove
# Undo: sh ipfw-host.sh confirm  (the rules go away five minutes after loading, unless you run this)
# Undo: sh ipfw-host.sh load confirm  (loads without a way back)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is denied, your own remote access included unless it is listed.
set -eu

# Partners.
# Placeholder: put the addresses here.
partners='192.0.2.0/28 198.51.100.7 2001:db8::/64'

# Staff.
staff='10.1.0.0/16 fd00:1::/48'

# How long the rules stay unless they are confirmed.
MINUTES=5
UNDO=/var/run/portolan-example-host-ipfw.undo

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
	add 2001 allow ip from any to any via lo0
	add 2002 allow tcp from any to any established
	add 2003 allow icmp from any to any icmptypes 3,11,12
	add 2004 allow ipv6-icmp from any to any icmp6types 1,2,3,4,130,131,132,133,134,135,136,143
	add 2010 allow tcp from 'table(portolan-example-host-partners)' to any 443,990,28000-30000 in setup keep-state // 'FTPS: transfer'
	add 2020 allow tcp from 'table(portolan-example-host-staff)' to any 443,990,28000-30000 in setup keep-state // 'FTPS: transfer'
	add 2030 allow udp from any to any 443 in keep-state // 'FTPS: quic'
	add 2040 allow icmp from 'table(portolan-example-host-staff)' to any in icmptypes 8 keep-state // 'FTPS: ping'
	add 2010 allow tcp from any 20 to 'table(portolan-example-host-partners)' 1024-65535 out setup keep-state // 'FTPS: active'
	add 2050 deny log tcp from any to any 445 in setup // 'FTPS: smb'
	add 30000 deny log ip from any to any
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

# Takes the rules away again unless somebody confirms them in time.
back() {
	trap '' HUP INT
	sleep $((MINUTES * 60))
	[ "$(cat "$UNDO" 2>/dev/null)" = $$ ] || return 0
	rm -f "$UNDO"
	remove
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
check:) check ;;
remove:)
	rm -f "$UNDO"
	remove
	;;
*)
	echo "usage: $0 [load [confirm] | confirm | check | remove]" >&2
	exit 2
	;;
esac
