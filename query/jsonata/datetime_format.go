package jsonata

import (
	"math"
	"strings"
)

var (
	dayNames   = strings.Fields("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
	monthNames = strings.Fields("January February March April May June July August September October November December")
)

// zoneOffset is the distance of a time zone from UTC.
type zoneOffset struct{ hours, minutes float64 }

// parseZone reads "+hhmm". As in the reference, the hours of a negative offset are rounded down and its minutes are
// negative: "-0530" is UTC-6:30.
func parseZone(zone string) zoneOffset {
	n := leadingInteger(zone)
	return zoneOffset{math.Floor(n / 100), math.Mod(n, 100)}
}

func (z zoneOffset) millis() float64 { return (60*z.hours + z.minutes) * 60e3 }

// formatTime writes the time t in a zone. Errors: D3130, D3133, D3134; those of the budget.
func (picture datePicture) formatTime(t float64, zone zoneOffset, budget allowance) (string, error) {
	c := newCalendar(t + zone.millis())
	var b strings.Builder
	for i := range picture {
		s, err := picture[i].format(c, zone, budget)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

func (p *datePart) format(c calendar, zone zoneOffset, budget allowance) (string, error) {
	if p.literal != nil {
		return *p.literal, nil
	}
	switch p.component {
	case 'Z', 'z':
		return p.formatZone(zone, budget)
	case 'P':
		return p.formatHalfDay(c), nil
	case 'C', 'E':
		return "ISO", nil
	}
	n, known := c.component(p.component)
	switch {
	case !known:
		return "undefined", nil
	case p.named:
		return p.formatName(n)
	case p.component == 'Y' && p.yearDigits != -1:
		n = math.Mod(n, math.Pow(10, p.yearDigits))
	}
	return p.integer.format(n, budget)
}

// formatName writes the name of a month or a day, no longer than the width.
func (p *datePart) formatName(n float64) (string, error) {
	var names []string
	switch p.component {
	case 'M', 'x':
		names = monthNames
	case 'F':
		names = dayNames
	default:
		return "", fail("D3133", text(string(p.component)))
	}
	if math.IsNaN(n) {
		return "undefined", nil
	}
	name := names[int(n)-1]
	switch p.names {
	case upperCase:
		name = strings.ToUpper(name)
	case lowerCase:
		name = strings.ToLower(name)
	}
	if float64(len(name)) > p.width.max {
		name = name[:max(int(p.width.max), 0)]
	}
	return name, nil
}

func (p *datePart) formatHalfDay(c calendar) string {
	half := "am"
	if c.hour >= 12 {
		half = "pm"
	}
	if p.named && p.names == upperCase {
		return strings.ToUpper(half)
	}
	return half
}

// formatZone writes the offset. The number of digits in the picture says how much of it. Errors: D3134.
func (p *datePart) formatZone(zone zoneOffset, budget allowance) (string, error) {
	offset := zone.hours*100 + zone.minutes
	var s string
	var err error
	switch digits := p.integer.mandatory; {
	case p.integer.regular || digits == 3 || digits == 4:
		s, err = p.integer.format(offset, budget)
	case digits == 1 || digits == 2:
		if s, err = p.integer.format(zone.hours, budget); err == nil && zone.minutes != 0 {
			var minutes string
			minutes, err = twoDigits.format(zone.minutes, budget)
			s += ":" + minutes
		}
	default:
		err = fail("D3134")
	}
	if err != nil {
		return "", err
	}
	if offset >= 0 {
		s = "+" + s
	}
	if p.component == 'z' {
		s = "GMT" + s
	}
	if offset == 0 && p.military {
		s = "Z"
	}
	return s, nil
}

var twoDigits = &integerPicture{mandatory: 2, zero: '0'}
