package jsonata

// kind is the type of a value, as $type names it.
type kind uint8

const (
	undefinedKind kind = iota
	nullKind
	booleanKind
	numberKind
	stringKind
	arrayKind
	objectKind
	functionKind // lambdas, built-ins, regular expressions
)

// value is what expressions work on. The zero value is undefined. Values are immutable once they are shared; a
// function that builds an array or object owns it until it returns it.
type value struct {
	kind kind
	n    float64 // numbers; booleans: 1 is true
	s    string  // strings: the decoded text; numbers: their source text if nobody computed them, else ""
	ref  any     // *array, *object, *function
}

// array is an array or a sequence. A sequence is what paths, wildcards, ranges and filters make: one of no items is
// undefined and one of one item is that item, unless the singleton is kept.
type array struct {
	items []value

	sequence  bool // a sequence, see above
	singleton bool // keep a sequence of one item as an array ("[]")
	cons      bool // made by an array constructor in a path: not flattened
	outer     bool // a wrapper around an input that is an array
	tuples    bool // a stream of tuples (joins)

	pending *payload // where the items are converted from; nil if they are
}

var (
	undefined = value{}
	null      = value{kind: nullKind}
	yes       = value{kind: booleanKind, n: 1}
	no        = value{kind: booleanKind}
)

func boolean(b bool) value {
	if b {
		return yes
	}
	return no
}

func number(f float64) value { return value{kind: numberKind, n: f} }

func text(s string) value { return value{kind: stringKind, s: s} }

// list returns a plain array.
func list(items ...value) value { return value{kind: arrayKind, ref: &array{items: items}} }

// sequence returns a sequence.
func sequence(items ...value) value {
	return value{kind: arrayKind, ref: &array{items: items, sequence: true}}
}

func (v value) isUndefined() bool { return v.kind == undefinedKind }

func (v value) isTrue() bool { return v.n == 1 }

// array returns the array in v with all its items; v must be one.
func (v value) array() *array {
	a := v.ref.(*array)
	if a.pending != nil {
		a.convert()
	}
	return a
}

// held returns the array in v, whose items may not be converted: only size and at tell of them.
func (v value) held() *array { return v.ref.(*array) }

// object returns the object in v; v must be one.
func (v value) object() *object { return v.ref.(*object) }

// function returns the function in v; v must be one.
func (v value) function() *function { return v.ref.(*function) }

// size returns the number of items of itemsOrSelf.
func (v value) size() int {
	switch v.kind {
	case undefinedKind:
		return 0
	case arrayKind:
		return v.held().size()
	}
	return 1
}

// itemsOrSelf returns the items of an array, nothing for undefined, and v itself for anything else.
func (v value) itemsOrSelf() []value {
	switch v.kind {
	case undefinedKind:
		return nil
	case arrayKind:
		return v.array().items
	}
	return []value{v}
}
