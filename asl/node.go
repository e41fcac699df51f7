package asl

import (
	"strconv"
	"strings"
)

// nodeKind is the JSON type of a node.
type nodeKind uint8

const (
	nullNode nodeKind = iota
	booleanNode
	numberNode
	stringNode
	arrayNode
	objectNode
)

// node is one JSON value of a definition together with the place where it stands.
type node struct {
	kind     nodeKind
	start    int     // offset of its first byte
	end      int     // offset behind its last byte
	text     string  // decoded string; for numbers and booleans the literal
	children []*node // elements or members, in the definition's order

	parent *node
	key    string // name, if parent is an object
	keyAt  int    // offset of the name
	index  int    // position, if parent is an array

	dynamic bool // set by the template builder: something inside has to be evaluated
}

// get returns the member called key, or nil. A nil node and a node that is no object have no members.
func (n *node) get(key string) *node {
	if n == nil || n.kind != objectNode {
		return nil
	}
	for _, m := range n.children {
		if m.key == key {
			return m
		}
	}
	return nil
}

// has reports whether n has a member called key.
func (n *node) has(key string) bool { return n.get(key) != nil }

// is reports whether n exists and is of kind k.
func (n *node) is(k nodeKind) bool { return n != nil && n.kind == k }

// str returns the text of a string node and "" for anything else.
func (n *node) str() string {
	if n.is(stringNode) {
		return n.text
	}
	return ""
}

// elements returns the elements of an array and nothing for anything else.
func (n *node) elements() []*node {
	if n.is(arrayNode) {
		return n.children
	}
	return nil
}

// members returns the members of an object and nothing for anything else.
func (n *node) members() []*node {
	if n.is(objectNode) {
		return n.children
	}
	return nil
}

// number returns the value of a number node and 0 for anything else.
func (n *node) number() float64 {
	if !n.is(numberNode) {
		return 0
	}
	f, _ := strconv.ParseFloat(n.text, 64)
	return f
}

// location names the node as the service does: /States/C/Choices[0]/Next; the root is "/".
func (n *node) location() string {
	if n.parent == nil {
		return "/"
	}
	return n.join(nil, func(b *strings.Builder, at *node) {
		if at.parent.kind == arrayNode {
			b.WriteString("[" + strconv.Itoa(at.index) + "]")
			return
		}
		b.WriteString("/" + at.key)
	})
}

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")

// pointer names the node by a JSON pointer (RFC 6901); the root is "". The root is the node below outside, or the
// outermost one if outside is nil.
func (n *node) pointer(outside *node) string {
	return n.join(outside, func(b *strings.Builder, at *node) {
		if at.parent.kind == arrayNode {
			b.WriteString("/" + strconv.Itoa(at.index))
			return
		}
		b.WriteString("/" + pointerEscape.Replace(at.key))
	})
}

// join writes one step for each node on the way from below the root to n.
func (n *node) join(outside *node, step func(*strings.Builder, *node)) string {
	var way []*node
	for at := n; at.parent != outside && at.parent != nil; at = at.parent {
		way = append(way, at)
	}
	var b strings.Builder
	for i := len(way) - 1; i >= 0; i-- {
		step(&b, way[i])
	}
	return b.String()
}
