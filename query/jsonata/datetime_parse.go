package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// dateReader matches a picture and reads what its markers matched.
type dateReader struct {
	pattern strings.Builder
	read    []func(matched string) (float64, error) // nil for literals
	digits  int                                     // that repetitions ask for, together
}

// newReader returns a reader for a picture. Errors: D3130, D3133; D3136 for widths that no timestamp has.
func (picture datePicture) newReader() (*dateReader, error) {
	r := &dateReader{}
	r.pattern.WriteString(`(?i)\A`)
	for i := range picture {
		pattern, read, err := picture[i].reader()
		if err != nil {
			return nil, err
		}
		r.pattern.WriteString("(" + pattern + ")")
		r.digits += clampInt(math.Min(picture[i].yearDigits, repeatMax))
		r.read = append(r.read, read)
	}
	r.pattern.WriteString(`\z`)
	return r, nil
}

// reader returns the pattern of one part and what makes a number of the match; NaN is a name that does not exist.
func (p *datePart) reader() (pattern string, read func(string) (float64, error), err error) {
	switch {
	case p.literal != nil:
		return regexp.QuoteMeta(*p.literal), nil, nil
	case p.component == 'Z' || p.component == 'z':
		pattern, read = p.zoneReader()
	case p.integer != nil:
		pattern, err = p.integer.pattern(p.yearDigits)
		read = p.integer.parse
	default:
		pattern = "[a-zA-Z]+"
		read, err = p.nameReader()
	}
	return pattern, read, err
}

// zoneReader reads offsets, in minutes. As in the reference, minutes are never negative: "-05:30" is four hours and a
// half before UTC.
func (p *datePart) zoneReader() (string, func(string) (float64, error)) {
	prefix, separator := "", ""
	if p.component == 'z' {
		prefix = "GMT"
	}
	pattern := prefix + "[-+][0-9]+"
	if p.integer.regular {
		separator = string(p.integer.groups[0].char)
		pattern += regexp.QuoteMeta(separator) + "[0-9]+"
	}
	return pattern, func(s string) (float64, error) {
		s = s[len(prefix):]
		hours, minutes := s, "0"
		switch {
		case separator != "":
			hours, minutes, _ = strings.Cut(s, separator)
		case len(s) > len("+hh"):
			hours, minutes = s[:3], s[3:]
		}
		return leadingInteger(hours)*60 + leadingInteger(minutes), nil
	}
}

// nameReader reads names as the picture writes them in title case. Errors: D3133.
func (p *datePart) nameReader() (func(string) (float64, error), error) {
	numbers := map[string]float64{}
	var names []string
	switch p.component {
	case 'M', 'x':
		names = monthNames
	case 'F':
		names = dayNames
	case 'P':
		numbers = map[string]float64{"am": 0, "AM": 0, "pm": 1, "PM": 1}
	default:
		return nil, fail("D3133", text(string(p.component)))
	}
	for i, name := range names {
		if p.width.max > 0 && p.width.max < float64(len(name)) {
			name = name[:int(p.width.max)]
		}
		numbers[name] = float64(i + 1)
	}
	return func(s string) (float64, error) {
		if n, known := numbers[s]; known {
			return n, nil
		}
		return absent, nil
	}, nil
}

// instructionBytes is what a character of a pattern takes when it is compiled.
const instructionBytes = 256

// absent is a component that was matched but has no value. It is an infinity, so that it differs from NaN, a number
// that could not be read.
var absent = math.Inf(-1)

// parseTime reads a timestamp. ok is false if it does not match the picture, or the picture has no markers. Components
// that the picture has not are those of now if they are larger than the ones it has, else the least.
// Errors: D3130, D3133; D3136 if a component between two others is missing.
func (picture datePicture) parseTime(s string, now float64, budget allowance) (t float64, ok bool, err error) {
	r, err := picture.newReader()
	if err != nil {
		return 0, false, err
	}
	if err := budget.reserve(instructionBytes*(r.pattern.Len()+r.digits) + len(s)); err != nil {
		return 0, false, err
	}
	matcher, err := regexp.Compile(r.pattern.String())
	if err != nil {
		return 0, false, fail("D3136") // larger than package regexp allows
	}
	matches := matcher.FindStringSubmatch(s)
	if matches == nil {
		return 0, false, nil
	}
	found := dateComponents{}
	for i, read := range r.read {
		if read == nil {
			continue
		}
		n, err := read(matches[i+1])
		if err != nil {
			return 0, false, err
		}
		found[picture[i].component] = n
	}
	if len(found) == 0 {
		return 0, false, nil
	}
	t, err = found.time(newCalendar(now))
	return t, err == nil, err
}

// dateComponents are the values of component specifiers.
type dateComponents map[rune]float64

// is reports whether a component has a value that is not zero.
func (d dateComponents) is(component rune) bool {
	n := d[component]
	return n != 0 && n != absent && !math.IsNaN(n)
}

