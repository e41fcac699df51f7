package executionlog

import (
	"cmp"
	"slices"
	"time"
)

// Limits of one PutLogEvents request. Source: its page of the API reference.
const (
	batchBytesMax   = 1 << 20
	batchEventsMax  = 10_000
	batchEventBytes = 26 // that each event counts beside its message
	batchSpanMax    = 24 * time.Hour
)

// batches divides records into what one request takes each, in the order of time. It changes the order of records.
func batches(records []Record) [][]Record {
	slices.SortStableFunc(records, func(a, b Record) int { return cmp.Compare(a.At, b.At) })
	var all [][]Record
	first, size := 0, 0
	for i, r := range records {
		n := len(r.Text) + batchEventBytes
		if i > first && (size+n > batchBytesMax || i-first == batchEventsMax || r.At-records[first].At > batchSpanMax.Milliseconds()) {
			all = append(all, records[first:i])
			first, size = i, 0
		}
		size += n
	}
	if first < len(records) {
		all = append(all, records[first:])
	}
	return all
}
