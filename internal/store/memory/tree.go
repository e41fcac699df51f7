package memory

import "hash/maphash"

// tree is an ordered map that never changes: put and remove return a new one that shares most of its nodes with
// the old one. So a reader that holds a root sees one moment for as long as it likes, without a lock.
//
// It is a treap. A node's rank is a hash of its key, so the same keys make the same tree whatever their history.
type tree struct {
	key         string
	value       []byte
	rank        uint64
	left, right *tree
}

var seed = maphash.MakeSeed()

func (t *tree) get(key string) ([]byte, bool) {
	for t != nil {
		switch {
		case key < t.key:
			t = t.left
		case key > t.key:
			t = t.right
		default:
			return t.value, true
		}
	}
	return nil, false
}

func (t *tree) put(key string, value []byte) *tree {
	left, right := t.split(key)
	node := &tree{key: key, value: value, rank: maphash.String(seed, key)}
	return join(join(left, node), right)
}

func (t *tree) remove(key string) *tree {
	if _, ok := t.get(key); !ok {
		return t
	}
	left, right := t.split(key)
	return join(left, right)
}

// split returns the parts of t below and above key; key itself is in neither.
func (t *tree) split(key string) (below, above *tree) {
	if t == nil {
		return nil, nil
	}
	n := *t
	switch {
	case key < t.key:
		below, n.left = t.left.split(key)
		return below, &n
	case key > t.key:
		n.right, above = t.right.split(key)
		return &n, above
	}
	return t.left, t.right
}

// join makes one tree of two, all keys of a being below those of b.
func join(a, b *tree) *tree {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.rank > b.rank:
		n := *a
		n.right = join(a.right, b)
		return &n
	}
	n := *b
	n.left = join(a, b.left)
	return &n
}

// walk calls yield for each key with from <= key < to (to "": no bound) until it returns false.
func (t *tree) walk(from, to string, yield func(*tree) bool) bool {
	if t == nil {
		return true
	}
	if t.key >= from {
		if !t.left.walk(from, to, yield) {
			return false
		}
		if to == "" || t.key < to {
			if !yield(t) {
				return false
			}
		} else {
			return true
		}
	}
	return t.right.walk(from, to, yield)
}

// walkBack is walk from the end.
func (t *tree) walkBack(from, to string, yield func(*tree) bool) bool {
	if t == nil {
		return true
	}
	if to == "" || t.key < to {
		if !t.right.walkBack(from, to, yield) {
			return false
		}
		if t.key < from {
			return true
		}
		if !yield(t) {
			return false
		}
	}
	return t.left.walkBack(from, to, yield)
}
