package jsonata

import (
	"errors"
	"math"
	"testing"
)

// unlimited is a budget that has everything.
type unlimited struct{}

func (unlimited) spend(int) error   { return nil }
func (unlimited) reserve(int) error { return nil }

// thrifty is a budget that counts down.
type thrifty struct{ left int }

func (b *thrifty) spend(steps int) error { return b.reserve(steps) }

func (b *thrifty) reserve(bytes int) error {
	if b.left -= bytes; b.left < 0 {
		return errMemory()
	}
	return nil
}

// outcome is a text or the code of an error.
func outcome(s string, err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return s
}

func TestNumbersFollowTheirPicture(t *testing.T) {
	for _, c := range []struct {
		f       float64
		picture string
		want    string
	}{
		{12345.6, "#,###.00", "12,345.60"},
		{12345678.9, "9,999.99", "12,345,678.90"},
		{0.14, "01%", "14%"},
		{0.14, "001‰", "140‰"},
		{-6, "000", "-006"},
		{-6, "0;(0)", "(6)"},
		{1234.5678, "00.000e0", "12.346e2"},
		{0.000123, "0.0e00", "1.2e-04"},
		{0, "0.0e0", "0.0e0"},
		{-1250, "0.00e0", "-1.25e3"},
		{0.5, "#", "0"},
		{1234567, "#,##,#0,0", "12,34,56,7"},
		{0.123456, "#.000,00", ".123,46"},
		{1, "0;0;0", "D3080"},
		{1, "0.0.0", "D3081"},
		{1, "0%%", "D3082"},
		{1, "0‰‰", "D3083"},
		{1, "0%‰", "D3084"},
		{1, "abc", "D3085"},
		{1, "0a0", "D3086"},
		{1, "0,.0", "D3087"},
		{1, "0,", "D3088"},
		{1, "0,,0", "D3089"},
		{1, "0#", "D3090"},
		{1, "0.#0", "D3091"},
		{1, "0e0%", "D3092"},
		{1, "0e#", "D3093"},
	} {
		if got := outcome(formatNumber(c.f, c.picture, defaultSymbols(), unlimited{})); got != c.want {
			t.Errorf("%v as %q: %q, want %q", c.f, c.picture, got, c.want)
		}
	}
}

func TestIntegersFollowTheirPicture(t *testing.T) {
	for _, c := range []struct {
		f       float64
		picture string
		want    string
	}{
		{123.9, "0000", "0123"},
		{-5, "w", "-five"},
		{1234567, "#,##0", "1,234,567"},
		{1234567, "#:##0,00", "12:345,67"},
		{12, "0;o", "12th"},
		{122, "0;o", "122nd"},
		{15, "٠٠٠", "٠١٥"},
		{1999, "I", "MCMXCIX"},
		{28, "A", "AB"},
		{0, "a", ""},
		{2018, "Ww", "Two Thousand and Eighteen"},
		{1e15, "w", "one thousand trillion"},
		{30, "W;o", "THIRTIETH"},
		{1e21, "0", "1e+21"},
		{5, "α", "D3130"},
		{5, "0٠", "D3131"},
		{math.Inf(1), "w", "D1001"},
	} {
		picture, err := compileIntegerPicture(c.picture)
		var got string
		if err == nil {
			got, err = picture.format(c.f, unlimited{})
		}
		if got = outcome(got, err); got != c.want {
			t.Errorf("%v as %q: %q, want %q", c.f, c.picture, got, c.want)
		}
	}
}

func TestWhatIntegersFormatIsParsedBack(t *testing.T) {
	for _, source := range []string{"0", "#,##0", "0000000", "0;o", "I", "i", "A", "a", "w", "Ww", "W", "w;o", "٠"} {
		picture, err := compileIntegerPicture(source)
		if err != nil {
			t.Fatal(err)
		}
		for n := 1.0; n < 4e6; n = n*3 + 7 {
			if picture.numbering == romanNumbering && n > 4000 {
				break
			}
			s, err := picture.format(n, unlimited{})
			if err != nil {
				t.Fatal(err)
			}
			if source == "٠" {
				continue // digits of other families are only formatted here
			}
			if got, err := picture.parse(s); err != nil || got != n {
				t.Errorf("%q: %v is %q is %v (%v)", source, n, s, got, err)
			}
		}
	}
}

