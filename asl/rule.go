package asl

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The rules that the tables of the schema are made of.

func anything(*checker, *node) {}

func text(c *checker, n *node)    { c.kind(n, stringNode) }
func boolean(c *checker, n *node) { c.kind(n, booleanNode) }
func object(c *checker, n *node)  { c.kind(n, objectNode) }

// truth is the rule of End.
func truth(c *checker, n *node) {
	if c.kind(n, booleanNode) && n.text != "true" {
		c.rep.schema(n, "Value should be one of the following: [true]")
	}
}

// pathOrNull is the form of InputPath, OutputPath and ResultPath.
func pathOrNull(c *checker, n *node) {
	if n.kind != nullNode {
		c.kind(n, stringNode)
	}
}

// enum allows a few texts.
func enum(values ...string) rule {
	return func(c *checker, n *node) {
		if c.kind(n, stringNode) && !slices.Contains(values, n.text) {
			c.rep.schema(n, "Value should be one of the following: [%s]", strings.Join(values, ", "))
		}
	}
}

// integer allows whole numbers of a range, and expressions in JSONata.
func integer(low, high int64) rule {
	return func(c *checker, n *node) {
		if !c.expression(n) {
			c.integer(n, low, high)
		}
	}
}

// staticInteger allows whole numbers of a range, in either language.
func staticInteger(low, high int64) rule {
	return func(c *checker, n *node) { c.integer(n, low, high) }
}

func (c *checker) integer(n *node, low, high int64) {
	if n.kind != numberNode || strings.ContainsAny(n.text, ".eE") {
		c.rep.schema(n, "Expected value of type Integer")
		return
	}
	v, _ := strconv.ParseInt(n.text, 10, 64) // the nearest one if it is out of range
	c.within(n, float64(v), low, high)
}

// percentage allows 0 to 100, and expressions in JSONata.
func percentage(c *checker, n *node) {
	if !c.expression(n) && c.kind(n, numberNode) {
		c.within(n, n.number(), 0, 100)
	}
}

// backoff is the rule of BackoffRate.
func backoff(c *checker, n *node) {
	if c.kind(n, numberNode) && n.number() < 1 {
		c.rep.schema(n, "Minimum value is 1")
	}
}

func (c *checker) within(n *node, v float64, low, high int64) {
	switch {
	case v < float64(low):
		c.rep.schema(n, "Minimum value is %d", low)
	case v > float64(high):
		c.rep.schema(n, "Maximum value is %d", high)
	}
}

// expression reports whether n is a text where JSONata expects an expression, and a diagnostic if it is no
// expression. In a JSONPath state nothing is an expression.
func (c *checker) expression(n *node) bool {
	if c.lang != JSONata || n.kind != stringNode {
		return false
	}
	if _, ok := expressionText(n.text); !ok {
		c.rep.schema(n, "%s", notAnExpression)
	}
	return true
}

// expressionOr allows an expression or a value of one of the kinds.
func expressionOr(kinds ...nodeKind) rule {
	return func(c *checker, n *node) {
		if !c.expression(n) && !slices.Contains(kinds, n.kind) {
			c.kind(n, kinds[0])
		}
	}
}

// The service wants a capital T and Z in a Timestamp; operands of comparisons may have another offset.
var (
	utcTimestamp  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$`)
	zoneTimestamp = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`)
)

// timestamp is the rule of Wait's Timestamp.
func timestamp(c *checker, n *node) {
	if c.lang == JSONata && strings.HasPrefix(n.str(), "{%") {
		c.expression(n)
		return
	}
	if c.kind(n, stringNode) {
		c.timestamp(n, utcTimestamp)
	}
}

// timestampOperand is the rule of TimestampEquals and the like.
func timestampOperand(c *checker, n *node) {
	if c.kind(n, stringNode) {
		c.timestamp(n, zoneTimestamp)
	}
}

func (c *checker) timestamp(n *node, form *regexp.Regexp) {
	if _, err := time.Parse(time.RFC3339Nano, n.text); err != nil || !form.MatchString(n.text) {
		c.rep.schema(n, "String does not match RFC3339 timestamp")
	}
}

// of allows objects of a shape.
func of(s *shape) rule { return func(c *checker, n *node) { c.check(n, s) } }

// list allows an array, all of whose elements keep to the rule.
func list(element rule) rule {
	return func(c *checker, n *node) {
		if c.kind(n, arrayNode) {
			for _, e := range n.children {
				element(c, e)
			}
		}
	}
}

// fullList is a list that is not empty.
func fullList(element rule) rule {
	return func(c *checker, n *node) {
		if n.kind == arrayNode && len(n.children) == 0 {
			c.rep.schema(n, "Value cannot be empty")
			return
		}
		list(element)(c, n)
	}
}
