package packets

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Mutation is a rule text spoilt in one place or one way.
type Mutation struct {
	Name string // what was done, with its line
	Text string
}

// DropEach makes a mutation for every line that matches: the text without that
// line. Comment lines (#) are passed over.
func DropEach(text string, line *regexp.Regexp) []Mutation {
	var out []Mutation
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if matches(line, l) {
			out = append(out, Mutation{
				Name: fmt.Sprintf("line %d left out (%s)", i+1, strings.TrimSpace(l)),
				Text: strings.Join(lines[:i], "") + strings.Join(lines[i+1:], ""),
			})
		}
	}
	return out
}

// DropAll is the text without any line that matches, such as those of IPv6.
// There is no mutation where no line does.
func DropAll(text string, line *regexp.Regexp) []Mutation {
	var kept strings.Builder
	n := 0
	for l := range strings.Lines(text) {
		if matches(line, l) {
			n++
			continue
		}
		kept.WriteString(l)
	}
	if n == 0 {
		return nil
	}
	return []Mutation{{Name: fmt.Sprintf("%d lines left out (%s)", n, line), Text: kept.String()}}
}

// ReplaceEach makes a mutation for every match of a pattern outside comment
// lines: the text with that match alone replaced, $1 being the pattern's first group.
func ReplaceEach(text string, pattern *regexp.Regexp, replacement string) []Mutation {
	return replaceEach(text, pattern, func(line string, match []int) string {
		return string(pattern.ExpandString(nil, replacement, line, match))
	})
}

// portRange matches two numbers with a range's sign between them, alone or in a
// list. What follows tells a port range from an address or a date.
var portRange = regexp.MustCompile(`(^|[\s,={"'])(\d{1,5})([-:])(\d{1,5})\b`)

// ShortenRanges makes two mutations for every range of ports: one port short at
// its end, and at its beginning. Ranges inside quoted comments count too, unless
// the word comment stands before.
func ShortenRanges(text string) []Mutation {
	var out []Mutation
	for _, end := range []bool{true, false} {
		out = append(out, replaceEach(text, portRange, func(line string, m []int) string {
			part := func(i int) string { return line[m[2*i]:m[2*i+1]] }
			lo, errLo := strconv.ParseUint(part(2), 10, 16)
			hi, errHi := strconv.ParseUint(part(4), 10, 16)
			if errLo != nil || errHi != nil || lo >= hi || quotedComment(line[:m[0]]) || strings.IndexAny(line[m[1]:]+"\n", " \t\r\n,;}\"'") != 0 {
				return line[m[0]:m[1]]
			}
			if end {
				hi--
			} else {
				lo++
			}
			return part(1) + fmt.Sprint(lo) + part(3) + fmt.Sprint(hi)
		})...)
	}
	return out
}

// quotedComment tells whether the text before a place leaves a rule's comment open.
func quotedComment(before string) bool {
	i := strings.LastIndex(before, "comment ")
	return i >= 0 && strings.Count(before[i:], `"`)+strings.Count(before[i:], "'") < 2
}

func replaceEach(text string, pattern *regexp.Regexp, with func(line string, match []int) string) []Mutation {
	var out []Mutation
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if comment(l) {
			continue
		}
		for _, m := range pattern.FindAllStringSubmatchIndex(l, -1) {
			if now := l[:m[0]] + with(l, m) + l[m[1]:]; now != l {
				out = append(out, Mutation{
					Name: fmt.Sprintf("line %d: %s -> %s", i+1, strings.TrimSpace(l), strings.TrimSpace(now)),
					Text: strings.Join(lines[:i], "") + now + strings.Join(lines[i+1:], ""),
				})
			}
		}
	}
	return out
}

func matches(pattern *regexp.Regexp, line string) bool {
	return !comment(line) && pattern.MatchString(strings.TrimRight(line, "\r\n"))
}

func comment(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "#") }
