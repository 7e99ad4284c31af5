# Files 2: MikroTik RouterOS rules, Firewall between the zones
# Made by portolan from products/files, data version 1
#
# Check: /import file-name=mikrotik-perimeter.rsc verbose=yes dry-run  (reads it without doing it, in recent versions of RouterOS 7)
# Load: /import file-name=mikrotik-perimeter.rsc  (after uploading the file)
# Remove: /ip firewall filter remove [find comment~"^portolan-files-perimeter:"]; /ipv6 firewall filter remove [find comment~"^portolan-files-perimeter:"]
# Remove: /ip firewall address-list remove [find comment~"^portolan-files-perimeter:"]; /ipv6 firewall address-list remove [find comment~"^portolan-files-perimeter:"]; /ip firewall nat remove [find comment~"^portolan-files-perimeter:"]; /ipv6 firewall nat remove [find comment~"^portolan-files-perimeter:"]  (and the lists and translations)
#
# FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
# open nothing.
#
# Everything else is left to your other rules.

# What an earlier run left
/ip firewall filter remove [find comment~"^portolan-files-perimeter:"]
/ip firewall address-list remove [find comment~"^portolan-files-perimeter:"]
/ipv6 firewall filter remove [find comment~"^portolan-files-perimeter:"]
/ipv6 firewall address-list remove [find comment~"^portolan-files-perimeter:"]

# Clients
# Placeholder: put the addresses here, 0.0.0.0/0 and ::/0 for everybody.
/ip firewall address-list add list="portolan-files-perimeter-clients" address=203.0.113.0/28 comment="portolan-files-perimeter: Clients"

# File server
/ip firewall address-list add list="portolan-files-perimeter-server" address=192.0.2.10 comment="portolan-files-perimeter: File server"

# Clients
# Placeholder: put the addresses here, 0.0.0.0/0 and ::/0 for everybody.
/ipv6 firewall address-list add list="portolan-files-perimeter-clients-v6" address=2001:db8::/64 comment="portolan-files-perimeter: Clients"

# File server
/ipv6 firewall address-list add list="portolan-files-perimeter-server-v6" address=2001:db8:0:1::10/128 comment="portolan-files-perimeter: File server"

# Update servers
/ip firewall address-list add list="portolan-files-perimeter-updates" address=updates.example.com comment="portolan-files-perimeter: Update servers"

# Update servers
/ipv6 firewall address-list add list="portolan-files-perimeter-updates-v6" address=updates.example.com comment="portolan-files-perimeter: Update servers"

# IPv4, passing through
/ip firewall filter
add chain="portolan-files-perimeter" action=accept connection-state=established,related,untracked comment="portolan-files-perimeter: replies"
add chain="portolan-files-perimeter" action=accept protocol=tcp src-address-list="portolan-files-perimeter-clients" dst-address-list="portolan-files-perimeter-server" dst-port=443,28000-30000 comment="portolan-files-perimeter: HTTPS: web"
add chain="portolan-files-perimeter" action=accept protocol=tcp src-address-list="portolan-files-perimeter-server" src-port=20 dst-address-list="portolan-files-perimeter-clients" comment="portolan-files-perimeter: FTP data: active"
add chain="portolan-files-perimeter" action=accept protocol=tcp src-address-list="portolan-files-perimeter-server" dst-address-list="portolan-files-perimeter-updates" dst-port=443 comment="portolan-files-perimeter: HTTPS: update"
add chain="portolan-files-perimeter" action=accept protocol=icmp icmp-options=8:0-255 src-address-list="portolan-files-perimeter-clients" dst-address-list="portolan-files-perimeter-server" comment="portolan-files-perimeter: Ping: ping"
add chain="portolan-files-perimeter" action=drop protocol=tcp src-address-list="portolan-files-perimeter-clients" dst-address-list="portolan-files-perimeter-server" dst-port=445 comment="portolan-files-perimeter: SMB: no-shares"

# IPv6, passing through
/ipv6 firewall filter
add chain="portolan-files-perimeter" action=accept connection-state=established,related,untracked comment="portolan-files-perimeter: replies"
add chain="portolan-files-perimeter" action=accept protocol=tcp src-address-list="portolan-files-perimeter-clients-v6" dst-address-list="portolan-files-perimeter-server-v6" dst-port=443,28000-30000 comment="portolan-files-perimeter: HTTPS: web"
add chain="portolan-files-perimeter" action=accept protocol=tcp src-address-list="portolan-files-perimeter-server-v6" src-port=20 dst-address-list="portolan-files-perimeter-clients-v6" comment="portolan-files-perimeter: FTP data: active"
add chain="portolan-files-perimeter" action=accept protocol=tcp src-address-list="portolan-files-perimeter-server-v6" dst-address-list="portolan-files-perimeter-updates-v6" dst-port=443 comment="portolan-files-perimeter: HTTPS: update"
add chain="portolan-files-perimeter" action=drop protocol=tcp src-address-list="portolan-files-perimeter-clients-v6" dst-address-list="portolan-files-perimeter-server-v6" dst-port=445 comment="portolan-files-perimeter: SMB: no-shares"

:local rules4 [/ip firewall filter find chain=forward dynamic=no]
:local at4 0
:local count4 0
:foreach rule in=$rules4 do={
    :set count4 ($count4 + 1)
    :if ([/ip firewall filter get $rule action] = "fasttrack-connection") do={ :set at4 $count4 }
}
:if ($at4 < $count4) do={ /ip firewall filter add chain=forward action=jump jump-target="portolan-files-perimeter" comment="portolan-files-perimeter: all of it" place-before=[:pick $rules4 $at4] } else={ /ip firewall filter add chain=forward action=jump jump-target="portolan-files-perimeter" comment="portolan-files-perimeter: all of it" }

:local rules6 [/ipv6 firewall filter find chain=forward dynamic=no]
:local at6 0
:local count6 0
:foreach rule in=$rules6 do={
    :set count6 ($count6 + 1)
    :if ([/ipv6 firewall filter get $rule action] = "fasttrack-connection") do={ :set at6 $count6 }
}
:if ($at6 < $count6) do={ /ipv6 firewall filter add chain=forward action=jump jump-target="portolan-files-perimeter" comment="portolan-files-perimeter: all of it" place-before=[:pick $rules6 $at6] } else={ /ipv6 firewall filter add chain=forward action=jump jump-target="portolan-files-perimeter" comment="portolan-files-perimeter: all of it" }
