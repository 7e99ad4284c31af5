#!/usr/bin/env bash
# Connection tests of MFT 4.2, to run on: MFT server
# What its rules let out must be open, what they forbid must be closed.
# Features: sftp, ldap
# From products/mft, data abc123
#
# bash FILE --help lists the options.
#
# shellcheck disable=SC2034,SC2317 # roles, and some functions, are used by name
# Whom to call: addresses or names, separated by spaces; --set ROLE=HOST does it without editing.
# Vendor (Internet)
# Any name below: cdn.vendor.net
# Names to complete: TENANT.vendor.net
role_vendor='updates.vendor.net'
# NAS (Internal)
# The rules have for it: 10.9.0.0/16
role_nas_main='10.0.0.7 fd00::7'
# Users (Internet)
# Not filled in, and documentation addresses are never called: put addresses or names here.
role_users='192.0.2.10 2001:db8::10'
# Internet
# Any address is meant: put hosts here that answer.
role_internet=''
roles='vendor nas_main users internet'

# How it must end, role, transport, ports, source port, flows, service.
tests() {
  check open vendor tcp 443 - updates 'HTTPS'
  check open nas_main tcp 445 - nas 'SMB'
  check reached users tcp 28000-30000 - passive 'FTP data'
  check open users tcp 989 20 active 'FTP data'
  check open users tcp 8443 - notify 'HTTPS'
  check open nas_main tcp 53 - dns 'DNS'
  check open nas_main udp 53 - dns 'DNS'
  check closed internet tcp 445 - no-windows 'SMB'
  check closed nas_main tcp 400-444,446-500 - no-nas 'Anything'
  left callback 'FTP data' 'any port: there is nothing to call'
  left tunnel 'IPsec' 'no test for esp'
  left nothing 'Anything' 'every transport: there is no one port to call'
  left metering 'Metering' 'its source states no port'
}

