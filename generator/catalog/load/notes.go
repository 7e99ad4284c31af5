package load

import (
	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/note"
	"portolan/generator/note/markdown"
	"portolan/generator/tomlfile"
)

// parseNotes parses every note of a decoded file.
func parseNotes(file any, x *tomlfile.Index, sink diag.Sink) {
	catalog.NotesOf(file, func(path string, n *note.Note) {
		if n.IsZero() {
			return
		}
		blocks, faults := markdown.Parse(n.Source)
		n.Blocks = blocks
		for _, f := range faults {
			sink.Add(diag.Diagnostic{Pos: x.Offset(path, f.Offset), Code: f.Code, Text: f.Text, Hint: f.Hint})
		}
	})
}
