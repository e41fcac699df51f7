package jsonata

import (
	"math"
	"strings"
	"unicode"
)

// datePicture is a compiled picture of a time.
// Source: XPath functions 3.1, 9.8.4, as the reference reads it, with the extensions X and x.
type datePicture []datePart

// datePart is a literal or, if literal is nil, a marker.
type datePart struct {
	literal   *string
	component rune // a specifier: one of YMDdFWwXxHhPmsfZzCE, or something that stands for nothing

	named      bool // written as a name; else as integer shows
	names      letterCase
	integer    *integerPicture // nil for components that are no numbers
	width      dateWidth
	yearDigits float64 // of Y, M, D: the number of digits, -1 for any
	military   bool    // modifier t: Z for the time zone UTC
}

// dateWidth bounds the number of characters; NaN is no bound.
type dateWidth struct{ min, max float64 }

// standardPresentation is what a marker looks like if it does not say.
var standardPresentation = map[rune]string{
	'Y': "1", 'M': "1", 'D': "1", 'd': "1", 'F': "n", 'W': "1", 'w': "1", 'X': "1", 'x': "1", 'H': "1", 'h': "1",
	'P': "n", 'm': "01", 's': "01", 'f': "1", 'Z': "01:01", 'z': "01:01", 'C': "n", 'E': "n",
}

// isoPicture is the picture of times that have none.
const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

// compileDatePicture reads a picture. Errors: D3131, D3132, D3135; those of the budget.
func compileDatePicture(picture string, budget allowance) (datePicture, error) {
	if err := budget.reserve(16 * len(picture)); err != nil {
		return nil, err
	}
	var parts datePicture
	literal := func(s string) {
		if s != "" {
			s = strings.ReplaceAll(s, "]]", "]")
			parts = append(parts, datePart{literal: &s})
		}
	}
	for {
		open := strings.IndexByte(picture, '[')
		if open < 0 {
			literal(picture)
			return parts, nil
		}
		literal(picture[:open])
		picture = picture[open:]
		if strings.HasPrefix(picture, "[[") {
			literal("[")
			picture = picture[2:]
			continue
		}
		end := strings.IndexByte(picture, ']')
		if end < 0 {
			return nil, fail("D3135")
		}
		part, err := compileMarker(picture[1:end])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		picture = picture[end+1:]
	}
}

// compileMarker reads what stands between brackets.
func compileMarker(marker string) (datePart, error) {
	runes := []rune(strings.Join(strings.FieldsFunc(marker, unicode.IsSpace), ""))
	if len(runes) == 0 {
		return datePart{}, fail("D3132", text(""))
	}
	p := datePart{component: runes[0], yearDigits: -1, width: dateWidth{math.NaN(), math.NaN()}}
	presentation := string(runes[1:])
	if comma := strings.LastIndexByte(presentation, ','); comma >= 0 {
		p.width = compileWidth(presentation[comma+1:])
		presentation = presentation[:comma]
	}
	modifier := ""
	if n := len(presentation); n > 1 && strings.IndexByte("atco", presentation[n-1]) >= 0 {
		presentation, modifier = presentation[:n-1], presentation[n-1:]
	}
	if presentation == "" {
		if presentation = standardPresentation[p.component]; presentation == "" {
			return datePart{}, fail("D3132", text(string(p.component)))
		}
	}
	p.military = modifier == "t"
	return p, p.present(presentation, modifier)
}

// compileWidth reads "min-max"; either may be "*", or max left out.
func compileWidth(width string) dateWidth {
	bound := func(s string) float64 {
		if s == "*" {
			return math.NaN()
		}
		return leadingInteger(s)
	}
	least, most, found := strings.Cut(width, "-")
	if !found {
		return dateWidth{bound(least), math.NaN()}
	}
	return dateWidth{bound(least), bound(most)}
}

// present decides how the component is written.
func (p *datePart) present(presentation, modifier string) error {
	var err error
	switch {
	case strings.HasPrefix(presentation, "n"):
		p.named, p.names = true, lowerCase
	case strings.HasPrefix(presentation, "Nn"):
		p.named, p.names = true, titleCase
	case strings.HasPrefix(presentation, "N"):
		p.named, p.names = true, upperCase
	case strings.ContainsRune("YMDdFWwXxHhmsf", p.component):
		if modifier != "" {
			modifier = ";" + modifier
		}
		if p.integer, err = compileIntegerPicture(presentation + modifier); err != nil {
			return err
		}
		p.widen()
	}
	if p.component == 'Z' || p.component == 'z' {
		p.integer, err = compileIntegerPicture(presentation)
	}
	return err
}

// widen applies the width to a number.
func (p *datePart) widen() {
	if p.integer.mandatory < p.width.min {
		p.integer.mandatory = p.width.min
	}
	if !strings.ContainsRune("YMD", p.component) {
		return
	}
	if !math.IsNaN(p.width.max) {
		p.yearDigits, p.integer.mandatory = p.width.max, p.width.max
	} else if w := p.integer.mandatory + p.integer.optional; w >= 2 {
		p.yearDigits = w
	}
}
