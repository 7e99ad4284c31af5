package build

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Names of the program's own in the root of a site.
const (
	ownPrefix    = ".portolan-"
	manifestName = ownPrefix + "manifest"
	stagingName  = ownPrefix + "staging"
	lockName     = ownPrefix + "lock"
)

// ValidPath says why path cannot name an output on every file system, or returns nil.
func ValidPath(path string) error {
	switch {
	case path == "":
		return errors.New("empty path")
	case path[0] == '/':
		return fmt.Errorf("path %q is absolute", path)
	case !utf8.ValidString(path):
		return fmt.Errorf("path %q is not UTF-8", path)
	case len(path) >= len(ownPrefix) && strings.EqualFold(path[:len(ownPrefix)], ownPrefix):
		return fmt.Errorf("path %q begins with %s, which is kept for the build", path, ownPrefix)
	}
	for start := 0; start <= len(path); {
		end := start
		for end < len(path) && path[end] != '/' {
			if c := path[end]; c < ' ' || c == 0x7f || strings.IndexByte(`\:*?"<>|`, c) >= 0 {
				return fmt.Errorf("path %q has the character %q", path, c)
			}
			end++
		}
		switch name := path[start:end]; {
		case name == "":
			return fmt.Errorf("path %q has an empty name", path)
		case name == "." || name == "..":
			return fmt.Errorf("path %q has the name %q", path, name)
		case name[len(name)-1] == '.' || name[len(name)-1] == ' ':
			return fmt.Errorf("path %q has a name that ends in a dot or a space", path)
		case len(name) > 255:
			return fmt.Errorf("path %q has a name longer than 255 bytes", path)
		}
		start = end + 1
	}
	return nil
}

// fold maps names that a case-insensitive file system takes for one to one string.
func fold(path string) string { return strings.ToLower(strings.ToUpper(path)) }

// folded reports whether fold(path) is path, for the common case without allocating.
func folded(path string) bool {
	for i := range len(path) {
		if c := path[i]; 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// parent returns the folder of path, "" for the root.
func parent(path string) string {
	return path[:max(strings.LastIndexByte(path, '/'), 0)]
}

// base returns the last name of path.
func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// within reports whether path is dir or below it. Everything is within "".
func within(path, dir string) bool {
	return dir == "" || strings.HasPrefix(path, dir) && (len(path) == len(dir) || path[len(dir)] == '/')
}
