package site

import (
	"html/template"
	"strings"
)

// partKey is all that a part of the frame around pages depends on.
type partKey struct{ name, path, section string }

// Part is a named template of the frame around every page, such as the
// navigation. It is made once for all pages that are equally deep in one
// section of the site, and so is told nothing of a page but that.
func (b base) Part(name string) (template.HTML, error) {
	key := partKey{name, partPath(b.Path), b.Section}
	if made, ok := b.site.parts.Load(key); ok {
		return made.(template.HTML), nil
	}
	var text strings.Builder
	err := b.site.templates[kinds[0]].ExecuteTemplate(&text, name, base{site: b.site, Path: key.path, Section: key.section})
	if err != nil {
		return "", err
	}
	made := template.HTML(text.String())
	b.site.parts.Store(key, made)
	return made, nil
}

// partPath stands for all paths from which links to the site's main pages
// are written in the same way: those of one depth below one folder.
func partPath(path string) string {
	depth := strings.Count(path, "/") - 1
	if depth < 2 {
		return path
	}
	first := strings.IndexByte(path[1:], '/') + 2
	return path[:first] + strings.Repeat("-/", depth-1)
}
