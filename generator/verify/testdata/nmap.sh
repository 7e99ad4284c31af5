#!/bin/sh
# Connection tests of MFT 4.2, to run on: MFT server
# What its rules let out must be open, what they forbid must be closed.
# Features: sftp, ldap
# From products/mft, data abc123
#
# sh FILE runs all; a role can be set from outside: role_ROLE='HOST HOST' sh FILE
# Without root there is no UDP and no source port. A closed port is one that was
# reached and nothing listens on; filtered means that no answer came.
#
# Whom to call: addresses or names, separated by spaces.
# Vendor (Internet)
# Any name below: cdn.vendor.net
# Names to complete: TENANT.vendor.net
role_vendor=${role_vendor-'updates.vendor.net'}
# NAS (Internal)
# The rules have for it: 10.9.0.0/16
role_nas_main=${role_nas_main-'10.0.0.7 fd00::7'}
# Users (Internet)
# Not filled in, and documentation addresses are never called: put addresses or names here.
role_users=${role_users-'192.0.2.10 2001:db8::10'}
# Internet
# Any address is meant: put hosts here that answer.
role_internet=${role_internet-''}

...

# 443 updates: HTTPS
scan 'want open' vendor "$role_vendor" -sT -p 443

# 445 nas: SMB
# 53 dns: DNS
scan 'want open' nas_main "$role_nas_main" -sT -p 53,445

# 28000-30000 passive: FTP data
scan 'want reached' users "$role_users" -sT -p 28000-30000

# 989 active: FTP data
scan 'want open' users "$role_users" -sS -g 20 -p 989

# 8443 notify: HTTPS
scan 'want open' users "$role_users" -sT -p 8443

# 53 dns: DNS
scan 'want open' nas_main "$role_nas_main" -sU -p 53

# 445 no-windows: SMB
scan 'want closed' internet "$role_internet" -sT -p 445

# 400-444,446-500 no-nas: Anything
scan 'want closed' nas_main "$role_nas_main" -sT -p 400-444,446-500

# Not tested:
# callback FTP data: any port: there is nothing to call
# tunnel IPsec: no test for esp
# nothing Anything: every transport: there is no one port to call
# metering Metering: its source states no port
