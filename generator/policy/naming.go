package policy

import (
	"strconv"
	"strings"

	"portolan/generator/netspec"
)

// name gives everything its names. A prefix that leaves too little room for
// them gives way to a short one.
func (lw *lowering) name() {
	slug := lw.p.Subject.Slug + "-" + lw.p.At.ID
	lw.l.ID = lw.names.fit("portolan-" + slug)
	locals := make([]string, len(lw.l.Entries))
	longest := 0
	seen := map[string]int{}
	for i, e := range lw.l.Entries {
		local := strings.ReplaceAll(e.Rule.Reasons[0].ID(), ".", "-")
		if e.Direction != Forward {
			local += "-" + e.Direction.String()
		}
		if e.Reply {
			local += "-reply"
		}
		if e.Family == IPv6 && lw.to.Families != OnlyIPv6 {
			local += "-v6"
		}
		seen[local]++
		if n := seen[local]; n > 1 {
			local += "-" + strconv.Itoa(n)
		}
		locals[i] = local
		longest = max(longest, len(local))
	}
	for _, s := range lw.l.Sets {
		longest = max(longest, len(s.Variable))
	}
	lw.names.prefix = "portolan-" + slug + "-"
	if lw.to.Name.Max > 0 && len(lw.names.prefix)+longest > lw.to.Name.Max {
		lw.names.prefix = "pl-" + Fingerprint(slug) + "-"
	}
	lw.l.Prefix = lw.names.spell(lw.names.prefix)
	variables := names{limits: Name{Extra: "_"}, taken: map[string]bool{}}
	for _, s := range lw.l.Sets {
		s.Name = lw.names.fit(s.Variable)
		v := s.Variable
		if v[0] >= '0' && v[0] <= '9' {
			v = "r-" + v
		}
		s.Variable = variables.fit(v)
	}
	limit := lw.to.Note.Max
	if limit == 0 {
		limit = safeMax
	}
	for i, e := range lw.l.Entries {
		e.Name = lw.names.fit(locals[i])
		e.Short = strings.TrimPrefix(e.Name, lw.l.Prefix)
		if i > 0 && lw.l.Entries[i-1].Rule == e.Rule && lw.l.Entries[i-1].Reply == e.Reply {
			e.Note = lw.l.Entries[i-1].Note
			continue
		}
		e.Note = clip(without(note(e), lw.to.Note.Without), limit)
	}
}

// note says why an entry is there: the service and the flows.
func note(e *Entry) string {
	text := Safe(e.Rule.Reasons[0].Service) + ": " + flowList(e.Rule.Reasons)
	if e.Reply {
		text = "reply, " + text
	}
	return clean(text)
}

func flowList(list []Reason) string {
	if len(list) == 1 {
		return list[0].ID()
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID()
	}
	return strings.Join(ids, ", ")
}

// services makes the named services of the entries.
func (lw *lowering) services() {
	made := map[string]*Service{}
	var b []byte
	for _, e := range lw.l.Entries {
		if e.Transport == netspec.Any {
			continue
		}
		b = append(b[:0], strings.ReplaceAll(e.Transport.String(), "/", "-")...)
		if e.ICMPType >= 0 {
			b = strconv.AppendInt(append(b, '-'), int64(e.ICMPType), 10)
		}
		for _, p := range e.Ports {
			b = p.append(append(b, '-'))
		}
		if len(e.SourcePorts) > 0 {
			b = append(b, "-from"...)
		}
		for _, p := range e.SourcePorts {
			b = p.append(append(b, '-'))
		}
		if made[string(b)] == nil {
			local := string(b)
			s := &Service{Name: lw.names.fit(local), Transport: e.Transport, Ports: e.Ports, SourcePorts: e.SourcePorts, ICMPType: e.ICMPType}
			s.Title = Safe(e.Rule.Reasons[0].Service)
			made[local] = s
			lw.l.Services = append(lw.l.Services, s)
		}
		e.Service = made[string(b)]
	}
}

// append spells ports as names hold them: "443", "28000to30000".
func (p Ports) append(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(p.First), 10)
	if p.Single() {
		return b
	}
	return strconv.AppendUint(append(b, "to"...), uint64(p.Last), 10)
}
