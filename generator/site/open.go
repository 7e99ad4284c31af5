package site

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/changes"
	"portolan/generator/diag"
)

// Source is where a site is read from.
type Source struct {
	// Files is the site's folder: data/, content/ and, where it overrides the
	// built-in look, templates/.
	Files fs.FS
	// Builtin is what the program carries: templates/ and the vocabulary,
	// data/services.toml and data/zones.toml.
	Builtin fs.FS
	// Known are the ids that data may name.
	Known catalog.Known
	// BaseURL replaces the site's own; empty: it stays.
	BaseURL string
	// Jobs is the number of files read at a time, 0 for one per core.
	Jobs int
	// Cache keeps products from one Open to the next; nil: none.
	Cache *load.Cache
}

// Open reads a site and checks all of it. Every fault of the data and content
// goes to the list. After an error in the list the site is nil; an error that
// comes back is one of the program's own files or of the site's templates.
func Open(src Source, list *diag.List) (*Site, error) {
	data := load.Load(src.Files, load.Options{Builtin: src.Builtin, Known: src.Known, Jobs: src.Jobs, Cache: src.Cache}, list)
	content := LoadContent(src.Files, list)
	releases := changes.Load(src.Files, list)
	if data.Catalog == nil {
		return nil, nil
	}
	if src.BaseURL != "" {
		data.Catalog.Site.BaseURL = src.BaseURL
	}
	list.TurnOff(data.Catalog.Site.WarningsOff...)
	templates, err := fs.Sub(overlay{src.Files, src.Builtin}, "templates")
	if err != nil {
		return nil, err
	}
	s, err := New(Input{Catalog: data.Catalog, Content: content, Releases: releases, Broken: broken(data), Templates: templates}, list)
	accept(data.Catalog, list)
	if err != nil || list.HasErrors() {
		return nil, err
	}
	return s, nil
}

// accept takes out of the list the warnings that their files argue for, and
// warns of arguments for none.
func accept(c *catalog.Catalog, list *diag.List) {
	drop := func(at diag.Locator, all []catalog.Acceptance) {
		for _, a := range all {
			if pos := at.At("accept." + a.Code); list.Drop(pos.File, a.Code) == 0 && !list.HasErrors() {
				diag.Warnf(list, pos, "accept-idle", "there is no warning %q about this file", a.Code)
			}
		}
	}
	for _, p := range c.Products {
		drop(p.At, p.Accept)
	}
	for _, d := range c.Deployments {
		drop(d.At, d.Accept)
	}
}

// overlay is a file system over another: a file of the upper one hides the
// one of the same name below, folders show the files of both.
type overlay struct{ upper, lower fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.upper.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.lower.Open(name)
	}
	return f, err
}

// ReadDir lists the files of both, each once.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	upper, err := fs.ReadDir(o.upper, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	lower, lowErr := fs.ReadDir(o.lower, name)
	if lowErr != nil && !errors.Is(lowErr, fs.ErrNotExist) {
		return nil, lowErr
	}
	if err != nil && lowErr != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(upper))
	for _, e := range upper {
		seen[e.Name()] = true
	}
	for _, e := range lower {
		if !seen[e.Name()] {
			upper = append(upper, e)
		}
	}
	return upper, nil
}

// broken lists the products that have a file and are not in the catalog.
func broken(data *load.Result) []string {
	var out []string
	for name := range data.Files {
		dir, base := path.Split(name)
		if slug := strings.TrimSuffix(base, ".toml"); dir == "data/products/" && data.Catalog.Product(slug) == nil {
			out = append(out, slug)
		}
	}
	return out
}
