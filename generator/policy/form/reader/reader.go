// Package reader reads the tables of package form back and says what they
// ask for, refusing what a form of a network team would.
package reader

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by the platform's id.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"change-request": ChangeRequest}
}

// header are the columns that a reader of the form counts on.
var header = []string{"No.", "Action", "Direction", "Opened by", "Source addresses", "Source ports", "Destination", "Destination addresses",
	"Transport", "Destination ports", "Service", "Justification", "Without it", "Stated in", "Flow", "Need", "Translation", "To fill in", "Status",
	"Requested by", "Approved by", "Review on"}

// The columns by place.
const (
	number = iota
	action
	direction
	openedBy
	sources
	sourcePorts
	destination
	targets
	transport
	ports
	service
	justification
	without
	stated
	flow
	need
	translation
	fill
	status
	firstEmpty
)

// ChangeRequest reads a change request: RFC 4180 with every cell quoted, the
// known header, numbered rows, and no cell that a spreadsheet would calculate.
func ChangeRequest(text string) (*policytest.Ruleset, error) {
	for i, line := range strings.SplitAfter(text, "\n") {
		if line != "" && (!strings.HasSuffix(line, "\"\r\n") || line[0] != '"') {
			return nil, fmt.Errorf("line %d: a record is quoted and ends with CR LF", i+1)
		}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = len(header)
	set := &policytest.Ruleset{Stateful: true}
	for line := 1; ; line++ {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF) && line == 1:
			return nil, errors.New("line 1: no header")
		case errors.Is(err, io.EOF):
			return set, nil
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", line, err)
		case line == 1 && !slices.Equal(cells, header):
			return nil, fmt.Errorf("line 1: header %q", cells)
		case line == 1:
			continue
		}
		if err := row(set, cells, line-1); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func row(set *policytest.Ruleset, cells []string, n int) error {
	for _, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			return fmt.Errorf("%q would be calculated", c)
		}
		if strings.ContainsAny(c, "\n\r\t") {
			return fmt.Errorf("%q is not one line of text", c)
		}
	}
	if cells[number] != strconv.Itoa(n) {
		return fmt.Errorf("number %q, not %d", cells[number], n)
	}
	if cells[justification] == "" {
		return errors.New("no justification")
	}
	m := policytest.Match{Verdict: policytest.Allowed, Type: -1, Name: "row " + cells[number]}
	switch cells[action] {
	case "note", "translate":
		return nil
	case "allow":
	case "deny":
		m.Verdict = policytest.Denied
	default:
		return fmt.Errorf("action %q", cells[action])
	}
	if want := map[bool]string{true: "ready", false: "to fill in"}[cells[fill] == ""]; cells[status] != want {
		return fmt.Errorf("status %q, not %q", cells[status], want)
	}
	for _, c := range cells[firstEmpty:] {
		if c != "" {
			return fmt.Errorf("%q where a person signs", c)
		}
	}
	if !slices.Contains([]string{"", "in", "out", "forward"}, cells[direction]) {
		return fmt.Errorf("direction %q", cells[direction])
	}
	if cells[openedBy] == "" || cells[destination] == "" {
		return errors.New("who opens it, or who listens, is missing")
	}
	var err error
	if m.From, err = addresses(cells[sources]); err != nil {
		return err
	}
	if m.To, err = addresses(cells[targets]); err != nil {
		return err
	}
	if m.Transport, err = transportOf(cells[transport]); err != nil {
		return err
	}
	if m.FromPorts, _, err = portsOf(m.Transport, cells[sourcePorts]); err != nil {
		return err
	}
	to, icmp, err := portsOf(m.Transport, cells[ports])
	if err != nil {
		return err
	}
	m.ToPorts = to
	if len(icmp) == 0 {
		set.Rules = append(set.Rules, m)
	}
	for _, m.Type = range icmp {
		set.Rules = append(set.Rules, m)
	}
	return nil
}

var name = regexp.MustCompile(`^(\*\.)?([a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?\.)+[a-z][-a-z0-9]*[a-z0-9]$`)

// addresses are blocks, addresses and names; nil: any.
func addresses(cell string) ([]netip.Prefix, error) {
	if cell == "any" {
		return nil, nil
	}
	list := []netip.Prefix{}
	for _, word := range strings.Split(cell, ", ") {
		if a, err := netip.ParseAddr(word); err == nil && !a.Is4In6() && a.Zone() == "" {
			list = append(list, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		if p, err := netip.ParsePrefix(word); err == nil && p.Masked() == p && !p.Addr().Is4In6() && !p.IsSingleIP() {
			list = append(list, p)
			continue
		}
		if !name.MatchString(word) {
			return nil, fmt.Errorf("%q is no address, block or name", word)
		}
		list = append(list, policytest.NameAddrs(word)...)
	}
	return list, nil
}

func transportOf(cell string) (netspec.Transport, error) {
	if n, ok := strings.CutPrefix(cell, "ip/"); ok {
		number, err := strconv.ParseUint(n, 10, 8)
		if err != nil || netspec.Protocol(uint8(number)).String() != cell {
			return netspec.Transport{}, fmt.Errorf("transport %q", cell)
		}
		return netspec.Protocol(uint8(number)), nil
	}
	for _, t := range []netspec.Transport{netspec.TCP, netspec.UDP, netspec.SCTP, netspec.ICMP, netspec.ICMPv6, netspec.ESP, netspec.AH, netspec.GRE, netspec.Any} {
		if t.String() == cell {
			return t, nil
		}
	}
	return netspec.Transport{}, fmt.Errorf("transport %q", cell)
}

// portsOf are port ranges, or message types of ICMP; nothing: any, or the
// transport has none.
func portsOf(t netspec.Transport, cell string) (list []policy.Ports, icmp []int, err error) {
	switch {
	case cell == "any" && (t.HasPorts() || t == netspec.Any), cell == "" && !t.HasPorts():
		return nil, nil, nil
	case cell == "any" || cell == "":
		return nil, nil, fmt.Errorf("ports %q of %s", cell, t)
	}
	for _, word := range strings.Split(cell, ", ") {
		if n, ok := strings.CutPrefix(word, "type "); ok {
			typ, err := strconv.ParseUint(n, 10, 8)
			if err != nil || t != netspec.ICMP && t != netspec.ICMPv6 {
				return nil, nil, fmt.Errorf("%q of %s", word, t)
			}
			icmp = append(icmp, int(typ))
			continue
		}
		first, last, isRange := strings.Cut(word, "-")
		if !isRange {
			last = first
		}
		a, err1 := strconv.ParseUint(first, 10, 16)
		b, err2 := strconv.ParseUint(last, 10, 16)
		if err1 != nil || err2 != nil || a == 0 || a > b || isRange && a == b || !t.HasPorts() {
			return nil, nil, fmt.Errorf("ports %q of %s", word, t)
		}
		list = append(list, policy.Ports{First: uint16(a), Last: uint16(b)})
	}
	return list, icmp, nil
}