// within reports whether some of the components in all, and none of its complement in the allowed ones, are there.
func (d dateComponents) within(all, allowed string) bool {
	some := false
	for _, c := range all {
		if d.is(c) {
			if !strings.ContainsRune(allowed, c) {
				return false
			}
			some = true
		}
	}
	return some
}

// time puts the components together.
func (d dateComponents) time(now calendar) (float64, error) {
	const dates, times = "YXMxWwdD", "PHhmsf"
	order, ordinalDate, halfDay := "YMD", false, false
	switch {
	case d.within(dates, "YMD"):
	case d.within(dates, "Yd"):
		order, ordinalDate = "YD", true
	case d.within(dates, "Xxw"), d.within(dates, "XW"):
		return 0, fail("D3136") // dates of weeks: the reference reads none
	}
	if !d.within(times, "Hmsf") && d.within(times, "Phmsf") {
		order, halfDay = order+"Phmsf", true
	} else {
		order += "Hmsf"
	}
	if err := d.complete(order, now); err != nil {
		return 0, err
	}
	month := math.Max(d['M']-1, 0)
	if math.IsNaN(d['M']) {
		month = 0
	}
	if ordinalDate {
		first := utcTime(d['Y'], 0, 1, 0, 0, 0, 0)
		date := newCalendar(first + (d['d']-1)*dayMillis)
		month, d['D'] = date.month, date.day
	}
	if halfDay {
		d['H'] = d['h']
		if d['h'] == 12 {
			d['H'] = 0
		}
		if d['P'] == 1 {
			d['H'] += 12
		}
	}
	t := utcTime(d['Y'], month, d['D'], d['H'], d['m'], d['s'], d['f'])
	for _, zone := range "Zz" {
		if d.is(zone) {
			return t - d[zone]*60e3, nil
		}
	}
	return t, nil
}

// complete fills in what is missing before the first and after the last of the components. Errors: D3136.
func (d dateComponents) complete(order string, now calendar) error {
	started, ended := false, false
	for _, c := range order {
		n, there := d[c]
		switch {
		case there && n != absent:
			if ended {
				return fail("D3136")
			}
			started = true
		case !started:
			d[c], _ = now.component(c)
		default:
			ended = true
			d[c] = 0
			if strings.ContainsRune("MDd", c) {
				d[c] = 1
			}
		}
	}
	return nil
}

// Times in ISO 8601 as the reference accepts them, and the part of them that has a fixed meaning.
var (
	isoTime  = regexp.MustCompile(`\A[0-9]{4}(-[01][0-9])*(-[0-3][0-9])*(T[0-2][0-9]:[0-5][0-9]:[0-5][0-9])*(\.[0-9]+)?([+-][0-2][0-9]:?[0-5][0-9]|Z)?\z`)
	isoDot   = regexp.MustCompile(`\A([0-9]{4})(?:-([0-9]{2}))?\.([0-9]{1,2})Z?\z`)
	isoParts = regexp.MustCompile(`\A([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?)?(?:([+-])([0-9]{2}):?([0-9]{2})|Z)?\z`)
)

// parseISO reads a time in ISO 8601; without a zone it is UTC. NaN if the numbers make no time. Errors: D3110.
func parseISO(s string, budget allowance) (float64, error) {
	if err := budget.spend(1 + len(s)/16); err != nil {
		return 0, err
	}
	if !isoTime.MatchString(s) {
		return 0, fail("D3110", text(s))
	}
	m := isoParts.FindStringSubmatch(s)
	if m == nil {
		return parseDotted(s), nil
	}
	part := func(i int, missing float64) float64 {
		n, err := strconv.ParseFloat(m[i], 64)
		if err != nil {
			return missing
		}
		return n
	}
	year, month, day := part(1, 0), part(2, 1), part(3, 1)
	hour, milli := part(4, 0), math.Floor(leadingInteger((m[7] + "000")[:3]))
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || hour == 24 && part(5, 0)+part(6, 0)+milli > 0 ||
		part(9, 0) > 23 || m[8] != "" && m[4] == "" {
		return math.NaN(), nil
	}
	t := (daysBefore(year, month-1)+day-1)*dayMillis + hour*3600e3 + part(5, 0)*60e3 + part(6, 0)*1e3 + milli
	offset := (part(9, 0)*60 + part(10, 0)) * 60e3
	if m[8] == "-" {
		offset = -offset
	}
	return clipTime(t - offset), nil
}

// parseDotted reads "2018.3" and "2018-03.23", which the reference's pattern lets through and V8 takes for a month and a
// day; years below 50 are those of this century then, and years from 50 to 99 those of the last. NaN for anything else.
func parseDotted(s string) float64 {
	m := isoDot.FindStringSubmatch(s)
	if m == nil {
		return math.NaN()
	}
	year, month, day := leadingInteger(m[1]), leadingInteger(m[3]), 1.0
	if m[2] != "" {
		month, day = leadingInteger(m[2]), month
	}
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return math.NaN()
	}
	switch {
	case year < 50:
		year += 2000
	case year < 100:
		year += 1900
	}
	return (daysBefore(year, month-1) + day - 1) * dayMillis
}
