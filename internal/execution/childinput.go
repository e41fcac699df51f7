package execution

import (
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// childInput returns the input of a map run's next child, and how many items are in it: one, or a batch.
func (v *visit) childInput(state *asl.Map, focus InMapRun) (*query.Document, int) {
	d := v.itemInput(state, focus, focus.NextItem)
	batcher := state.Distributed.Batcher
	if batcher == nil || v.failure != nil {
		return d, 1
	}
	itemsMax, bytesMax := v.batchLimits(batcher)
	head := `{"Items":[`
	if batcher.Input != nil {
		sc := v.scope(v.input)
		if v.c.QueryLanguage == asl.JSONata {
			sc = v.jsonataScope(nil, nil)
		}
		input := v.template(batcher.Input, sc, "ItemBatcher/BatchInput")
		head = `{"BatchInput":` + input.Text() + `,"Items":[`
	}
	const tail = "]}"
	var b strings.Builder
	b.WriteString(head)
	n := 0
	for v.failure == nil {
		b.WriteString(d.Text())
		n++
		if n == itemsMax || focus.NextItem+n == focus.Items.Value().Len() {
			break
		}
		d = v.itemInput(state, focus, focus.NextItem+n)
		if b.Len()+1+d.Size()+len(tail) > bytesMax {
			break
		}
		b.WriteByte(',')
	}
	b.WriteString(tail)
	if b.Len() > bytesMax && v.failure == nil {
		v.failure = &failure{name: errDataLimit, cause: v.prefix() + "An item exceeds the maximum number of bytes of a batch."}
	}
	return query.Trusted(b.String()), n
}

// itemInput returns what an item is given to a child as: the item itself, or what ItemSelector makes of it. A member
// of an object is given as {"Key": …, "Value": …}.
func (v *visit) itemInput(state *asl.Map, focus InMapRun, i int) *query.Document {
	if v.failure != nil {
		return query.EmptyObject
	}
	it := itemAt(focus.Items.Value(), i)
	switch {
	case state.ItemSelector != nil:
		return v.selected(state, it)
	case it.keyed:
		var b query.ObjectBuilder
		b.Set("Key", query.StringValue(it.key))
		b.Set("Value", it.value)
		return rewritten(b.Build())
	}
	return rewritten(it.value)
}

// itemAt returns item i of an array or an object.
func itemAt(items query.Value, i int) item {
	if items.Kind() == query.Array {
		return item{index: i, value: items.At(i)}
	}
	n := 0
	for key, value := range items.Members() {
		if n == i {
			return item{index: i, key: key, keyed: true, value: value}
		}
		n++
	}
	return item{index: i}
}

// batchLimits evaluates the bounds of a batch: items, and bytes of the child's whole input.
func (v *visit) batchLimits(b *asl.ItemBatcher) (items, bytes int) {
	items, bytes = -1, PayloadBytesMax
	if n, ok := v.positive(b.MaxItems, "MaxItemsPerBatch"); ok {
		items = int(n)
	}
	if n, ok := v.positive(b.MaxInputBytes, "MaxInputBytesPerBatch"); ok {
		bytes = int(min(n, PayloadBytesMax))
	}
	return items, bytes
}

// positive evaluates a field that takes a whole number above 0; ok is false if it is not given.
func (v *visit) positive(n asl.Number, field string) (int64, bool) {
	if !n.Given() || v.failure != nil {
		return 0, false
	}
	if n.Expr == nil {
		return int64(n.Static), true
	}
	i, ok := v.number(n)
	if ok && i < 1 {
		v.fault("field " + field + " must be positive")
		return 0, false
	}
	return i, ok
}
