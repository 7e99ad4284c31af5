package readers

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// A schema is what a resource, or a block in one, may hold.
type schema struct {
	arguments map[string]argument
	blocks    map[string]*schema
	// min and max are how often a block may stand; max 0: no limit.
	min, max int
	// check holds the arguments against each other.
	check func(*values) error
}

type argument struct {
	kind     cty.Type
	required bool
	// filled tells that a list without elements is refused.
	filled bool
	// check holds a value, each of a list's.
	check func(string) error
}

var (
	text    = argument{kind: cty.String}
	number  = argument{kind: cty.Number}
	boolean = argument{kind: cty.Bool}
	tags    = argument{kind: cty.Map(cty.String)}
	strs    = argument{kind: cty.List(cty.String)}
)

func (a argument) must() argument                         { a.required = true; return a }
func (a argument) some() argument                         { a.filled = true; return a }
func (a argument) held(check func(string) error) argument { a.check = check; return a }
func (a argument) of(words ...string) argument            { return a.held(among(words...)) }

func among(words ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(words, s) {
			return fmt.Errorf("%q is none of %s", s, strings.Join(words, ", "))
		}
		return nil
	}
}

func like(pattern string) func(string) error {
	re := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return func(s string) error {
		if !re.MatchString(s) {
			return fmt.Errorf("%q is not like %s", s, pattern)
		}
		return nil
	}
}

func within(low, high int) func(string) error {
	return func(s string) error {
		if n, err := strconv.Atoi(s); err != nil || n < low || n > high {
			return fmt.Errorf("%s is not within %d to %d", s, low, high)
		}
		return nil
	}
}

func upTo(n int) func(string) error {
	return func(s string) error {
		if len(s) > n {
			return fmt.Errorf("%d characters, %d are allowed", len(s), n)
		}
		return nil
	}
}

// all holds each of the checks.
func all(checks ...func(string) error) func(string) error {
	return func(s string) error {
		var out []error
		for _, c := range checks {
			out = append(out, c(s))
		}
		return errors.Join(out...)
	}
}

// cidr is a prefix without host bits; its family may be wanted.
func cidr(family int) func(string) error {
	return func(s string) error {
		p, err := prefix(s)
		if err == nil && (family == 4 && !p.Addr().Is4() || family == 6 && !p.Addr().Is6()) {
			return fmt.Errorf("%s is not of IPv%d", s, family)
		}
		return err
	}
}

// portRange is "N" or "N-M", or a word.
func portRange(s string, words ...string) error {
	if slices.Contains(words, s) {
		return nil
	}
	first, last, ranged := strings.Cut(s, "-")
	a, err := strconv.ParseUint(first, 10, 16)
	b := a
	if err == nil && ranged {
		b, err = strconv.ParseUint(last, 10, 16)
	}
	if err != nil || b < a {
		return fmt.Errorf("%q is no port or range of ports", s)
	}
	return nil
}

// families are those of a list of addresses.
func families(list ...string) (v4, v6 bool) {
	for _, s := range list {
		if p, err := netip.ParsePrefix(s); err == nil {
			v4, v6 = v4 || p.Addr().Is4(), v6 || p.Addr().Is6()
		} else if a, err := netip.ParseAddr(s); err == nil {
			v4, v6 = v4 || a.Is4(), v6 || a.Is6()
		}
	}
	return v4, v6
}

func oneFamily(list []string) error {
	if v4, v6 := families(list...); v4 && v6 {
		return errors.New("addresses of IPv4 and IPv6 in one rule")
	}
	return nil
}

