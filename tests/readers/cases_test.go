package readers_test

import "strings"

type readerCase struct {
	text  string
	traps []trap
}

// sixteen are more ports than fit one rule of iptables.
const sixteen = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"

var cases = map[string]readerCase{
	"nftables": {`table inet portolan
delete table inet portolan
table inet portolan {
	set partners4 { type ipv4_addr; flags interval; auto-merge; elements = { 192.0.2.0/24, 198.51.100.7 }; }
	set partners6 { type ipv6_addr; flags interval; auto-merge; elements = { 2001:db8::/32 }; }
	chain input {
		type filter hook input priority filter; policy accept;
		ct state vmap { established : accept, related : accept, invalid : drop }
		tcp dport 443 ct state new accept comment "HTTPS"
		ip saddr @partners4 tcp dport 28000-30000 counter accept
		ip6 saddr @partners6 tcp dport 28000-30000 accept
	}
}
`, []trap{
		{"a reversed range", "28000-30000", "30000-28000", "Range"},
		{"a comment of 129 bytes", `"HTTPS"`, `"` + strings.Repeat("x", 129) + `"`, "comment"},
		{"IPv4 in a set of IPv6", "2001:db8::/32", "2001:db8::/32, 192.0.2.1", "resolve hostname"},
		{"a quotation mark in a comment", `"HTTPS"`, `"a \" b"`, "syntax error"},
		{"an unknown set", "@partners4", "@partners", "No such file"},
		{"an empty set", "elements = { 2001:db8::/32 };", "elements = { };", "syntax error"},
		{"loads twice as much", "delete table inet portolan\n", "", "the second load changes"},
		{"other people's rules", "delete table inet portolan\n", "flush ruleset\n", "other people's rules"},
	}},
	"iptables": {`*filter
:PORTOLAN-IN - [0:0]
-A PORTOLAN-IN -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A PORTOLAN-IN -s 192.0.2.0/24 -p tcp -m tcp --dport 28000:30000 -m comment --comment "FTPS" -j ACCEPT
-A PORTOLAN-IN -p tcp -m multiport --dports 1:2,3:4,5:6,7:8,9:10,11:12,13:14,443 -j ACCEPT
COMMIT
`, []trap{
		{"a reversed range", "28000:30000", "30000:28000", "invalid portrange"},
		{"a range with a hyphen", "28000:30000", "28000-30000", "invalid port"},
		{"16 ports", "1:2,3:4,5:6,7:8,9:10,11:12,13:14,443", sixteen, "too many ports"},
		{"8 ranges", "13:14,443", "13:14,15:16", "too many ports"},
		{"a chain of 29 bytes", ":PORTOLAN-IN - [0:0]", ":" + strings.Repeat("P", 29) + " - [0:0]\n:PORTOLAN-IN - [0:0]", "chain name"},
		{"a jump to no chain", "-j ACCEPT\nCOMMIT", "-j NOWHERE\nCOMMIT", "NOWHERE"},
		{"an address of IPv6", "192.0.2.0/24", "2001:db8::/32", "2001:db8::"},
		{"a newline in a comment", `"FTPS"`, "\"FT\nPS\"", "line"},
		{"no COMMIT", "COMMIT\n", "", "COMMIT"},
		{"loads twice as much", "-A PORTOLAN-IN -m conntrack", "-A INPUT -j PORTOLAN-IN\n-A PORTOLAN-IN -m conntrack", "the second load changes"},
		{"other people's chain", ":PORTOLAN-IN - [0:0]", ":PORTOLAN-IN - [0:0]\n:others - [0:0]", "other people's rules"},
	}},
	"ip6tables": {`*filter
:PORTOLAN-IN - [0:0]
-A PORTOLAN-IN -s 2001:db8::/32 -p tcp -m tcp --dport 28000:30000 -j ACCEPT
-A PORTOLAN-IN -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT
COMMIT
`, []trap{
		{"a reversed range", "28000:30000", "30000:28000", "invalid portrange"},
		{"an address of IPv4", "2001:db8::/32", "192.0.2.0/24", "192.0.2.0"},
		{"ICMP of IPv4", "-p ipv6-icmp -m icmp6 --icmpv6-type 135", "-p icmp --icmp-type 8", "icmp"},
	}},
	"docker-user": {`*filter
:portolan-f - [0:0]
-A portolan-f -s 192.0.2.0/24 -p tcp -m conntrack --ctorigdstport 443 --ctdir ORIGINAL -j RETURN
-A portolan-f -p tcp -j DROP
COMMIT
`, []trap{
		{"a range with a hyphen", "--ctorigdstport 443", "--ctorigdstport 443-445", "does not resolve"},
		{"an unknown option", "--ctorigdstport", "--ctorigport", "unknown option"},
		{"Docker's chain emptied", ":portolan-f - [0:0]", ":portolan-f - [0:0]\n:DOCKER-USER - [0:0]", "other people's rules"},
		{"loads twice as much", "-A portolan-f -p tcp -j DROP", "-I DOCKER-USER -j portolan-f", "the second load changes"},
	}},
	"ufw": {`#!/bin/sh
set -eu
case ${1-load} in
load)
	ufw allow in proto tcp from 192.0.2.0/24 to any port 443,28000:30000 comment 'HTTPS'
	ufw allow in proto tcp from 2001:db8::/32 to any port 443
	ufw allow out proto tcp from any port 20 to any
	ufw route allow in on eth0 out on eth1 proto udp to 203.0.113.5 port 123
	ufw default deny incoming
	;;
check)
	ufw --version >/dev/null
	;;
remove)
	ufw delete allow in proto tcp from 192.0.2.0/24 to any port 443,28000:30000
	ufw delete allow in proto tcp from 2001:db8::/32 to any port 443
	ufw delete allow out proto tcp from any port 20 to any
	ufw route delete allow in on eth0 out on eth1 proto udp to 203.0.113.5 port 123
	;;
esac
`, []trap{
		{"a range with a hyphen", "28000:30000", "28000-30000", "Port ranges must be numeric"},
		{"a reversed range", "28000:30000", "30000:28000", "Bad port"},
		{"16 ports", "443,28000:30000", sixteen, "Bad port"},
		{"no protocol", "in proto tcp from 192.0.2.0/24", "in from 192.0.2.0/24", "Must specify 'tcp' or 'udp'"},
		{"a quotation mark in a comment", "'HTTPS'", `"it's"`, "Invalid syntax"},
		{"an unknown word", "ufw allow out", "ufw alow out", "Invalid syntax"},
		{"an unknown program", "ufw default", "ufww default", "not found"},
		{"host bits and a letter", "192.0.2.0/24", "192.0.2.0/33", "Bad source address"},
		{"an open quotation", "'HTTPS'", "'HTTPS", "Unterminated quoted string"},
		{"a variable that is not there", "port 123", "port \"$port\"", "SC2154"},
		{"leaves a rule", "	ufw delete allow out proto tcp from any port 20 to any\n", "", "remove does not bring back"},
		{"a check that changes", "	ufw --version >/dev/null", "	ufw allow 22/tcp", "check changes"},
	}},
	"firewalld": {`#!/bin/sh
set -eu
fw() { firewall-cmd --permanent "$@" >/dev/null; }
there() { case " $(firewall-cmd --permanent --get-policies) " in *' portolan-in '*) ;; *) return 1 ;; esac; }
case ${1-load} in
load)
	there || fw --new-policy=portolan-in
	fw --policy=portolan-in --add-ingress-zone=ANY
	fw --policy=portolan-in --add-egress-zone=HOST
	fw --policy=portolan-in --add-rich-rule='rule family="ipv4" source address="192.0.2.0/24" port port="28000-30000" protocol="tcp" accept'
	fw --policy=portolan-in --add-rich-rule='rule source-port port="20" protocol="tcp" accept'
	firewall-cmd --reload >/dev/null
	;;
remove)
	fw --delete-policy=portolan-in
	;;
esac
`, []trap{
		{"a range with a colon", "28000-30000", "28000:30000", "INVALID_PORT"},
		{"a reversed range", "28000-30000", "30000-28000", "wrong way round"},
		{"a port too high", "28000-30000", "28000-70000", "INVALID_PORT"},
		{"an address of IPv6", "192.0.2.0/24", "2001:db8::/32", "INVALID_ADDR"},
		{"an unknown element", "source-port port", "sourceport port", "INVALID_RULE"},
		{"a policy of 19 bytes", "--new-policy=portolan-in", "--new-policy=portolan-in-for-all", "INVALID_NAME"},
		{"an unknown option", "--add-rich-rule='rule source", "--add-richrule='rule source", "unrecognized arguments"},
		{"a set of 32 bytes", "	firewall-cmd --reload", "	fw --new-ipset=" + strings.Repeat("s", 32) + " --type=hash:net\n	firewall-cmd --reload", "31 bytes"},
		{"only until the next start", `firewall-cmd --permanent "$@"`, `firewall-cmd "$@"`, "without --permanent"},
		{"another text each time", "	firewall-cmd --reload", "	fw --policy=portolan-in --set-short=\"$$\"\n	firewall-cmd --reload", "the second run changes"},
		{"leaves a set", "	firewall-cmd --reload", "	firewall-cmd --permanent --get-ipsets | grep -q portolan || fw --new-ipset=portolan --type=hash:net\n	firewall-cmd --reload", "remove does not bring back"},
	}},
	"bash": {`#!/usr/bin/env bash
set -euo pipefail
hosts=(192.0.2.1 192.0.2.2)
for h in "${hosts[@]}"; do
  timeout 3 bash -c ": </dev/tcp/$h/443" && echo "$h open"
done
`, []trap{
		{"a missing done", "done\n", "", "-n:"},
		{"no shell named", "#!/usr/bin/env bash\n", "", "names no shell"},
		{"of another shell", "#!/usr/bin/env bash", "#!/bin/sh", "-n:"},
		{"a variable that is not used", "hosts=(", "unused=1\nhosts=(", "SC2034"},
	}},
	"check-point": {shell("mgmt_cli add service-tcp name p port 28000-30000 -s id.txt"), shellTraps},
	"azure-cli":   {shell("az network nsg create --name n --resource-group g --output none"), shellTraps},
	"gcp-gcloud":  {shell("gcloud compute firewall-rules create r --allow=tcp:443"), shellTraps},
	"aws-cli": {`#!/bin/sh
set -eu
id=$(aws ec2 create-security-group --group-name portolan --description 'Transfer server' --query GroupId --output text)
aws ec2 authorize-security-group-ingress --group-id "$id" --ip-permissions \
	'[{"IpProtocol":"tcp","FromPort":28000,"ToPort":30000,"IpRanges":[{"CidrIp":"192.0.2.0/24","Description":"FTPS"}]}]' >/dev/null
`, []trap{
		{"an unknown key", `"FromPort"`, `"fromPort"`, "Unknown parameter"},
		{"a wrong type", `"FromPort":28000`, `"FromPort":"high"`, "Invalid type"},
		{"no JSON", `"FTPS"}]}]'`, `"FTPS"}]}'`, "Error parsing parameter"},
		{"an unknown option", "--group-id", "--groupid", "Unknown options"},
		{"an unknown command", "authorize-security-group-ingress", "authorise-security-group-ingress", "Invalid choice"},
		{"a missing option", " --description 'Transfer server'", "", "--description"},
	}},
	"windows-powershell": {windows, windowsTraps},
	"powershell":         {windows, windowsTraps},
	"aws-terraform":      {awsTerraform, awsTerraformTraps},
	"azure-terraform":    {azureTerraform, azureTerraformTraps},
	"gcp-terraform":      {gcpTerraform, gcpTerraformTraps},
	"hetzner-terraform":  {hetznerTerraform, hetznerTerraformTraps},
	"oci-terraform":      {ociTerraform, ociTerraformTraps},
	"aws-cloudformation": {awsTemplate, awsTemplateTraps},
	"kubernetes":         {networkPolicy, networkPolicyTraps},
	"calico":             {calicoPolicy, calicoTraps},
	"cilium":             {ciliumPolicy, ciliumTraps},
	"ansible": {`- name: Firewall of the transfer server
  hosts: all
  become: true
  vars:
    partners: ["192.0.2.0/24", "2001:db8::/32"]
  tasks:
    - name: HTTPS
      community.general.ufw:
        rule: allow
        direction: in
        proto: tcp
        from_ip: "{{ item }}"
        to_port: "443"
        comment: HTTPS
      loop: "{{ partners }}"
    - name: Passive FTP
      block:
        - name: Range
          ansible.posix.firewalld:
            rich_rule: rule port port="28000-30000" protocol="tcp" accept
            permanent: true
            state: enabled
`, []trap{
		{"an unknown argument", "to_port:", "to_ports:", "no argument to_ports"},
		{"an unknown choice", "direction: in", "direction: inward", "none of"},
		{"an unknown module", "community.general.ufw:", "community.general.ufww:", "ufww"},
		{"a missing argument", "            state: enabled\n", "", "state is missing"},
		{"a wrong type", "permanent: true", "permanent: maybe", "no boolean"},
		{"an argument twice", "from_ip:", "src: any\n        from_ip:", "given twice"},
		{"two modules", "      loop:", "      ansible.builtin.debug:\n      loop:", "conflicting action"},
		{"a key twice", "        proto: tcp\n", "        proto: tcp\n        proto: udp\n", "already set"},
		{"no task", "  tasks:", "  taskz:", "taskz"},
	}},
	"squid": {`acl portolan_partners dstdomain .example.com files.example.net
acl portolan_ports port 443
http_access allow CONNECT portolan_partners portolan_ports
`, []trap{
		{"an unknown directive", "http_access allow", "http_acess allow", "unrecognized"},
		{"an unknown kind of list", "dstdomain", "dstdomains", "dstdomains"},
		{"a list that there is not", "acl portolan_ports port 443\n", "", "portolan_ports"},
		{"a port too high", "port 443", "port 70443", "is larger"},
		{"a name and its domain", "files.example.net", "files.example.com", "subdomain"},
	}},
}

func shell(command string) string { return "#!/bin/sh\nset -eu\nname='x'\n" + command + " \"$name\"\n" }

var shellTraps = []trap{
	{"an open quotation", "'x'", "'x", "-n:"},
	{"no shell named", "#!/bin/sh\n", "", "names no shell"},
	{"a variable that is not there", `"$name"`, `"$nome"`, "SC2154"},
}
