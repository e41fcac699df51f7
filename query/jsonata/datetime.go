package jsonata

import "math"

// A time is a float64 here, milliseconds since 1970 in UTC, as in the language; NaN is a time that does not exist.
const (
	dayMillis  = 24 * 60 * 60 * 1000.0
	timeMax    = 8.64e15 // the last time that JavaScript knows, in the year 275760
	monthsYear = 12
)

// utcTime returns the time of a date and a time of day in UTC; month 0 is January. Each part may be beyond its range.
// NaN if there is no such time. The years 0 to 99 are those of the twentieth century, as in JavaScript's Date.UTC.
func utcTime(year, month, day, hour, minute, second, milli float64) float64 {
	if year = math.Trunc(year); year >= 0 && year <= 99 {
		year += 1900
	}
	days := daysBefore(year, math.Trunc(month)) + math.Trunc(day) - 1
	ofDay := math.Trunc(hour)*3600e3 + math.Trunc(minute)*60e3 + math.Trunc(second)*1e3 + math.Trunc(milli)
	return clipTime(days*dayMillis + ofDay)
}

// clipTime returns t without a fraction, NaN if it is out of range.
func clipTime(t float64) float64 {
	if !(math.Abs(t) <= timeMax) {
		return math.NaN()
	}
	return math.Trunc(t) + 0
}

// daysBefore returns the number of days from 1970 to the first of a month of the proleptic Gregorian calendar.
func daysBefore(year, month float64) float64 {
	year += math.Floor(month / monthsYear)
	month -= math.Floor(month/monthsYear) * monthsYear
	if !(math.Abs(year) < 1e6) {
		return math.NaN()
	}
	// Years begin in March, so that the leap day is the last one.
	y, m := int(year), int(month)
	if m < 2 {
		y--
	}
	era := floorDiv(y, 400)
	yearOfEra := y - era*400
	dayOfYear := (153*((m+10)%12) + 2) / 5
	return float64(era*146097 + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear - 719468)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// calendar is a time taken apart; all fields are NaN if there is no such time.
type calendar struct {
	time             float64
	year, month, day float64 // month 0 is January
	weekday          float64 // Monday is 1, Sunday is 7
	hour, minute     float64
	second, milli    float64
}

// newCalendar takes a time apart.
func newCalendar(t float64) calendar {
	t = clipTime(t)
	days := math.Floor(t / dayMillis)
	if math.IsNaN(t) {
		return calendar{t, t, t, t, t, t, t, t, t}
	}
	c := calendar{time: t}
	ofDay := t - days*dayMillis
	c.hour, c.minute = math.Floor(ofDay/3600e3), math.Mod(math.Floor(ofDay/60e3), 60)
	c.second, c.milli = math.Mod(math.Floor(ofDay/1e3), 60), math.Mod(ofDay, 1e3)
	c.weekday = float64((int(days)+3)-floorDiv(int(days)+3, 7)*7) + 1

	shifted := int(days) + 719468
	era := floorDiv(shifted, 146097)
	dayOfEra := shifted - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	march := (5*dayOfYear + 2) / 153
	month, year := (march+2)%12, yearOfEra+era*400
	if month < 2 {
		year++
	}
	c.year, c.month, c.day = float64(year), float64(month), float64(dayOfYear-(153*march+2)/5+1)
	return c
}

// midnight is the begin of the day.
func (c calendar) midnight() float64 { return utcTime(c.year, c.month, c.day, 0, 0, 0, 0) }

// firstWeek returns the begin of the first week of a year (month 0) or of any other month: the one with its first
// Thursday. Source: ISO 8601 for years; XPath functions 3.1, 9.8.4.3 for months.
func firstWeek(year, month float64) float64 {
	first := utcTime(year, month, 1, 0, 0, 0, 0)
	weekday := newCalendar(first).weekday
	if weekday > 4 {
		return first + (8-weekday)*dayMillis
	}
	return first - (weekday-1)*dayMillis
}

// week returns the number of the week in its period, where weeks is the least number of weeks in one and previous, this
// and next are the begins of three periods.
func (c calendar) week(weeks, previous, this, next float64) float64 {
	today := c.midnight()
	n := (today-this)/(7*dayMillis) + 1
	switch {
	case n > weeks && today >= next:
		return 1
	case n < 1:
		n = (today-previous)/(7*dayMillis) + 1
	}
	return math.Floor(n)
}

// component returns the number that a component specifier of a picture stands for; ok is false if it is none of them.
func (c calendar) component(specifier rune) (n float64, ok bool) {
	switch specifier {
	case 'Y':
		return c.year, true
	case 'M':
		return c.month + 1, true
	case 'D':
		return c.day, true
	case 'd':
		return (c.midnight()-utcTime(c.year, 0, 1, 0, 0, 0, 0))/dayMillis + 1, true
	case 'F':
		return c.weekday, true
	case 'W':
		return c.week(52, firstWeek(c.year-1, 0), firstWeek(c.year, 0), firstWeek(c.year+1, 0)), true
	case 'w':
		previous, this, next := c.monthWeeks()
		return c.week(4, previous, this, next), true
	case 'X':
		return c.weekYear(), true
	case 'x':
		return c.weekMonth(), true
	case 'H':
		return c.hour, true
	case 'h':
		return math.Mod(c.hour+11, 12) + 1, true
	case 'm':
		return c.minute, true
	case 's':
		return c.second, true
	case 'f':
		return c.milli, true
	}
	return math.NaN(), false
}

// monthWeeks returns the begins of the first weeks of the month before, this month and the next.
func (c calendar) monthWeeks() (previous, this, next float64) {
	before, after := [2]float64{c.year, c.month - 1}, [2]float64{c.year, c.month + 1}
	switch c.month {
	case 0:
		before = [2]float64{c.year - 1, 11}
	case 11:
		after = [2]float64{c.year + 1, 0}
	}
	return firstWeek(before[0], before[1]), firstWeek(c.year, c.month), firstWeek(after[0], after[1])
}

// weekYear returns the year that the week belongs to.
func (c calendar) weekYear() float64 {
	switch {
	case c.time < firstWeek(c.year, 0):
		return c.year - 1
	case c.time >= firstWeek(c.year+1, 0):
		return c.year + 1
	}
	return c.year
}

// weekMonth returns the month (1 to 12) that the week belongs to.
func (c calendar) weekMonth() float64 {
	_, this, next := c.monthWeeks()
	switch {
	case c.time < this:
		return math.Mod(c.month+11, 12) + 1
	case c.time >= next:
		return math.Mod(c.month+1, 12) + 1
	}
	return c.month + 1
}
