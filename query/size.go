package query

// Exceeds reports whether the JSON text of v is longer than max bytes. It stops counting there and writes nothing, so
// it is cheap even for a value that holds one large part many times.
func (v Value) Exceeds(max int) bool { return v.rest(max) < 0 }

// rest returns what the JSON text of v leaves of budget bytes; less than 0 if it is longer.
func (v Value) rest(budget int) int {
	if text, ok := v.source(); ok {
		return budget - len(text)
	}
	if v.kind == String {
		return budget - stringLength(v.text)
	}
	budget -= len("[]") + max(0, v.Len()-1)
	for i, e := range v.body.values {
		if budget < 0 {
			break
		}
		if v.kind == Object {
			budget -= stringLength(v.body.keys[i]) + len(":")
		}
		budget = e.rest(budget)
	}
	return budget
}

// stringLength returns the length of what AppendString appends.
func stringLength(s string) int {
	n := len(s) + len(`""`)
	for i := range len(s) {
		switch c := s[i]; {
		case shortEscapes[c] != 0:
			n++
		case c < ' ':
			n += len(`\u0000`) - 1
		}
	}
	return n
}
