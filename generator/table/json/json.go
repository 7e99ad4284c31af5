// Package json spells tables in JSON: an object with the provenance, the
// columns and an array of row objects. Every row has every column's id as a
// key, with plain text as its value, and its own stable id under "id".
package json

import (
	"io"

	"portolan/generator/table"
)

// Dialect is the dialect "json".
type Dialect struct{}

// Info tells what the format is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "json",
		Extension: "json",
		Title:     "JSON",
		MediaType: "application/json",
		For:       table.ForData,
		Can:       table.CanBreak | table.CanParagraph | table.CanList | table.CanCite,
	}
}

// Render writes the object, a row a line.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendTable(make([]byte, 0, 512+64*t.Rows()*len(t.Columns)), t))
	return err
}

func appendTable(b []byte, t *table.Table) []byte {
	b = append(b, "{\"schema_version\":1,\n"...)
	b = appendMember(b, "id", t.ID)
	b = append(b, ',')
	b = appendMember(b, "title", t.Title)
	b = append(b, ",\n\"provenance\":"...)
	b = appendProvenance(b, t)
	b = append(b, ",\n\"columns\":["...)
	for i := range t.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = appendMember(b, "id", t.Columns[i].ID)
		b = append(b, ',')
		b = appendMember(b, "title", t.Columns[i].Title)
		b = append(b, '}')
	}
	b = append(b, "],\n\"rows\":["...)
	first := true
	for _, g := range t.Groups {
		for i := range g.Rows {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendRow(append(b, '\n'), t, &g.Rows[i])
		}
	}
	return append(b, "\n]}\n"...)
}

func appendRow(b []byte, t *table.Table, r *table.Row) []byte {
	b = append(b, '{')
	b = appendMember(b, "id", r.ID)
	for i := range r.Cells {
		b = append(b, ',')
		b = appendMember(b, t.Columns[i].ID, r.Cells[i].Plain())
	}
	return append(b, '}')
}

func appendProvenance(b []byte, t *table.Table) []byte {
	p := &t.Provenance
	b = append(b, '{')
	b = appendMember(b, "text", t.ProvenanceLine())
	b = append(b, ',')
	b = appendMember(b, "data_version", p.DataVersion)
	b = append(b, ',')
	b = appendMember(b, "reviewed", p.Reviewed)
	b = append(b, ',')
	b = appendMember(b, "url", t.CopyURL())
	b = append(b, ",\"sources\":["...)
	for i, s := range p.Sources {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = appendMember(b, "title", s.Title)
		b = append(b, ',')
		b = appendMember(b, "publisher", s.Publisher)
		b = append(b, ',')
		b = appendMember(b, "url", s.URL)
		b = append(b, ',')
		b = appendMember(b, "retrieved", s.Retrieved)
		b = append(b, ',')
		b = appendMember(b, "document_version", s.DocumentVersion)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

func appendMember(b []byte, key, value string) []byte {
	b = appendString(b, key)
	b = append(b, ':')
	return appendString(b, value)
}

const hexDigits = "0123456789abcdef"

// appendString quotes a text. What only means something to HTML or to old
// JavaScript is escaped too, so that the file may stand inside a page.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	done := 0
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(append(b, s[done:i]...), '\\', byte(r))
			done = i + 1
		case r == '\n':
			b = append(append(b, s[done:i]...), `\n`...)
			done = i + 1
		case r < ' ' || r == 0x7f || r == '<' || r == 0x2028 || r == 0x2029:
			b = append(append(b, s[done:i]...), '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
			done = i + len(string(r))
		case r == '\uFFFD' && s[i] != 0xEF: // an invalid byte
			b = append(append(b, s[done:i]...), "\uFFFD"...)
			done = i + 1
		}
	}
	b = append(b, s[done:]...)
	return append(b, '"')
}
