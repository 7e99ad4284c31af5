#!/bin/sh
# Example: Azure network security group, Azure CLI rules, Firewall between the zones
# Made by portolan from products/example, data version 1
#
# Check: sh azure-cli-perimeter.sh check  (shows the commands, runs none)
# Load: sh azure-cli-perimeter.sh  (with RESOURCE_GROUP in it filled in)
# Remove: sh azure-cli-perimeter.sh remove  (detach the group first)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.
# NOT HERE: ping: it cannot tell ICMP types apart, and all of them would open more.
set -euf

# The resource group that the network is in
RESOURCE_GROUP='rg-network'
# The network security group to add the rules to; it is made if there is none.
GROUP='portolan-example-perimeter'
OWN='portolan-example-perimeter'

# Partners, IPv4. Placeholder: put the addresses here.
partners_addresses='192.0.2.0/28 198.51.100.7/32'
# Staff, IPv4
staff_addresses='10.1.0.0/16'
# Server, IPv4
server_addresses='203.0.113.10/32'
# Partners, IPv6. Placeholder: put the addresses here.
partners_v6_addresses='2001:db8::/64'
# Staff, IPv6
staff_v6_addresses='fd00:1::/48'
# Server, IPv6
server_v6_addresses='2001:db8:1::10/128'

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
		"$@" --output none
	fi
}

if [ "$MODE" = check ]; then
	run az network nsg create --resource-group "$RESOURCE_GROUP" --name "$GROUP"
elif ! az network nsg show --resource-group "$RESOURCE_GROUP" --name "$GROUP" --output none 2>/dev/null; then
	[ "$MODE" = apply ] || exit 0
	run az network nsg create --resource-group "$RESOURCE_GROUP" --name "$GROUP"
fi

# rule NAME DIRECTION PRIORITY ACCESS PROTOCOL SOURCES SOURCE-PORTS DESTINATIONS PORTS NOTE
rule() {
	name=$1
	shift
	if [ "$MODE" = remove ]; then
		run az network nsg rule delete --resource-group "$RESOURCE_GROUP" --nsg-name "$GROUP" --name "$name"
		return
	fi
	if [ -z "$5" ] || [ -z "$7" ]; then
		echo "$name: no address" >&2
		exit 1
	fi
	# shellcheck disable=SC2086 # addresses and ports are lists, and set -f keeps the stars
	run az network nsg rule create --resource-group "$RESOURCE_GROUP" --nsg-name "$GROUP" --name "$name" \
		--direction "$1" --priority "$2" --access "$3" --protocol "$4" \
		--source-address-prefixes $5 --source-port-ranges $6 \
		--destination-address-prefixes $7 --destination-port-ranges $8 --description "$9"
}

# finish removes the group, where it is the script's own.
finish() {
	if [ "$MODE" = remove ] && [ "$GROUP" = "$OWN" ]; then
		run az network nsg delete --resource-group "$RESOURCE_GROUP" --name "$GROUP"
	fi
}

rule portolan-example-perimeter-transfer_in Inbound 100 Allow 'Tcp' "$partners_addresses $staff_addresses" '*' "$server_addresses" '443 990 28000-30000' 'FTPS: transfer'
rule portolan-example-perimeter-transfer_out Outbound 100 Allow 'Tcp' "$partners_addresses $staff_addresses" '*' "$server_addresses" '443 990 28000-30000' 'FTPS: transfer'
rule portolan-example-perimeter-transfer-v6_in Inbound 110 Allow 'Tcp' "$partners_v6_addresses $staff_v6_addresses" '*' "$server_v6_addresses" '443 990 28000-30000' 'FTPS: transfer'
rule portolan-example-perimeter-transfer-v6_out Outbound 110 Allow 'Tcp' "$partners_v6_addresses $staff_v6_addresses" '*' "$server_v6_addresses" '443 990 28000-30000' 'FTPS: transfer'
rule portolan-example-perimeter-quic_in Inbound 120 Allow 'Udp' '0.0.0.0/1 128.0.0.0/1' '*' "$server_addresses" '443' 'FTPS: quic'
rule portolan-example-perimeter-quic_out Outbound 120 Allow 'Udp' '0.0.0.0/1 128.0.0.0/1' '*' "$server_addresses" '443' 'FTPS: quic'
rule portolan-example-perimeter-quic-v6_in Inbound 130 Allow 'Udp' '::/1 8000::/1' '*' "$server_v6_addresses" '443' 'FTPS: quic'
rule portolan-example-perimeter-quic-v6_out Outbound 130 Allow 'Udp' '::/1 8000::/1' '*' "$server_v6_addresses" '443' 'FTPS: quic'
rule portolan-example-perimeter-active_in Inbound 140 Allow 'Tcp' "$server_addresses" '20' "$partners_addresses" '1024-65535' 'FTPS: active'
rule portolan-example-perimeter-active_out Outbound 140 Allow 'Tcp' "$server_addresses" '20' "$partners_addresses" '1024-65535' 'FTPS: active'
rule portolan-example-perimeter-active-v6_in Inbound 150 Allow 'Tcp' "$server_v6_addresses" '20' "$partners_v6_addresses" '1024-65535' 'FTPS: active'
rule portolan-example-perimeter-active-v6_out Outbound 150 Allow 'Tcp' "$server_v6_addresses" '20' "$partners_v6_addresses" '1024-65535' 'FTPS: active'
rule portolan-example-perimeter-smb_in Inbound 160 Deny 'Tcp' '0.0.0.0/1 128.0.0.0/1' '*' "$server_addresses" '445' 'FTPS: smb'
rule portolan-example-perimeter-smb_out Outbound 160 Deny 'Tcp' '0.0.0.0/1 128.0.0.0/1' '*' "$server_addresses" '445' 'FTPS: smb'
rule portolan-example-perimeter-smb-v6_in Inbound 170 Deny 'Tcp' '::/1 8000::/1' '*' "$server_v6_addresses" '445' 'FTPS: smb'
rule portolan-example-perimeter-smb-v6_out Outbound 170 Deny 'Tcp' '::/1 8000::/1' '*' "$server_v6_addresses" '445' 'FTPS: smb'
finish
