package jsonschema

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
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

// Field is the description of a field for people who don't know its Go name:
// of "Ports are the listener's ports." it is "The listener's ports."
func (d Docs) Field(typeName, field string) string {
	text, named := strings.CutPrefix(d[typeName+"."+field], field+" ")
	if !named || text == "" {
		return text
	}
	for _, verb := range []string{"is ", "are "} {
		if rest, ok := strings.CutPrefix(text, verb); ok {
			text = rest
			break
		}
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