// resources are those that files may declare, by the documentation of the
// providers hashicorp/aws 6, hashicorp/azurerm 4, hashicorp/google 7,
// hetznercloud/hcloud 1 and oracle/oci 7.
var resources = map[string]schema{
	"aws_security_group": {
		arguments: map[string]argument{
			"name": text.held(awsName), "name_prefix": text.held(awsName), "description": text.held(awsText), "vpc_id": text,
			"tags": tags, "revoke_rules_on_delete": boolean, "region": text,
		},
		blocks: map[string]*schema{"ingress": awsInline, "egress": awsInline},
		check: func(v *values) error {
			if v.count("name", "name_prefix") > 1 {
				return errors.New("name and name_prefix")
			}
			return nil
		},
	},
	"aws_vpc_security_group_ingress_rule": awsRule,
	"aws_vpc_security_group_egress_rule":  awsRule,
	"aws_security_group_rule": {
		arguments: map[string]argument{
			"type": text.must().of("ingress", "egress"), "from_port": number.must(), "to_port": number.must(), "protocol": text.must().held(awsProtocol),
			"security_group_id": text.must(), "cidr_blocks": strs.some().held(cidr(4)), "ipv6_cidr_blocks": strs.some().held(cidr(6)), "prefix_list_ids": strs.some(),
			"self": boolean, "source_security_group_id": text, "description": text.held(awsText), "region": text,
		},
		check: func(v *values) error {
			if v.count("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "self", "source_security_group_id") == 0 {
				return errors.New("no source")
			}
			return awsPorts(v, "protocol")
		},
	},
	"aws_ec2_managed_prefix_list": {
		arguments: map[string]argument{
			"name": text.must().held(upTo(255)), "address_family": text.must().of("IPv4", "IPv6"), "max_entries": number.must().held(within(1, 1000)), "tags": tags, "region": text,
		},
		blocks: map[string]*schema{"entry": {arguments: map[string]argument{"cidr": text.must().held(cidr(0)), "description": text.held(awsText)}}},
	},

	"azurerm_resource_group": {arguments: map[string]argument{"name": text.must().held(upTo(90)), "location": text.must(), "tags": tags, "managed_by": text}},
	"azurerm_network_security_group": {
		arguments: map[string]argument{"name": text.must().held(azureName), "location": text.must(), "resource_group_name": text.must(), "tags": tags},
		blocks:    map[string]*schema{"security_rule": {arguments: azureRule(false), check: azureCheck}},
	},
	"azurerm_network_security_rule": {arguments: azureRule(true), check: azureCheck},
	"azurerm_application_security_group": {
		arguments: map[string]argument{"name": text.must().held(azureName), "location": text.must(), "resource_group_name": text.must(), "tags": tags},
	},
	"azurerm_network_interface_security_group_association": {
		arguments: map[string]argument{"network_interface_id": text.must(), "network_security_group_id": text.must()},
	},
	"azurerm_subnet_network_security_group_association": {
		arguments: map[string]argument{"subnet_id": text.must(), "network_security_group_id": text.must()},
	},

	"google_compute_firewall": {
		arguments: map[string]argument{
			"name": text.must().held(like(`[a-z]([-a-z0-9]{0,61}[a-z0-9])?`)), "network": text.must(), "project": text, "description": text.held(upTo(2048)),
			"direction": text.of("INGRESS", "EGRESS"), "priority": number.held(within(0, 65535)), "disabled": boolean, "enable_logging": boolean,
			"source_ranges": strs.some().held(cidr(0)), "destination_ranges": strs.some().held(cidr(0)), "source_tags": googleTags, "target_tags": googleTags,
			"source_service_accounts": strs, "target_service_accounts": strs,
		},
		blocks: map[string]*schema{
			"allow": googleMatch, "deny": googleMatch,
			"log_config": {max: 1, arguments: map[string]argument{"metadata": text.must().of("INCLUDE_ALL_METADATA", "EXCLUDE_ALL_METADATA")}},
			"params":     {max: 1, arguments: map[string]argument{"resource_manager_tags": tags}},
		},
		check: googleCheck,
	},

	"hcloud_firewall": {
		arguments: map[string]argument{"name": text, "labels": tags},
		blocks: map[string]*schema{
			"rule": {
				max: 50,
				arguments: map[string]argument{
					"direction": text.must().of("in", "out"), "protocol": text.must().of("tcp", "udp", "icmp", "gre", "esp"), "port": text.held(func(s string) error { return portRange(s, "any") }),
					"source_ips": strs.held(cidr(0)), "destination_ips": strs.held(cidr(0)), "description": text.held(upTo(255)),
				},
				check: hetznerCheck,
			},
			"apply_to": {arguments: map[string]argument{"server": number, "label_selector": text}, check: func(v *values) error { return v.one("server", "label_selector") }},
		},
	},
	"hcloud_firewall_attachment": {
		arguments: map[string]argument{"firewall_id": number.must(), "server_ids": {kind: cty.Set(cty.Number)}, "label_selectors": strs},
	},

	"oci_core_network_security_group": {
		arguments: map[string]argument{"compartment_id": text.must(), "vcn_id": text.must(), "display_name": text.held(upTo(255)), "defined_tags": tags, "freeform_tags": tags},
	},
	"oci_core_network_security_group_security_rule": {
		arguments: map[string]argument{
			"network_security_group_id": text.must(), "direction": text.must().of("INGRESS", "EGRESS"), "protocol": text.must().held(oracleProtocol),
			"description": text.held(upTo(255)), "stateless": boolean,
			"source": text.held(oraclePeer), "source_type": text.of("CIDR_BLOCK", "NETWORK_SECURITY_GROUP", "SERVICE_CIDR_BLOCK"),
			"destination": text.held(oraclePeer), "destination_type": text.of("CIDR_BLOCK", "NETWORK_SECURITY_GROUP", "SERVICE_CIDR_BLOCK"),
		},
		blocks: map[string]*schema{
			"icmp_options": {max: 1, arguments: map[string]argument{"type": number.must().held(within(0, 255)), "code": number.held(within(0, 255))}},
			"tcp_options":  oraclePorts, "udp_options": oraclePorts,
		},
		check: oracleCheck,
	},
}

