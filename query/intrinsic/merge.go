package intrinsic

import (
	"cmp"
	"slices"
	"unicode/utf16"

	"github.com/cogstep/cogstep/query"
)

// jsonMerge adds the members of the second object to those of the first; they win. The third argument asks for a
// deep merge, which does not exist: true is refused. The order of the result is that of java.util.HashMap: recorded,
// {a,b,d} with {a,c,d} gives a,b,c,d.
func jsonMerge(a []query.Value) (query.Value, bool) {
	if a[0].Kind() != query.Object || a[1].Kind() != query.Object || a[2].Bool() {
		return refused()
	}
	var merged query.ObjectBuilder
	for _, object := range a[:2] {
		for key, member := range object.Members() {
			merged.Set(key, member)
		}
	}
	return hashMapOrder(merged.Build()), true
}

// hashMapOrder returns an object's members in the order in which java.util.HashMap holds keys that were added one
// after the other: by bucket, and within a bucket in the order of addition.
func hashMapOrder(object query.Value) query.Value {
	buckets := 16
	for 4*object.Len() > 3*buckets {
		buckets *= 2
	}
	type entry struct {
		bucket uint32
		key    string
		value  query.Value
	}
	entries := make([]entry, 0, object.Len())
	for key, member := range object.Members() {
		h := hashCode(key)
		entries = append(entries, entry{(h ^ h>>16) & uint32(buckets-1), key, member})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.bucket, b.bucket) })
	ordered := query.NewObjectBuilder(len(entries))
	for _, e := range entries {
		ordered.Set(e.key, e.value)
	}
	return ordered.Build()
}

// hashCode is java.lang.String.hashCode.
func hashCode(s string) (h uint32) {
	for _, r := range s {
		if r >= 0x10000 {
			high, low := utf16.EncodeRune(r)
			h = 31*(31*h+uint32(high)) + uint32(low)
			continue
		}
		h = 31*h + uint32(r)
	}
	return h
}
