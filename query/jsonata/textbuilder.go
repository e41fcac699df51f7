package jsonata

// textBuilder collects text and asks the budget for room before it grows.
type textBuilder struct {
	*evaluation
	b    []byte
	room int // bytes granted so far
}

// grow asks for n bytes more.
func (b *textBuilder) grow(n int) error {
	need := len(b.b) + n
	if need <= b.room {
		return nil
	}
	room := max(2*b.room, need, 256)
	if room > b.budget.Bytes {
		room = need // to the limit, not beyond for convenience
	}
	if err := b.reserve(room); err != nil {
		return err
	}
	b.room = room
	return nil
}

func (b *textBuilder) write(s string) error {
	if err := b.grow(len(s)); err != nil {
		return err
	}
	b.b = append(b.b, s...)
	return nil
}
