package page

import (
	"bytes"
	"errors"
)

var (
	fence = []byte("+++")
	bom   = []byte("\uFEFF")
)

// ErrFrontMatter is the error of front matter that is not closed.
var ErrFrontMatter = errors.New(`front matter opens with "+++" and is not closed by another`)

// Split separates the TOML front matter between two lines of "+++" from the
// body. The lines count from 1 and are those of the first line of each part in
// the file. A file whose first line is not "+++" is all body; its frontLine is 0.
func Split(src []byte) (front []byte, frontLine int, body []byte, bodyLine int, err error) {
	src = bytes.TrimPrefix(src, bom)
	first, rest, more := bytes.Cut(src, []byte("\n"))
	if !isFence(first) {
		return nil, 0, src, 1, nil
	}
	line := 2
	for at := 0; more; line++ {
		var l []byte
		from := at
		l, _, more = bytes.Cut(rest[at:], []byte("\n"))
		at += len(l)
		if more {
			at++
		}
		if isFence(l) {
			return rest[:from], 2, rest[at:], line + 1, nil
		}
	}
	return nil, 0, nil, 0, ErrFrontMatter
}

func isFence(line []byte) bool { return bytes.Equal(bytes.TrimRight(line, " \t\r"), fence) }
