package build

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// A Manifest lists the files of a site that the program wrote. Its bytes depend on nothing but the plan and the
// options: two builds of one plan have equal manifests.
type Manifest struct {
	// Program is the build of the program that wrote the site.
	Program string
	// Inputs names all that the site was made from; zero: not known.
	Inputs Key
	// Remark is what was said of the inputs, to be said again where nothing has to be done.
	Remark string
	// Entries are sorted by path.
	Entries []Entry
}

// An Entry is one file.
type Entry struct {
	Path string
	Key  Key
	// Sum is the SHA-256 of the content.
	Sum [sha256.Size]byte
	// Size is the content's length in bytes; -1 stands for a file of the program's whose content is not known.
	Size int64
}

// Lookup finds the entry of a path.
func (m Manifest) Lookup(path string) (Entry, bool) {
	i, ok := slices.BinarySearchFunc(m.Entries, path, func(e Entry, p string) int { return cmp.Compare(e.Path, p) })
	if !ok {
		return Entry{}, false
	}
	return m.Entries[i], true
}

const (
	manifestHead = "portolan-manifest 1\n"
	inputsHead   = "inputs "
	digestLen    = 43 // of 32 bytes in unpadded base64
)

var digest = base64.RawStdEncoding.Strict()

// Append appends the manifest's text to dst: a line for the version, one for the program, one for the inputs where
// they are known, one a file (key, sum, size, path) and one that counts them, so that a truncated manifest is noticed.
func (m Manifest) Append(dst []byte) []byte {
	dst = slices.Grow(dst, len(m.Entries)*160+256)
	dst = append(dst, manifestHead...)
	dst = append(dst, "program "...)
	dst = strconv.AppendQuote(dst, m.Program)
	dst = append(dst, '\n')
	if m.Inputs != (Key{}) {
		dst = append(digest.AppendEncode(append(dst, inputsHead...), m.Inputs[:]), ' ')
		dst = append(strconv.AppendQuote(dst, m.Remark), '\n')
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		dst = append(digest.AppendEncode(dst, e.Key[:]), ' ')
		dst = append(digest.AppendEncode(dst, e.Sum[:]), ' ')
		dst = append(strconv.AppendInt(dst, e.Size, 10), ' ')
		dst = append(append(dst, e.Path...), '\n')
	}
	dst = append(dst, "end "...)
	dst = strconv.AppendInt(dst, int64(len(m.Entries)), 10)
	return append(dst, '\n')
}

// ParseManifest reads what Append wrote. Errors begin with the line number.
func ParseManifest(text []byte) (Manifest, error) {
	var m Manifest
	rest, ok := bytes.CutPrefix(text, []byte(manifestHead))
	if !ok {
		return m, errors.New("1: not a manifest of version 1")
	}
	line, rest, ok := bytes.Cut(rest, []byte{'\n'})
	quoted, found := bytes.CutPrefix(line, []byte("program "))
	program, err := strconv.Unquote(string(quoted))
	if !ok || !found || err != nil {
		return m, errors.New("2: no program")
	}
	m.Program = program
	first := 3 // the line of the first entry
	if bytes.HasPrefix(rest, []byte(inputsHead)) {
		if rest, err = m.parseInputs(rest); err != nil {
			return Manifest{}, fmt.Errorf("3: %w", err)
		}
		first++
	}
	lines := bytes.Count(rest, []byte{'\n'})
	m.Entries = make([]Entry, 0, lines)
	// All paths share one string, which keeps neither the digests nor a header a path alive.
	paths, ends := make([]byte, 0, max(0, len(rest)-lines*2*(digestLen+1))), make([]int, 0, lines)
	for n := first; ; n++ {
		line, rest, ok = bytes.Cut(rest, []byte{'\n'})
		if !ok {
			return Manifest{}, fmt.Errorf("%d: the manifest is cut off", n)
		}
		if count, end := bytes.CutPrefix(line, []byte("end ")); end {
			if string(count) != strconv.Itoa(len(m.Entries)) || len(rest) > 0 {
				return Manifest{}, fmt.Errorf("%d: the manifest does not end with its count", n)
			}
			break
		}
		e, path, err := parseEntry(line)
		if err != nil {
			return Manifest{}, fmt.Errorf("%d: %w", n, err)
		}
		m.Entries = append(m.Entries, e)
		paths = append(paths, path...)
		ends = append(ends, len(paths))
	}
	all, start := string(paths), 0
	for i, end := range ends {
		m.Entries[i].Path = all[start:end]
		start = end
		if err := ValidPath(m.Entries[i].Path); err != nil {
			return Manifest{}, fmt.Errorf("%d: %w", i+first, err)
		}
		if i > 0 && m.Entries[i-1].Path >= m.Entries[i].Path {
			return Manifest{}, fmt.Errorf("%d: %s is out of order", i+first, m.Entries[i].Path)
		}
	}
	return m, nil
}

// parseInputs reads the line of the inputs and returns what follows it.
func (m *Manifest) parseInputs(text []byte) (rest []byte, err error) {
	line, rest, ok := bytes.Cut(text[len(inputsHead):], []byte{'\n'})
	if !ok || len(line) < digestLen+1 || line[digestLen] != ' ' {
		return nil, errors.New("not inputs")
	}
	if _, err := digest.Decode(m.Inputs[:], line[:digestLen]); err != nil {
		return nil, fmt.Errorf("inputs: %w", err)
	}
	if m.Remark, err = strconv.Unquote(string(line[digestLen+1:])); err != nil || m.Inputs == (Key{}) {
		return nil, errors.New("not inputs")
	}
	return rest, nil
}

// parseEntry reads a line but for the path, which it returns beside the entry.
func parseEntry(line []byte) (e Entry, path []byte, err error) {
	const sum, size = digestLen + 1, 2 * (digestLen + 1)
	if len(line) < size || line[sum-1] != ' ' || line[size-1] != ' ' {
		return e, nil, errors.New("not an entry")
	}
	if _, err := digest.Decode(e.Key[:], line[:sum-1]); err != nil {
		return e, nil, fmt.Errorf("key: %w", err)
	}
	if _, err := digest.Decode(e.Sum[:], line[sum:size-1]); err != nil {
		return e, nil, fmt.Errorf("content: %w", err)
	}
	number, path, ok := bytes.Cut(line[size:], []byte{' '})
	e.Size, err = strconv.ParseInt(string(number), 10, 64)
	if !ok || err != nil || e.Size < -1 {
		return e, nil, errors.New("size is not a number")
	}
	return e, path, nil
}
