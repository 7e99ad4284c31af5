package jsonschema

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
)

// Docs are the doc comments of a package: of a type by its name ("Flow"), of
// a field by the type's name and its own ("Flow.Ports").
type Docs map[string]string

// ReadDocs reads the doc comments of all Go files in a folder.
func ReadDocs(folder fs.FS) (Docs, error) {
	names, err := fs.Glob(folder, "*.go")
	if err != nil {
		return nil, err
	}
	docs := Docs{}
	for _, name := range names {
		src, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("reading doc comments: %w", err)
		}
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				docs.types(d)
			}
		}
	}
	return docs, nil
}

func (d Docs) types(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		doc := t.Doc
		if doc == nil {
			doc = decl.Doc
		}
		d[t.Name.Name] = oneLine(doc)
		s, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range s.Fields.List {
			for _, name := range f.Names {
				d[t.Name.Name+"."+name.Name] = oneLine(f.Doc)
			}
		}
	}
}

func oneLine(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// Field is the description of a field under the key that users know it by:
// where the comment begins with the field's Go name, the key takes its place.
func (d Docs) Field(typeName, field, key string) string {
	text := d[typeName+"."+field]
	if rest, ok := strings.CutPrefix(text, field+" "); ok {
		return "`" + key + "` " + rest
	}
	return text
}
