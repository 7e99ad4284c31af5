#!/bin/sh
# Example: Google Cloud firewall rules, gcloud rules, Server
# Made by portolan from products/example, data version 1
#
# Check: sh gcp-gcloud-host.sh check  (shows the commands, runs none)
# Load: sh gcp-gcloud-host.sh
# Remove: sh gcp-gcloud-host.sh remove
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
# NOT HERE: ping: it cannot tell ICMP types apart, and all of them would open more.
# NOT HERE: active: it cannot match the source port tcp/20, and any source port would open more.
set -eu

# The VPC network that the machine is in
NETWORK='default'
# The tag of the machines that the rules are for
TAG='portolan-example-host'

# Partners, IPv4. Placeholder: put the addresses here.
partners_addresses='192.0.2.0/28,198.51.100.7/32'
# Staff, IPv4
staff_addresses='10.1.0.0/16'
# Partners, IPv6. Placeholder: put the addresses here.
partners_v6_addresses='2001:db8::/64'
# Staff, IPv6
staff_v6_addresses='fd00:1::/48'

MODE=${1:-apply}

case $MODE in
apply | check | remove) ;;
*)
	echo "use: sh $0 [apply | check | remove]" >&2
	exit 2
	;;
esac

# run runs a command, or shows it.
run() {
	if [ "$MODE" = check ]; then
		printf '%s\n' "$*"
	else
		"$@" --quiet
	fi
}

# there tells whether a rule is there; a check asks nobody.
there() {
	[ "$MODE" != check ] && gcloud compute firewall-rules describe "$1" --format none >/dev/null 2>&1
}

# rule NAME DIRECTION ACTION PRIORITY PROTOCOLS ADDRESSES NOTE LOGGING
rule() {
	if [ "$MODE" = remove ]; then
		if there "$1"; then
			run gcloud compute firewall-rules delete "$1"
		fi
		return
	fi
	case ",$6," in
	*,,*)
		echo "$1: no address" >&2
		exit 1
		;;
	esac
	ends=source-ranges
	[ "$2" = INGRESS ] || ends=destination-ranges
	if there "$1"; then
		run gcloud compute firewall-rules update "$1" --priority "$4" --rules "$5" "--$ends" "$6" \
			--target-tags "$TAG" --description "$7" "--$8"
	else
		run gcloud compute firewall-rules create "$1" --network "$NETWORK" --direction "$2" --action "$3" --priority "$4" --rules "$5" "--$ends" "$6" \
			--target-tags "$TAG" --description "$7" "--$8"
	fi
}

rule portolan-example-host-transfer-in INGRESS ALLOW 1000 tcp:443,tcp:990,tcp:28000-30000 "$partners_addresses,$staff_addresses" 'FTPS: transfer' no-enable-logging
rule portolan-example-host-transfer-in-v6 INGRESS ALLOW 1000 tcp:443,tcp:990,tcp:28000-30000 "$partners_v6_addresses,$staff_v6_addresses" 'FTPS: transfer' no-enable-logging
rule portolan-example-host-quic-in INGRESS ALLOW 1010 udp:443 0.0.0.0/0 'FTPS: quic' no-enable-logging
rule portolan-example-host-quic-in-v6 INGRESS ALLOW 1010 udp:443 ::/0 'FTPS: quic' no-enable-logging
rule portolan-example-host-smb-in INGRESS DENY 1020 tcp:445 0.0.0.0/0 'FTPS: smb' no-enable-logging
rule portolan-example-host-smb-in-v6 INGRESS DENY 1020 tcp:445 ::/0 'FTPS: smb' no-enable-logging