func TestPicturesStayInTheirBudget(t *testing.T) {
	for _, c := range []struct {
		f       float64
		picture string
	}{{1e300, "I"}, {1e300, "w"}, {1e12, "i"}} {
		picture, err := compileIntegerPicture(c.picture)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := picture.format(c.f, &thrifty{left: 2000}); err == nil && len(s) > 2000 {
			t.Errorf("%v as %q has %d bytes", c.f, c.picture, len(s))
		}
	}
	picture, err := compileDatePicture("[Y,1000000000]", unlimited{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := picture.formatTime(0, zoneOffset{}, &thrifty{left: 1e6}); err == nil {
		t.Error("a year of a billion digits was written")
	}
}

func TestTimesFollowTheirPicture(t *testing.T) {
	const when = 1521801216617
	for _, c := range []struct {
		t             float64
		picture, zone string
		want          string
	}{
		{when, isoPicture, "", "2018-03-23T10:33:36.617Z"},
		{when, isoPicture, "+0530", "2018-03-23T16:03:36.617+05:30"},
		{when, "[D#1,2]/[M1,2]/[Y0001,2]", "", "23/03/2018"},
		{when, "[FNn], the [D1o] of [MNn] [YWw]", "", "Friday, the 23rd of March Two Thousand and Eighteen"},
		{when, "[FN,*-3] [MNn,3-3] [h]:[m] [PN]", "", "FRI Mar 10:33 AM"},
		{when, "[[[Y]]]", "", "[2018]"},
		{when, "[X]-W[W01]-[F1], day [d]", "", "2018-W12-5, day 82"},
		{when, "week [w] of [xNn]", "", "week 4 of March"},
		{when, "[H01][z]", "-0500", "05GMT-05:00"},
		{when, "[Z0]", "+0530", "+5:30"},
		{when, "[Z00000]", "", "D3134"},
		{when, "[YN]", "", "D3133"},
		{when, "[q]", "", "D3132"},
		{when, "[Y", "", "D3135"},
		{-62135596800000, "[Y0001]-[M01]-[D01] [F1]", "", "0001-01-01 1"},
		{1e300, "[H]", "", "NaN"},
	} {
		picture, err := compileDatePicture(c.picture, unlimited{})
		var got string
		if err == nil {
			zone := zoneOffset{}
			if c.zone != "" {
				zone = parseZone(c.zone)
			}
			got, err = picture.formatTime(c.t, zone, unlimited{})
		}
		if got = outcome(got, err); got != c.want {
			t.Errorf("%v as %q: %q, want %q", c.t, c.picture, got, c.want)
		}
	}
}

func TestTimestampsAreReadByTheirPicture(t *testing.T) {
	now := float64(fixedNow.UnixMilli())
	for _, c := range []struct {
		s, picture string
		want       string
	}{
		{"2018-03-23T10:33:36.617+00:00", "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01]", "1521801216617"},
		{"Friday, 23 March 2018, 10:33 pm", "[FNn], [D] [MNn] [Y], [h]:[m] [P]", "1521844380000"},
		{"2018-082", "[Y]-[d]", "1521763200000"},
		{"10:33", "[H]:[m]", "1768473180000"},
		{"two thousand and eighteen", "[Yw]", "1514764800000"},
		{"10 36", "[H] [s]", "D3136"},
		{"2018-W12-5", "[X]-W[W]-[F1]", "D3136"},
		{"x", "[CN]", "D3133"},
		{"nothing", "[Y]", "undefined"},
		{"text", "text", "undefined"},
	} {
		picture, err := compileDatePicture(c.picture, unlimited{})
		got := "undefined"
		if err == nil {
			var at float64
			var ok bool
			if at, ok, err = picture.parseTime(c.s, now, unlimited{}); ok {
				got = numberText(at)
			}
		}
		if got = outcome(got, err); got != c.want {
			t.Errorf("%q as %q: %s, want %s", c.s, c.picture, got, c.want)
		}
	}
}

func TestTimestampsWithoutPictureAreISO8601(t *testing.T) {
	for s, want := range map[string]string{
		"1970-01-01T00:00:00.001Z":      "1",
		"2018":                          "1514764800000",
		"2018-02":                       "1517443200000",
		"2018-02-31":                    "1520035200000",
		"2017-10-30T16:25:32.935Z":      "1509380732935",
		"2017-10-30T16:25:32.93599Z":    "1509380732935",
		"2018-02-01T09:42:13.123+0000":  "1517478133123",
		"2018-02-01T09:42:13.123-05:30": "1517497933123",
		"2018-13":                       "NaN",
		"2018.3":                        "1519862400000",
		"2018-03.23Z":                   "1521763200000",
		"0049.1":                        "2493072000000",
		"0050.1":                        "-631152000000",
		"2018.13":                       "NaN",
		"2018.123":                      "NaN",
		"2018-03.0":                     "NaN",
		"2018-01-01T25:00:00":           "NaN",
		"foo":                           "D3110",
		"2018-01-01T10:00":              "D3110",
	} {
		at, err := parseISO(s, unlimited{})
		if got := outcome(numberText(at), err); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

func TestCalendarAgreesWithItself(t *testing.T) {
	for at := -8.64e15; at <= 8.64e15; at += 9.8765432e11 {
		at := math.Floor(at)
		c := newCalendar(at)
		if c.year >= 0 && c.year <= 99 {
			continue // two-digit years are others for utcTime
		}
		if got := utcTime(c.year, c.month, c.day, c.hour, c.minute, c.second, c.milli); got != at {
			t.Fatalf("%v is %+v is %v", at, c, got)
		}
	}
}
