#!/bin/sh
# Example: firewalld rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh firewalld-host.sh check  (changes nothing: tells whether firewalld runs and knows policies)
# Load: sh firewalld-host.sh  (can be repeated; writes the permanent configuration, has it checked, and reloads)
# Remove: sh firewalld-host.sh remove
# Undo: sh firewalld-host.sh confirm  (the rules go away five minutes after loading, unless you run this)
# Undo: sh firewalld-host.sh load confirm  (loads without a way back)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is denied, your own remote access included unless it is listed.
# NOT HERE: active: it cannot match ports of both ends, and either alone would open more.
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
UNDO=/run/portolan-example-host-firewalld.undo

ID=pl-6a364b
POLICIES='in:ANY:HOST out:HOST:ANY'
TITLE='portolan-example-host'
SETS='pl-830ae1-partners pl-830ae1-staff pl-830ae1-partners-v6 pl-830ae1-staff-v6'

fw() { firewall-cmd --permanent "$@" >/dev/null; }

rule() { fw --policy="$ID-$1" --add-rich-rule="$2"; }

# new_set NAME FAMILY ADDRESS...: a set holds no prefix of every address, only its halves.
new_set() {
	NAME=$1
	fw --new-ipset="$NAME" --type=hash:net --option=family="$2"
	shift 2
	ENTRIES=
	for A; do
		case $A in
		0.0.0.0/0) ENTRIES="$ENTRIES --add-entry=0.0.0.0/1 --add-entry=128.0.0.0/1" ;;
		::/0) ENTRIES="$ENTRIES --add-entry=::/1 --add-entry=8000::/1" ;;
		*) ENTRIES="$ENTRIES --add-entry=$A" ;;
		esac
	done
	[ -z "$ENTRIES" ] || fw --ipset="$NAME" $ENTRIES
}

