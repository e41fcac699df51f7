package jsonata

import (
	"fmt"
	"math"
	"regexp"
	"sort"
	"strings"
	"unicode/utf16"
)

// parse reads what format writes; NaN if s is something else. Errors: D3130.
func (p *integerPicture) parse(s string) (float64, error) {
	switch p.numbering {
	case letterNumbering:
		if p.letters == upperCase {
			return columnNumber(s, 'A'), nil
		}
		return columnNumber(s, 'a'), nil
	case romanNumbering:
		if p.letters != upperCase {
			s = strings.ToUpper(s)
		}
		return romanValue(s), nil
	case wordNumbering:
		return wordsValue(strings.ToLower(s)), nil
	case sequenceNumbering:
		return 0, fail("D3130", text(p.token))
	}
	return p.parseDigits(s), nil
}

// parseDigits drops ordinal ending and separators and reads the digits of the family.
func (p *integerPicture) parseDigits(s string) float64 {
	if p.ordinal {
		s = s[:max(len(s)-len("th"), 0)]
	}
	if p.regular {
		s = strings.ReplaceAll(s, ",", "") // the reference knows no other regular separator
	} else {
		for _, g := range p.groups {
			s = strings.ReplaceAll(s, string(g.char), "")
		}
	}
	if p.zero != '0' {
		s = strings.Map(func(r rune) rune { return r - p.zero + '0' }, s)
	}
	return leadingInteger(s)
}

// columnNumber is the number of a spreadsheet's column, counted from first. The sum begins with the last letter, as in
// the reference: of long names that makes a difference in the last digit.
func columnNumber(letters string, first uint16) float64 {
	n := 0.0
	units := utf16.Encode([]rune(letters))
	for i := range units {
		n += (float64(units[len(units)-1-i]) - float64(first) + 1) * math.Pow(26, float64(i))
	}
	return n
}

var romanDigits = map[rune]float64{'M': 1000, 'D': 500, 'C': 100, 'L': 50, 'X': 10, 'V': 5, 'I': 1}

// romanValue reads roman numerals in upper case; NaN for other letters.
func romanValue(s string) float64 {
	sum, largest := 0.0, 1.0
	numerals := []rune(s)
	for i := len(numerals) - 1; i >= 0; i-- {
		value, known := romanDigits[numerals[i]]
		switch {
		case !known:
			return math.NaN()
		case value < largest:
			sum -= value
		default:
			largest = value
			sum += value
		}
	}
	return sum
}

// repeatMax is the largest repetition that package regexp compiles.
const repeatMax = 1000

// pattern returns a regular expression for what p can write inside a timestamp, width digits of it if that is positive.
// Errors: D3130; D3136 if the width is out of reach.
func (p *integerPicture) pattern(width float64) (string, error) {
	switch p.numbering {
	case letterNumbering:
		return "[a-zA-Z]+", nil
	case romanNumbering:
		return "[mdclxviMDCLXVI]+", nil
	case wordNumbering:
		return wordPattern, nil
	case sequenceNumbering:
		return "", fail("D3130", text(p.token))
	}
	pattern := "[0-9]+"
	if width > 0 {
		least := width - p.optional
		if width > repeatMax || least < 0 {
			return "", fail("D3136")
		}
		pattern = fmt.Sprintf("[0-9]{%d,%d}", int(least), int(width))
	}
	if p.ordinal {
		pattern += "(?:th|st|nd|rd)"
	}
	return pattern, nil
}

// wordPattern matches numbers in words. Longer words stand first: a word must not hide another that it begins.
var wordPattern = func() string {
	words := make([]string, 0, len(wordValues)+2)
	for word := range wordValues {
		words = append(words, regexp.QuoteMeta(word))
	}
	sort.Slice(words, func(i, j int) bool {
		if len(words[i]) != len(words[j]) {
			return len(words[i]) > len(words[j])
		}
		return words[i] < words[j]
	})
	return "(?:" + strings.Join(append(words, "and", "[-, ]"), "|") + ")+"
}()
