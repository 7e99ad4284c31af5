package importer

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"

	"portolan/generator/catalog"
	"portolan/generator/tomlfile"
)

// write spells the draft as a product file.
func (d *draft) write() []byte {
	var b strings.Builder
	comment := func(format string, args ...any) { fmt.Fprintf(&b, "# "+format+"\n", args...) }
	key := func(name, value string) { fmt.Fprintf(&b, "%s = %s\n", name, value) }
	quote := tomlfile.Quote

	comment("A draft from %s: hold every row against the vendor's document before it is published.", line(d.g.File))
	comment("Rows that are not understood stand at the end. Look for: zones, need, self.")
	for _, r := range d.before {
		comment("row %d, above the table: %s", r.Number, line(strings.Join(r.Cells, " | ")))
	}
	if len(d.g.Others) > 0 {
		comment("Sheets that are not read: %s", line(strings.Join(d.g.Others, ", ")))
	}
	key("name", quote(d.name))
	key("vendor", quote("VENDOR"))
	key("kind", quote(string(catalog.KindServer)))
	key("summary", quote("What it does on the network, in a sentence."))

	for _, p := range d.parties {
		fmt.Fprintf(&b, "\n[endpoint.%s]\n", p.id)
		key("name", quote(p.name))
		if !p.stated {
			comment("The table states no zone.")
		}
		key("zone", quote(p.zone))
		if p.self {
			if p.guessed {
				comment("Guessed: it stands in most rows.")
			}
			key("self", "true")
		}
		if p.many {
			key("many", "true")
		}
	}
	for _, name := range d.named {
		fmt.Fprintf(&b, "\n[feature.%s]\n", d.features[name])
		key("name", quote(name))
	}
	for _, f := range d.flows {
		fmt.Fprintf(&b, "\n# Row %d.\n", f.row)
		for _, r := range f.remarks {
			comment("%s", r)
		}
		fmt.Fprintf(&b, "[flow.%s]\n", f.id)
		key("service", quote(f.service))
		key("from", ids(f.from))
		key("to", ids(f.to))
		key("ports", quote(f.ports.String()))
		if f.ports.HasAnyPort() {
			key("dynamic", "true")
		}
		if !f.source.IsZero() {
			key("source_ports", quote(f.source.String()))
		}
		key("need", quote(string(f.need)))
		if len(f.features) > 0 {
			key("feature", texts(f.features))
		}
		for _, kv := range f.fields {
			key(kv[0], kv[1])
		}
		key("source", quote(fmt.Sprintf("table#row %d", f.row)))
	}
	d.rest(&b)
	return []byte(b.String())
}

// rest ends the draft: the table as a source, what the vocabulary lacks, and
// the rows that are not understood.
func (d *draft) rest(b *strings.Builder) {
	comment := func(format string, args ...any) { fmt.Fprintf(b, "# "+format+"\n", args...) }
	key := func(name, value string) { fmt.Fprintf(b, "%s = %s\n", name, value) }
	b.WriteString("\n[source.table]\n")
	key("title", tomlfile.Quote(path.Base(d.g.File)))
	key("publisher", tomlfile.Quote("PUBLISHER"))
	if len(d.services) > 0 {
		b.WriteString("\n# Services that the vocabulary lacks; for data/services.toml:\n")
		for _, id := range d.services {
			comment("[service.%s]", id)
			comment("name = %s", tomlfile.Quote(strings.ReplaceAll(id, "-", " ")))
		}
	}
	if len(d.lost) > 0 {
		b.WriteString("\n# Rows that are not understood:\n")
		for _, text := range d.lost {
			comment("%s", text)
		}
	}
}

func ids(list []*party) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.id
	}
	return texts(out)
}

// texts spells one string, or a list of several.
func texts(list []string) string {
	if len(list) == 1 {
		return tomlfile.Quote(list[0])
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = tomlfile.Quote(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// line is a text on one line without control characters, as a comment needs it.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// noteText makes of a cell's lines the paragraphs of a note, in which nothing
// is markup but whole addresses of the web.
func noteText(s string) string {
	var out []string
	for text := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' }) {
		words := strings.Fields(text)
		for i, w := range words {
			words[i] = escaped(w, i == 0)
		}
		if len(words) > 0 {
			out = append(out, strings.Join(words, " "))
		}
	}
	return strings.Join(out, "\n\n")
}

var (
	address = regexp.MustCompile(`^\(?https?://[A-Za-z0-9./?=%#:-]+[);,.]*$`)
	counted = regexp.MustCompile(`^\d+[.)]`)
)

// escaped keeps a word from being read as Markdown; the first of a line could
// begin a heading or a list too.
func escaped(word string, first bool) string {
	if address.MatchString(word) {
		return word
	}
	var b strings.Builder
	for i, r := range word {
		if strings.ContainsRune("\\`*_{}[]<>|~&", r) || first && i == 0 && strings.ContainsRune("#+-=:", r) || r == ':' && strings.HasPrefix(word[i:], "://") {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	if first && counted.MatchString(word) {
		at := strings.IndexAny(b.String(), ".)")
		return b.String()[:at] + "\\" + b.String()[at:]
	}
	return b.String()
}

// slug is an id made of a name; never empty.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	id := strings.Trim(b.String(), "-")
	if id == "" || id[0] >= '0' && id[0] <= '9' {
		id = strings.Trim("x-"+id, "-")
	}
	return id
}

// title is a product's name made of a file's.
func title(file string) string {
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || unicode.IsSpace(r) }), " ")
	if name == "" {
		return "Product"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
