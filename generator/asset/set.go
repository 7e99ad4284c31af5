package asset

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// An Asset is a file that pages load.
type Asset struct {
	// Name is the path in the source, such as css/site.css.
	Name string
	// Output is the path under which it is published, such as css/site.3f9a2c1b.css.
	Output string
	// Content is minified if its kind can be. It must not be changed.
	Content []byte
}

// A Set holds assets by name.
type Set struct{ assets []Asset }

// kinds are the extensions of what is minified. All else is published as it is.
var kinds = map[string]string{
	".css": CSS, ".js": JavaScript, ".mjs": JavaScript, ".svg": SVG, ".json": JSON, ".webmanifest": JSON,
}

// NewSet reads all files of fsys but those whose name, or a folder's, begins with a dot. What tails has by a file's name
// is published at its end; nil: nothing. All faults are returned, in the order of the files.
func NewSet(fsys fs.FS, tails map[string]string) (*Set, error) {
	s := new(Set)
	var errs []error
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir():
			return nil
		}
		a, err := load(fsys, name, tails[name])
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		s.assets = append(s.assets, a)
		return nil
	})
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	slices.SortFunc(s.assets, func(a, b Asset) int { return cmp.Compare(a.Name, b.Name) })
	return s, nil
}

func load(fsys fs.FS, name, tail string) (Asset, error) {
	content, err := fs.ReadFile(fsys, name)
	if err != nil {
		return Asset{}, err
	}
	content = append(content, tail...)
	if kind, ok := kinds[strings.ToLower(path.Ext(name))]; ok {
		if content, err = Minify(kind, content); err != nil {
			var fault *Error
			if errors.As(err, &fault) {
				fault.File = name
			}
			return Asset{}, err
		}
	}
	return Asset{Name: name, Output: Fingerprint(name, content), Content: content}, nil
}

// Lookup finds an asset by its name.
func (s *Set) Lookup(name string) (Asset, bool) {
	i, ok := slices.BinarySearchFunc(s.assets, name, func(a Asset, n string) int { return cmp.Compare(a.Name, n) })
	if !ok {
		return Asset{}, false
	}
	return s.assets[i], true
}

// All returns the assets in the order of their names.
func (s *Set) All() []Asset { return slices.Clone(s.assets) }