var (
	awsText = all(upTo(255), like(`[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*`))
	awsName = all(awsText, func(s string) error {
		if strings.HasPrefix(s, "sg-") {
			return errors.New("a name cannot begin with sg-")
		}
		return nil
	})
	awsProtocol = func(s string) error {
		if slices.Contains([]string{"tcp", "udp", "icmp", "icmpv6", "-1", "all"}, s) {
			return nil
		}
		return within(0, 255)(s)
	}
	awsRule = schema{
		arguments: map[string]argument{
			"security_group_id": text.must(), "ip_protocol": text.must().held(awsProtocol), "from_port": number, "to_port": number, "description": text.held(awsText),
			"cidr_ipv4": text.held(cidr(4)), "cidr_ipv6": text.held(cidr(6)), "prefix_list_id": text, "referenced_security_group_id": text, "tags": tags, "region": text,
		},
		check: func(v *values) error {
			return errors.Join(v.one("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"), awsPorts(v, "ip_protocol"))
		},
	}
	awsInline = &schema{
		arguments: map[string]argument{
			"from_port": number.must(), "to_port": number.must(), "protocol": text.must().held(awsProtocol), "description": text.held(awsText),
			"cidr_blocks": strs.some().held(cidr(4)), "ipv6_cidr_blocks": strs.some().held(cidr(6)), "prefix_list_ids": strs, "security_groups": strs, "self": boolean,
		},
		check: func(v *values) error {
			if v.count("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "self") == 0 {
				return errors.New("no source")
			}
			return awsPorts(v, "protocol")
		},
	}
)

// awsPorts holds the ports of a rule, which for ICMP are type and code.
func awsPorts(v *values, protocol string) error {
	from, to := v.text("from_port"), v.text("to_port")
	if v.unknown["from_port"] || v.unknown["to_port"] || v.unknown[protocol] {
		return nil
	}
	return awsRange(v.text(protocol), from, to)
}

// awsRange holds a range as the API does; empty: there is none.
func awsRange(protocol, from, to string) error {
	switch protocol {
	case "tcp", "udp", "6", "17":
		if err := within(0, 65535)(from); err != nil {
			return fmt.Errorf("from port: %w", err)
		}
		return portRange(from + "-" + to)
	case "icmp", "icmpv6", "1", "58":
		if from == "" && to == "" && (protocol == "icmpv6" || protocol == "58") {
			return nil
		}
		if from == "-1" && to != "-1" {
			return errors.New("a code of all types")
		}
		return errors.Join(within(-1, 255)(from), within(-1, 255)(to))
	default:
		if (from == "" || from == "0" || from == "-1") && from == to {
			return nil
		}
		return fmt.Errorf("ports of protocol %s", protocol)
	}
}

var azureName = like(`[A-Za-z0-9]([-A-Za-z0-9_.]{0,78}[A-Za-z0-9_])?`)

func azureRule(own bool) map[string]argument {
	port := func(s string) error { return portRange(s, "*") }
	out := map[string]argument{
		"name": text.must().held(azureName), "description": text.held(upTo(140)), "protocol": text.must().of("Tcp", "Udp", "Icmp", "Esp", "Ah", "*"),
		"access": text.must().of("Allow", "Deny"), "direction": text.must().of("Inbound", "Outbound"), "priority": number.must().held(within(100, 4096)),
	}
	for _, end := range []string{"source", "destination"} {
		out[end+"_port_range"] = text.held(port)
		out[end+"_port_ranges"] = strs.some().held(func(s string) error { return portRange(s) })
		out[end+"_address_prefix"] = text.held(azurePrefix)
		out[end+"_address_prefixes"] = strs.some().held(cidrOrAddress)
		out[end+"_application_security_group_ids"] = strs.some()
	}
	if own {
		out["resource_group_name"], out["network_security_group_name"] = text.must(), text.must()
	}
	return out
}

func cidrOrAddress(s string) error {
	if _, err := netip.ParseAddr(s); err == nil {
		return nil
	}
	return cidr(0)(s)
}

// azurePrefix is an address, a prefix, all, or a service tag.
func azurePrefix(s string) error {
	if s == "*" || like(`[A-Z][A-Za-z]+(\.[A-Za-z0-9]+)?`)(s) == nil {
		return nil
	}
	return cidrOrAddress(s)
}

