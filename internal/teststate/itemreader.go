package teststate

import (
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// readItems takes the data that an ItemReader would read apart into items. Of formats that are not JSON, the items stay
// unknown: then the test does not show what becomes of each.
func (t *test) readItems(r *asl.ItemReader, data string) error {
	switch {
	case r.InputType == "JSONL":
		return t.readLines(data)
	case r.InputType != "JSON" && r.InputType != "":
		return nil
	}
	d, err := query.NewDocument(data)
	if err != nil {
		return refuse("MapItemReaderData must be valid JSON")
	}
	v := d.Value()
	if r.ItemsPointer != "" {
		if v, t.trial.Pointed = pointed(v, r.ItemsPointer); !t.trial.Pointed {
			return refuse("MapItemReaderData has nothing at the ItemsPointer '%s'", r.ItemsPointer)
		}
	}
	if v.Kind() != query.Array && v.Kind() != query.Object {
		return refuse("MapItemReaderData must hold an array or an object of items")
	}
	t.trial.Items = query.FromValue(v)
	return nil
}

func (t *test) readLines(data string) error {
	var items []query.Value
	for line := range strings.Lines(data) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		v, err := query.Parse(line)
		if err != nil {
			return refuse("MapItemReaderData must be valid JSON Lines")
		}
		items = append(items, v)
	}
	t.trial.Items = query.FromValue(query.ArrayValue(items))
	return nil
}

// pointed follows a JSON Pointer (RFC 6901) through objects.
func pointed(v query.Value, pointer string) (query.Value, bool) {
	for _, name := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		name = strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
		member, ok := v.Get(name)
		if !ok {
			return v, false
		}
		v = member
	}
	return v, true
}
