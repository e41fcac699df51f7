package jsonata

import (
	"errors"
	"math"

	"github.com/cogstep/cogstep/query"
)

// writer makes payloads of values. Undefined members of objects are left out; undefined items of arrays are null.
type writer struct {
	room   func(values int) error // asks for room before values are made
	strict bool                   // functions are refused, infinities and NaN are strings, as the service has it
	bare   bool                   // functions are like something undefined, as messages have it
	levels int
}

// errFunction refuses a function in a strict result.
var errFunction = errors.New("a function is no JSON")

// convert returns v as a payload. Errors: U1002 if there is no room, U1001 if v is nested too deeply, D1001 for a number
// that JSON does not have, errFunction.
func (w *writer) convert(v value) (query.Value, error) {
	if n := textValues(v.s); n > 0 && !w.bare { // a text is checked again wherever it stands
		if err := w.room(n); err != nil {
			return query.Value{}, err
		}
	}
	switch v.kind {
	case nullKind:
		return query.NullValue(), nil
	case booleanKind:
		return query.BoolValue(v.isTrue()), nil
	case numberKind:
		return w.number(v)
	case stringKind:
		return query.StringValue(v.s), nil
	case arrayKind, objectKind:
		return w.container(v)
	case functionKind:
		if w.strict {
			return query.Value{}, errFunction
		}
		return query.StringValue(""), nil
	}
	return query.Value{}, nil
}

func (w *writer) number(v value) (query.Value, error) {
	switch {
	case v.s != "":
		return query.RawNumber(v.s), nil
	case !math.IsNaN(v.n) && !math.IsInf(v.n, 0):
		return query.FloatValue(v.n), nil
	case !w.strict:
		return query.Value{}, fail("D1001", v)
	case math.IsNaN(v.n):
		return query.StringValue("NaN"), nil
	case v.n < 0:
		return query.StringValue("-Infinity"), nil
	}
	return query.StringValue("Infinity"), nil
}

func (w *writer) container(v value) (query.Value, error) {
	if w.levels++; w.levels > nestingDataMax {
		return query.Value{}, errDepth()
	}
	defer func() { w.levels-- }()
	if v.kind == objectKind {
		return w.object(v.object())
	}
	return w.array(v.array())
}

func (w *writer) array(a *array) (query.Value, error) {
	if err := w.room(len(a.items)); err != nil {
		return query.Value{}, err
	}
	elements := make([]query.Value, len(a.items))
	for i, item := range a.items {
		if item.isUndefined() || w.bare && item.kind == functionKind {
			item = null
		}
		e, err := w.convert(item)
		if err != nil {
			return query.Value{}, err
		}
		elements[i] = e
	}
	return query.ArrayValue(elements), nil
}

func (w *writer) object(o *object) (query.Value, error) {
	if !o.parsed.IsUndefined() {
		return o.parsed, nil
	}
	if err := w.room(2 * o.len()); err != nil {
		return query.Value{}, err
	}
	b := query.NewObjectBuilder(o.len())
	for key, member := range o.all() {
		if member.isUndefined() || w.bare && member.kind == functionKind {
			continue
		}
		q, err := w.convert(member)
		if err != nil {
			return query.Value{}, err
		}
		b.Set(key, q)
	}
	return b.Build(), nil
}
