package awsclient

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cogstep/cogstep/query"
)

// timeLayouts are the forms of times that servers send, the usual ones first. Servers that only resemble AWS leave out
// the zone or write a space.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04Z07:00", "2006-01-02",
	time.RFC1123, time.RFC1123Z, "Mon, _2 Jan 2006 15:04:05 GMT", "Mon, 02 Jan 2006 15:04:05.999 GMT", time.RFC850, time.ANSIC,
	"2006-01-02T15:04:05.999999999-0700",
}

// timeOf reads a time: a text in one of many forms, or seconds since 1970.
func timeOf(v query.Value) (time.Time, bool) {
	switch v.Kind() {
	case query.String:
		return parseTime(v.Str())
	case query.Number:
		return parseTime(v.NumberText())
	}
	return time.Time{}, false
}

// secondsMax are more seconds than any date that services know.
const secondsMax = 1e12

func parseTime(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(seconds) || math.Abs(seconds) > secondsMax {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1000).UTC(), true
}

// instant writes a time as results of tasks have it: ISO 8601 in UTC, with as many groups of three digits behind
// the second as there is need of.
func instant(t time.Time) string {
	t = t.UTC()
	switch ns := t.Nanosecond(); {
	case ns == 0:
		return t.Format("2006-01-02T15:04:05Z")
	case ns%1e6 == 0:
		return t.Format("2006-01-02T15:04:05.000Z")
	case ns%1e3 == 0:
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
	return t.Format("2006-01-02T15:04:05.000000000Z")
}
