#!/bin/sh
# Files 2: Check Point rules, Firewall between the zones
# Made by portolan from products/files, data version 1
#
# Check: sh check-point-perimeter.sh check  (does all of it in a session, then discards that)
# Load: sh check-point-perimeter.sh  (on the management server, as root. From elsewhere: LOGIN='user NAME -m SERVER' before it, LAYER='...' for another layer than Network)
# Load: mgmt_cli -r true install-policy policy-package Standard  (with your own package; nothing holds before)
# Remove: sh check-point-perimeter.sh remove  (then install the policy)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.

set -eu
LAYER=${LAYER:-Network}
SID=$(mktemp)
trap 'mgmt_cli discard -s "$SID" >/dev/null 2>&1; mgmt_cli logout -s "$SID" >/dev/null 2>&1; rm -f "$SID"' EXIT
mgmt_cli login ${LOGIN:--r true} >"$SID"

# put makes an object, or brings one that is there to this state.
put() {
    kind=$1
    shift
    mgmt_cli add "$kind" "$@" ignore-warnings true -s "$SID" >/dev/null 2>&1 ||
        mgmt_cli set "$kind" "$@" ignore-warnings true -s "$SID" >/dev/null
}

# domain makes a domain object; one that is there must match no sub-domains.
domain() {
    mgmt_cli add dns-domain name "$1" is-sub-domain false -s "$SID" >/dev/null 2>&1 ||
        mgmt_cli show dns-domain name "$1" -s "$SID" | grep -q 'is-sub-domain: *false' ||
        { echo "$1 matches sub-domains too: more would be opened" >&2; exit 1; }
}

# rule makes an access rule.
rule() {
    mgmt_cli add access-rule layer "$LAYER" "$@" -s "$SID" >/dev/null
}

# gone deletes what may be there.
gone() {
    mgmt_cli delete "$@" -s "$SID" >/dev/null 2>&1 || true
}

# The rules of an earlier run
gone access-rule layer "$LAYER" name 'portolan-files-perimeter-web'
gone access-rule layer "$LAYER" name 'portolan-files-perimeter-active'
gone access-rule layer "$LAYER" name 'portolan-files-perimeter-update'
gone access-rule layer "$LAYER" name 'portolan-files-perimeter-ping'
gone access-rule layer "$LAYER" name 'portolan-files-perimeter-no-shares'
if [ "${1:-}" = remove ]; then
    gone access-section layer "$LAYER" name 'portolan-files-perimeter'
    gone group name 'portolan-files-perimeter-clients'
    gone network name 'portolan-files-perimeter-clients.1'
    gone network name 'portolan-files-perimeter-clients.2'
    gone group name 'portolan-files-perimeter-server'
    gone host name 'portolan-files-perimeter-server.1'
    gone host name 'portolan-files-perimeter-server.2'
    gone service-group name 'portolan-files-perimeter-tcp-443-28000to30000'
    gone service-tcp name 'portolan-files-perimeter-tcp-443-28000to30000.1'
    gone service-tcp name 'portolan-files-perimeter-tcp-443-28000to30000.2'
    gone service-tcp name 'portolan-files-perimeter-tcp-from-20'
    gone service-tcp name 'portolan-files-perimeter-tcp-443'
    gone service-icmp name 'portolan-files-perimeter-icmp-8'
    gone service-tcp name 'portolan-files-perimeter-tcp-445'
    mgmt_cli publish -s "$SID" >/dev/null
    echo 'Removed. Install the policy to make it hold.'
    exit 0
fi

# Clients
# Placeholder: put the addresses here, 0.0.0.0/0 and ::/0 for everybody.
put network name 'portolan-files-perimeter-clients.1' subnet4 '203.0.113.0' mask-length4 28
put network name 'portolan-files-perimeter-clients.2' subnet6 '2001:db8::' mask-length6 64
put group name 'portolan-files-perimeter-clients' members.1 'portolan-files-perimeter-clients.1' members.2 'portolan-files-perimeter-clients.2'

# File server
put host name 'portolan-files-perimeter-server.1' ipv4-address '192.0.2.10'
put host name 'portolan-files-perimeter-server.2' ipv6-address '2001:db8:0:1::10'
put group name 'portolan-files-perimeter-server' members.1 'portolan-files-perimeter-server.1' members.2 'portolan-files-perimeter-server.2'

# Update servers
domain '.updates.example.com'

put service-tcp name 'portolan-files-perimeter-tcp-443-28000to30000.1' port 443 match-for-any false
put service-tcp name 'portolan-files-perimeter-tcp-443-28000to30000.2' port 28000-30000 match-for-any false
put service-group name 'portolan-files-perimeter-tcp-443-28000to30000' members.1 'portolan-files-perimeter-tcp-443-28000to30000.1' members.2 'portolan-files-perimeter-tcp-443-28000to30000.2'
put service-tcp name 'portolan-files-perimeter-tcp-from-20' port 1-65535 source-port 20 match-for-any false
put service-tcp name 'portolan-files-perimeter-tcp-443' port 443 match-for-any false
put service-icmp name 'portolan-files-perimeter-icmp-8' icmp-type 8
put service-tcp name 'portolan-files-perimeter-tcp-445' port 445 match-for-any false

mgmt_cli show access-section layer "$LAYER" name 'portolan-files-perimeter' -s "$SID" >/dev/null 2>&1 ||
    mgmt_cli add access-section layer "$LAYER" position top name 'portolan-files-perimeter' -s "$SID" >/dev/null
rule position.top 'portolan-files-perimeter' name 'portolan-files-perimeter-web' source.1 'portolan-files-perimeter-clients' destination.1 'portolan-files-perimeter-server' service 'portolan-files-perimeter-tcp-443-28000to30000' action 'Accept' comments 'HTTPS: web'
rule position.below 'portolan-files-perimeter-web' name 'portolan-files-perimeter-active' source.1 'portolan-files-perimeter-server' destination.1 'portolan-files-perimeter-clients' service 'portolan-files-perimeter-tcp-from-20' action 'Accept' comments 'FTP data: active'
rule position.below 'portolan-files-perimeter-active' name 'portolan-files-perimeter-update' source.1 'portolan-files-perimeter-server' destination.1 '.updates.example.com' service 'portolan-files-perimeter-tcp-443' action 'Accept' comments 'HTTPS: update'
rule position.below 'portolan-files-perimeter-update' name 'portolan-files-perimeter-ping' source.1 'portolan-files-perimeter-clients' destination.1 'portolan-files-perimeter-server' service 'portolan-files-perimeter-icmp-8' action 'Accept' comments 'Ping: ping'
rule position.below 'portolan-files-perimeter-ping' name 'portolan-files-perimeter-no-shares' source.1 'portolan-files-perimeter-clients' destination.1 'portolan-files-perimeter-server' service 'portolan-files-perimeter-tcp-445' action 'Drop' comments 'SMB: no-shares'

if [ "${1:-}" = check ]; then
    echo 'Every change was taken. Discarded, nothing is changed.'
    exit 0
fi
mgmt_cli publish -s "$SID" >/dev/null
echo 'Published. Install the policy to make it hold.'