func azureCheck(v *values) error {
	var out []error
	for _, end := range []string{"source", "destination"} {
		out = append(out, v.one(end+"_port_range", end+"_port_ranges"),
			v.one(end+"_address_prefix", end+"_address_prefixes", end+"_application_security_group_ids"))
	}
	addresses := slices.Concat(v.texts["source_address_prefix"], v.texts["source_address_prefixes"], v.texts["destination_address_prefix"], v.texts["destination_address_prefixes"])
	return errors.Join(append(out, oneFamily(addresses))...)
}

var (
	googleTags  = strs.some().held(like(`[a-z]([-a-z0-9]{0,61}[a-z0-9])?`))
	googleMatch = &schema{
		arguments: map[string]argument{
			"protocol": text.must().held(func(s string) error {
				if slices.Contains([]string{"tcp", "udp", "icmp", "esp", "ah", "sctp", "ipip", "all"}, strings.ToLower(s)) {
					return nil
				}
				return within(0, 255)(s)
			}),
			"ports": strs.held(func(s string) error { return portRange(s) }),
		},
		check: func(v *values) error {
			if len(v.texts["ports"]) > 0 && !slices.Contains([]string{"tcp", "udp", "sctp", "6", "17", "132"}, strings.ToLower(v.text("protocol"))) {
				return fmt.Errorf("ports of protocol %s", v.text("protocol"))
			}
			return nil
		},
	}
)

func googleCheck(v *values) error {
	out := []error{v.one("allow", "deny"), oneFamily(slices.Concat(v.texts["source_ranges"], v.texts["destination_ranges"]))}
	if v.text("direction") == "EGRESS" {
		if v.count("source_ranges", "source_tags", "source_service_accounts") > 0 {
			out = append(out, errors.New("a source of EGRESS"))
		}
	} else if v.count("source_ranges", "source_tags", "source_service_accounts") == 0 {
		out = append(out, errors.New("INGRESS without a source"))
	}
	if v.count("source_tags", "target_tags") > 0 && v.count("source_service_accounts", "target_service_accounts") > 0 {
		out = append(out, errors.New("tags beside service accounts"))
	}
	return errors.Join(out...)
}

func hetznerCheck(v *values) error {
	var out []error
	switch protocol := v.text("protocol"); {
	case (protocol == "tcp" || protocol == "udp") && !v.has("port"):
		out = append(out, fmt.Errorf("%s without port", protocol))
	case protocol != "tcp" && protocol != "udp" && protocol != "" && v.has("port"):
		out = append(out, fmt.Errorf("%s with port", protocol))
	}
	own, other := "source_ips", "destination_ips"
	if v.text("direction") == "out" {
		own, other = other, own
	}
	if !v.unknown[own] && len(v.texts[own]) == 0 {
		out = append(out, fmt.Errorf("no %s", own))
	}
	if len(v.texts[other]) > 0 {
		out = append(out, fmt.Errorf("%s of direction %s", other, v.text("direction")))
	}
	return errors.Join(out...)
}

var oraclePorts = &schema{
	max: 1,
	blocks: map[string]*schema{
		"destination_port_range": oracleRange, "source_port_range": oracleRange,
	},
}

var oracleRange = &schema{
	max:       1,
	arguments: map[string]argument{"min": number.must().held(within(1, 65535)), "max": number.must().held(within(1, 65535))},
	check: func(v *values) error {
		if v.unknown["min"] || v.unknown["max"] {
			return nil
		}
		return portRange(v.text("min") + "-" + v.text("max"))
	},
}

func oracleProtocol(s string) error {
	if s == "all" {
		return nil
	}
	return within(0, 254)(s)
}

// oraclePeer is a prefix, the id of another group, or the label of services.
func oraclePeer(s string) error {
	if strings.HasPrefix(s, "ocid1.") || like(`[a-z]+(-[a-z]+)+`)(s) == nil {
		return nil
	}
	return cidr(0)(s)
}

func oracleCheck(v *values) error {
	var out []error
	own, other := "source", "destination"
	if v.text("direction") == "EGRESS" {
		own, other = other, own
	}
	if !v.has(own) || v.has(other) {
		out = append(out, fmt.Errorf("%s wants %s alone", v.text("direction"), own))
	}
	options := map[string]string{"6": "tcp_options", "17": "udp_options", "1": "icmp_options", "58": "icmp_options"}
	for _, name := range []string{"tcp_options", "udp_options", "icmp_options"} {
		if v.blocks[name] > 0 && v.has("protocol") && !v.unknown["protocol"] && options[v.text("protocol")] != name {
			out = append(out, fmt.Errorf("%s of protocol %s", name, v.text("protocol")))
		}
	}
	return errors.Join(out...)
}
