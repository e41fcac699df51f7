package jsonata

import (
	"math"
	"strconv"
	"strings"
)

// allowance is what the pictures need of an evaluation's budget.
type allowance interface {
	spend(steps int) error   // before looking at that many things
	reserve(bytes int) error // before making that many bytes
}

// numberText is a number as JavaScript prints it: the shortest digits, with an exponent from 1e21 and below 1e-6.
func numberText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		return "0"
	}
	if size := math.Abs(f); size >= 1e-6 && size < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}

// leadingInteger reads the integer that s begins with, after blanks, and NaN if there is none, as JavaScript's parseInt.
func leadingInteger(s string) float64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r\u00a0\u2028\u2029\ufeff")
	sign := 1.0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	end := 0
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	f, err := strconv.ParseFloat(s[:end], 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return sign * f
}
