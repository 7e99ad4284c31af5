package load

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/tomlfile"
)

type loader struct {
	opts Options
	sink diag.Sink

	siteSum [sha256.Size]byte // of data/site.toml
}

// kind is what a data file holds, which its place tells.
type kind uint8

const (
	misplaced kind = iota
	site
	services
	zones
	product
	deployment
)

// file is one data file.
type file struct {
	fsys fs.FS
	path string // in fsys
	name string // in diagnostics
	kind kind

	broken bool // it cannot be read, which has been told
	read   bool
	sum    [sha256.Size]byte
	value  any  // a pointer to the catalog's type; nil after a fault
	kept   bool // the value is the cache's and checked

	told diag.List // of a product: its own diagnostics
}

func (f *file) slug() string { return strings.TrimSuffix(path.Base(f.path), ".toml") }

const root = "data"

// kindOf tells what the file of that path holds.
func kindOf(name string) kind {
	switch name {
	case "data/site.toml":
		return site
	case "data/services.toml":
		return services
	case "data/zones.toml":
		return zones
	}
	switch dir, base := path.Split(name); {
	case path.Ext(base) != ".toml":
	case dir == "data/products/":
		return product
	case dir == "data/deployments/":
		return deployment
	}
	return misplaced
}

// list finds the data files, in order of their paths. Names that begin with a
// dot belong to editors and are passed over, other extensions too.
func (l *loader) list(fsys fs.FS) (files []*file, ok bool) {
	if info, err := fs.Stat(fsys, root); err != nil || !info.IsDir() {
		diag.Errorf(l.sink, diag.Pos{File: root}, "no-data", "the site has no folder %q", root)
		return nil, false
	}
	l.folder(fsys, root, &files)
	slices.SortFunc(files, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return files, true
}

func (l *loader) folder(fsys fs.FS, dir string, files *[]*file) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		l.unreadable(dir, err)
		return
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		toml := strings.EqualFold(path.Ext(name), ".toml")
		known := name == "data/products" || name == "data/deployments"
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case known || e.IsDir() && !toml:
			l.folder(fsys, name, files)
		case toml && kindOf(name) == misplaced:
			l.sink.Add(diag.Diagnostic{Pos: diag.Pos{File: name}, Severity: diag.Warning, Code: "misplaced-file",
				Text: "no data file has this place or name, so it is not read",
				Hint: "known: data/site.toml, data/services.toml, data/zones.toml, data/products/SLUG.toml, data/deployments/SLUG.toml"})
		case toml:
			*files = append(*files, l.file(fsys, name))
		}
	}
}

// file checks what the file is. One that cannot be read is still returned, as
// others may name it.
func (l *loader) file(fsys fs.FS, name string) *file {
	info, err := fs.Stat(fsys, name) // of what a symbolic link leads to
	f := &file{fsys: fsys, path: name, name: name, kind: kindOf(name)}
	switch {
	case err != nil:
		f.broken = true
		l.unreadable(name, err)
	case !info.Mode().IsRegular():
		f.broken = true
		diag.Errorf(l.sink, diag.Pos{File: name}, "not-a-file", "a file is meant here, not a %s", what(info.Mode()))
	case (f.kind == product || f.kind == deployment) && !catalog.ValidID(f.slug()):
		diag.Errorf(l.sink, diag.Pos{File: name}, "bad-slug", "%q cannot be part of an address: lower-case letters, digits and single hyphens are meant", f.slug())
	}
	return f
}

func what(m fs.FileMode) string {
	if m.IsDir() {
		return "folder"
	}
	return "device"
}

func (l *loader) unreadable(name string, err error) {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	diag.Errorf(l.sink, diag.Pos{File: name}, "unreadable", "cannot be read: %v", err)
}

// builtin lists the built-in vocabulary, without the files that the site has
// in the same words.
func (l *loader) builtin(own []*file) []*file {
	if l.opts.Builtin == nil {
		return nil
	}
	var files []*file
	for _, name := range []string{"data/services.toml", "data/zones.toml"} {
		src, err := fs.ReadFile(l.opts.Builtin, name)
		if err != nil {
			l.unreadable("built-in "+name, err)
			continue
		}
		sum := sha256.Sum256(src)
		if !slices.ContainsFunc(own, func(f *file) bool { return f.path == name && f.sum == sum }) {
			files = append(files, &file{fsys: l.opts.Builtin, path: name, name: "built-in " + name, kind: kindOf(name)})
		}
	}
	return files
}

// content reads a file, at most one byte more than can be decoded.
func content(f *file) ([]byte, error) {
	r, err := f.fsys.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var b bytes.Buffer
	if info, err := r.Stat(); err == nil {
		b.Grow(int(min(info.Size(), tomlfile.MaxSize)) + bytes.MinRead)
	}
	_, err = b.ReadFrom(io.LimitReader(r, tomlfile.MaxSize+1))
	return b.Bytes(), err
}

// decode fills the file's value, its notes parsed.
func (l *loader) decode(f *file) {
	if f.broken {
		return
	}
	src, err := content(f)
	if err != nil {
		l.unreadable(f.name, err)
		return
	}
	f.read, f.sum = true, sha256.Sum256(src)
	if l.find(f) {
		return
	}
	switch f.kind {
	case site:
		l.siteSum = f.sum
		if v, x := parse[catalog.Site](l, f, src); v != nil {
			v.At, f.value = x, v
		}
	case services:
		if v, x := parse[catalog.Services](l, f, src); v != nil {
			v.At, f.value = x, v
		}
	case zones:
		if v, x := parse[catalog.Zones](l, f, src); v != nil {
			v.At, f.value = x, v
		}
	case product:
		if v, x := parse[catalog.Product](l, f, src); v != nil {
			v.Slug, v.At, f.value = f.slug(), x, v
		}
	case deployment:
		if v, x := parse[catalog.Deployment](l, f, src); v != nil {
			v.Slug, v.At, f.value = f.slug(), x, v
		}
	case misplaced:
	}
}

func parse[T any](l *loader, f *file, src []byte) (*T, *tomlfile.Index) {
	sink := l.sink
	if f.kind == product {
		sink = &f.told
	}
	v, x := tomlfile.Decode[T](f.name, src, sink)
	if v != nil {
		parseNotes(v, x, sink)
	}
	return v, x
}
