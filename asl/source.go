package asl

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// source is the text of a definition and knows its lines.
type source struct {
	text  string
	lines []int // offset of the first byte of each line
}

func newSource(text string) *source {
	s := &source{text: text, lines: []int{0}}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// position returns the line and the column of an offset, both from 1; columns count characters.
func (s *source) position(offset int) (line, column int) {
	line = sort.SearchInts(s.lines, offset+1)
	return line, utf8.RuneCountInString(s.text[s.lines[line-1]:offset]) + 1
}

// excerptMax is how much of a text Jackson repeats in a message, in characters.
const excerptMax = 500

// bracket names a position as Jackson, the service's JSON parser, does.
func (s *source) bracket(offset int) string {
	line, column := s.position(offset)
	excerpt, rest := s.text, ""
	if runes := []rune(s.text[:min(len(s.text), 4*excerptMax)]); len(runes) > excerptMax {
		excerpt = string(runes[:excerptMax])
		rest = fmt.Sprintf("[truncated %d chars]", utf8.RuneCountInString(s.text)-excerptMax)
	}
	excerpt = strings.ToValidUTF8(excerpt, string(utf8.RuneError))
	return fmt.Sprintf("[Source: (String)\"%s\"%s; line: %d, column: %d]", excerpt, rest, line, column)
}
