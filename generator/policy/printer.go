package policy

import (
	"errors"

	"portolan/generator/diag"
)

// Printer collects a platform's file and holds the renderer to its promise:
// every entry is written, and nothing but printable ASCII comes out.
type Printer struct {
	buf  []byte
	done map[*Entry]bool
}

// Line writes the parts one after the other and ends the line.
func (p *Printer) Line(parts ...string) {
	p.Text(parts...)
	p.buf = append(p.buf, '\n')
}

// Text writes the parts.
func (p *Printer) Text(parts ...string) {
	for _, s := range parts {
		p.buf = append(p.buf, s...)
	}
}

// Head writes lines as comments with that sign.
func (p *Printer) Head(sign string, lines []string) {
	for _, s := range lines {
		if s == "" {
			p.Line(sign)
			continue
		}
		p.Line(sign, " ", s)
	}
}

// Entry notes that an entry is written.
func (p *Printer) Entry(e *Entry) { p.done[e] = true }

// Write appends to the file.
func (p *Printer) Write(b []byte) (int, error) {
	p.buf = append(p.buf, b...)
	return len(b), nil
}

// Render spells a lowered policy. An error is a fault of the platform's renderer.
func Render(pl Platform, l *Lowered) ([]byte, error) {
	p := &Printer{buf: make([]byte, 0, 4096), done: make(map[*Entry]bool, len(l.Entries))}
	if err := pl.Render(p, l); err != nil {
		return nil, errors.New(l.Info.ID + ": " + err.Error())
	}
	for _, e := range l.Entries {
		if !p.done[e] {
			return nil, errors.New(diag.Sprintf("%s: entry %s is not written", l.Info.ID, e.Name))
		}
	}
	for i, c := range p.buf {
		ending := c == '\r' && i+1 < len(p.buf) && p.buf[i+1] == '\n'
		if (c < ' ' || c > '~') && c != '\n' && c != '\t' && !ending {
			return nil, errors.New(diag.Sprintf("%s: byte %d at %d of the file", l.Info.ID, c, i))
		}
	}
	return p.buf, nil
}
