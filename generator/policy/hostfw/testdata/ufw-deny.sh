#!/bin/sh
# Example: ufw rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh ufw-host.sh check
# Load: sh ufw-host.sh  (can be repeated; after a change, remove first with the file as it was)
# Load: Once, if ufw is off: allow your own remote access, then ufw enable.
# Remove: sh ufw-host.sh remove
# Undo: sh ufw-host.sh confirm  (the rules go away five minutes after loading, unless you run this)
# Undo: sh ufw-host.sh load confirm  (loads without a way back)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is denied, your own remote access included unless it is listed.
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

# How long the rules stay unless they are confirmed.
MINUTES=5
UNDO=/run/portolan-example-host-ufw.undo

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
	add 'FTPS: smb' deny in log proto tcp from any to any port 445
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

# What ufw did by default before is kept here.
BEFORE=/etc/ufw/$ID.before

policy() {
	while IFS== read -r KEY VALUE; do
		[ "$KEY" = "DEFAULT_$1_POLICY" ] || continue
		case $VALUE in
		*ACCEPT*) echo allow ;;
		*REJECT*) echo reject ;;
		*) echo deny ;;
		esac
	done </etc/default/ufw
}

close() {
	[ -e "$BEFORE" ] || echo "$(policy INPUT):incoming $(policy OUTPUT):outgoing" >"$BEFORE"
	ufw default deny incoming
	ufw default deny outgoing
	ufw logging on
}

load() {
	rules
	close
}

remove() {
	if [ -e "$BEFORE" ]; then
		for WORD in $(cat "$BEFORE"); do ufw default "${WORD%%:*}" "${WORD#*:}"; done
		rm -f "$BEFORE"
	fi
	clear
}

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
