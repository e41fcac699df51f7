package jsonata

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// regex is a compiled regular expression literal: immutable, safe for concurrent use.
//
// The syntax is JavaScript's. Go's regexp, which takes linear time, does the matching wherever it finds what JavaScript
// finds; for the rest there is a backtracking matcher that takes each of its steps from the budget.
type regex struct {
	source string
	groups int
	// start and resume are the expression for Go, see [compileRE2]; nil if program has to be used.
	start, resume *regexp.Regexp
	program       *regexProgram
}

// compileRegexp compiles what stands between the slashes of a literal and behind them (i and m). The error is an *Error
// without a code, since the reference reports what V8 says.
func compileRegexp(source, flags string) (*regex, error) {
	fold, multiline := strings.Contains(flags, "i"), strings.Contains(flags, "m")
	tree, groups, err := parseRegex(source, fold)
	if err != nil {
		return nil, invalidRegexp(source, flags, err)
	}
	r := &regex{source: source, groups: groups}
	if r.start, r.resume = compileRE2(tree, multiline); r.start != nil {
		return r, nil
	}
	if r.program, err = compileProgram(tree, groups, fold, multiline); err != nil {
		return nil, invalidRegexp(source, flags, err)
	}
	return r, nil
}

func invalidRegexp(source, flags string, err error) *Error {
	shown := "g" // the reference's own flag, and the others in V8's order
	for _, flag := range []string{"i", "m"} {
		if strings.Contains(flags, flag) {
			shown += flag
		}
	}
	return &Error{Message: fmt.Sprintf("Invalid regular expression: /%s/%s: %v", source, shown, err)}
}

// find returns where the first match at from or behind it is: pairs of byte offsets, for the match and for each group, -1
// for groups that did not take part. It returns nil if there is none. Errors are those of the budget.
func (r *regex) find(budget allowance, s string, from int) ([]int, error) {
	if r.program != nil {
		m, err := r.program.find(budget, s, from)
		if m == nil || err != nil {
			return nil, err
		}
		return m[:2*(r.groups+1)], nil
	}
	if from == 0 || r.resume == r.start {
		return search(budget, r.start, s, from)
	}
	_, size := utf8.DecodeLastRuneInString(s[:from])
	m, err := search(budget, r.resume, s, from-size)
	if m == nil || err != nil {
		return nil, err
	}
	return m[2:], nil // its own group 1 is the match
}

// searchWholeMax is the number of bytes up to which a text is charged for as a whole; beyond, what is looked at is
// counted, since a thousand matches in a long text must not look at all of it a thousand times for nothing.
const searchWholeMax = 4096

func search(budget allowance, re *regexp.Regexp, s string, from int) ([]int, error) {
	rest := s[from:]
	var m []int
	if len(rest) <= searchWholeMax {
		if err := budget.spend(1 + len(rest)/64); err != nil {
			return nil, err
		}
		m = re.FindStringSubmatchIndex(rest)
	} else {
		runes := &countedRunes{text: rest, budget: budget}
		if m = re.FindReaderSubmatchIndex(runes); runes.err != nil {
			return nil, runes.err
		}
	}
	for i := range m {
		if m[i] >= 0 {
			m[i] += from
		}
	}
	return m, nil
}

// countedRunes reads a text and takes a step from the budget for every 64 code points. It ends early when there are no
// steps left.
type countedRunes struct {
	text   string
	budget allowance
	read   int
	err    error
}

// ReadRune returns the next code point, or io.EOF.
func (c *countedRunes) ReadRune() (rune, int, error) {
	if c.read++; c.read%64 == 1 {
		c.err = c.budget.spend(1)
	}
	if c.text == "" || c.err != nil {
		return 0, 0, io.EOF
	}
	r, size := utf8.DecodeRuneInString(c.text)
	c.text = c.text[size:]
	return r, size, nil
}