rules() {
	new_set pl-830ae1-partners inet $partners
	new_set pl-830ae1-staff inet $staff
	new_set pl-830ae1-partners-v6 inet6 $partners_v6
	new_set pl-830ae1-staff-v6 inet6 $staff_v6
	rule in 'rule priority="1" family="ipv4" icmp-type name="destination-unreachable" accept'
	rule in 'rule priority="1" family="ipv4" icmp-type name="time-exceeded" accept'
	rule in 'rule priority="1" family="ipv4" icmp-type name="parameter-problem" accept'
	rule in 'rule priority="1" family="ipv6" icmp-type name="destination-unreachable" accept'
	rule in 'rule priority="1" family="ipv6" icmp-type name="packet-too-big" accept'
	rule in 'rule priority="1" family="ipv6" icmp-type name="time-exceeded" accept'
	rule in 'rule priority="1" family="ipv6" icmp-type name="parameter-problem" accept'
	rule in 'rule priority="1" family="ipv6" icmp-type name="router-solicitation" accept'
	rule in 'rule priority="1" family="ipv6" icmp-type name="router-advertisement" accept'
	rule in 'rule priority="1" family="ipv6" icmp-type name="neighbour-solicitation" accept'
	rule in 'rule priority="1" family="ipv6" icmp-type name="neighbour-advertisement" accept'
	rule in 'rule priority="2" family="ipv6" destination address="ff02::/16" protocol value="ipv6-icmp" accept'
	# FTPS: transfer
	rule in 'rule priority="100" family="ipv4" source ipset="pl-830ae1-partners" port port="443" protocol="tcp" accept'
	rule in 'rule priority="101" family="ipv4" source ipset="pl-830ae1-staff" port port="443" protocol="tcp" accept'
	rule in 'rule priority="102" family="ipv6" source ipset="pl-830ae1-partners-v6" port port="443" protocol="tcp" accept'
	rule in 'rule priority="103" family="ipv6" source ipset="pl-830ae1-staff-v6" port port="443" protocol="tcp" accept'
	rule in 'rule priority="104" family="ipv4" source ipset="pl-830ae1-partners" port port="990" protocol="tcp" accept'
	rule in 'rule priority="105" family="ipv4" source ipset="pl-830ae1-staff" port port="990" protocol="tcp" accept'
	rule in 'rule priority="106" family="ipv6" source ipset="pl-830ae1-partners-v6" port port="990" protocol="tcp" accept'
	rule in 'rule priority="107" family="ipv6" source ipset="pl-830ae1-staff-v6" port port="990" protocol="tcp" accept'
	rule in 'rule priority="108" family="ipv4" source ipset="pl-830ae1-partners" port port="28000-30000" protocol="tcp" accept'
	rule in 'rule priority="109" family="ipv4" source ipset="pl-830ae1-staff" port port="28000-30000" protocol="tcp" accept'
	rule in 'rule priority="110" family="ipv6" source ipset="pl-830ae1-partners-v6" port port="28000-30000" protocol="tcp" accept'
	rule in 'rule priority="111" family="ipv6" source ipset="pl-830ae1-staff-v6" port port="28000-30000" protocol="tcp" accept'
	# FTPS: quic
	rule in 'rule priority="112" port port="443" protocol="udp" accept'
	# FTPS: ping
	rule in 'rule priority="113" family="ipv4" source ipset="pl-830ae1-staff" icmp-type name="echo-request" accept'
	# FTPS: smb
	rule in 'rule priority="114" port port="445" protocol="tcp" log prefix="portolan-example-host " level="info" drop'
	rule in 'rule priority="32767" log prefix="portolan-example-host " level="info" limit value="10/s"'
	fw --policy="$ID-in" --set-target=DROP
	rule out 'rule priority="1" family="ipv4" icmp-type name="destination-unreachable" accept'
	rule out 'rule priority="1" family="ipv4" icmp-type name="time-exceeded" accept'
	rule out 'rule priority="1" family="ipv4" icmp-type name="parameter-problem" accept'
	rule out 'rule priority="1" family="ipv6" icmp-type name="destination-unreachable" accept'
	rule out 'rule priority="1" family="ipv6" icmp-type name="packet-too-big" accept'
	rule out 'rule priority="1" family="ipv6" icmp-type name="time-exceeded" accept'
	rule out 'rule priority="1" family="ipv6" icmp-type name="parameter-problem" accept'
	rule out 'rule priority="1" family="ipv6" icmp-type name="router-solicitation" accept'
	rule out 'rule priority="1" family="ipv6" icmp-type name="router-advertisement" accept'
	rule out 'rule priority="1" family="ipv6" icmp-type name="neighbour-solicitation" accept'
	rule out 'rule priority="1" family="ipv6" icmp-type name="neighbour-advertisement" accept'
	rule out 'rule priority="2" family="ipv6" destination address="ff02::/16" protocol value="ipv6-icmp" accept'
	rule out 'rule priority="32767" log prefix="portolan-example-host " level="info" limit value="10/s"'
	fw --policy="$ID-out" --set-target=DROP
}

check() { firewall-cmd --permanent --get-policies >/dev/null; }

# Deletes from the permanent configuration what there is of ours.
clear() {
	THERE=" $(firewall-cmd --permanent --get-policies) "
	for X in $POLICIES; do
		case $THERE in *" $ID-${X%%:*} "*) fw --delete-policy="$ID-${X%%:*}" ;; esac
	done
	THERE=" $(firewall-cmd --permanent --get-ipsets) "
	for X in $SETS; do
		case $THERE in *" $X "*) fw --delete-ipset="$X" ;; esac
	done
}

load() {
	check
	clear
	for X in $POLICIES; do
		ENDS=${X#*:}
		fw --new-policy="$ID-${X%%:*}"
		fw --policy="$ID-${X%%:*}" --set-short="$TITLE"
		fw --policy="$ID-${X%%:*}" --add-ingress-zone="${ENDS%%:*}"
		fw --policy="$ID-${X%%:*}" --add-egress-zone="${ENDS#*:}"
	done
	rules
	firewall-cmd --check-config >/dev/null
	firewall-cmd --reload >/dev/null
}

remove() {
	clear
	firewall-cmd --reload >/dev/null
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
