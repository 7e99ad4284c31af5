#!/bin/sh
# Example: firewalld rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh firewalld-host.sh check  (changes nothing: tells whether firewalld runs and knows policies)
# Load: sh firewalld-host.sh  (can be repeated; writes the permanent configuration, has it checked, and reloads)
# Remove: sh firewalld-host.sh remove
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
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
	rule in 'rule priority="114" port port="445" protocol="tcp" drop'
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

case ${1-load} in
load) load ;;
check) check ;;
remove) remove ;;
*)
	echo "usage: $0 [load | check | remove]" >&2
	exit 2
	;;
esac
