package asl

import (
	"slices"
	"strings"
)

// dialect says which query language a member belongs to.
type dialect uint8

const (
	both dialect = iota
	onlyJSONPath
	onlyJSONata
)

// shape is what an object of the language looks like: the members it may have and how they go together. The
// schema is data: tables of shapes (schema.go), and this file is all that reads them.
type shape struct {
	fields   []field
	required []string   // all of them
	oneOf    [][]string // exactly one of each group
	atMost   [][]string // one of each group at most
	also     func(*checker, *node)
}

// field is one member that a shape allows.
type field struct {
	name string
	in   dialect
	must rule
}

// rule reports what is wrong with the form of a value. Paths, templates and references to other states are none of
// its business.
type rule func(*checker, *node)

// checker applies shapes to a definition.
type checker struct {
	rep     *reporter
	machine QueryLanguage
	lang    QueryLanguage // of the state that is being checked
	mixed   bool          // lang contradicts the machine's: other-language members go unreported
}

func (s *shape) field(name string) *field {
	for i := range s.fields {
		if s.fields[i].name == name {
			return &s.fields[i]
		}
	}
	return nil
}

// check reports where the object n departs from s.
func (c *checker) check(n *node, s *shape) {
	if !c.kind(n, objectNode) {
		return
	}
	given := map[string]bool{}
	for _, m := range n.children {
		given[m.key] = true
		f := s.field(m.key)
		if f == nil {
			c.rep.member(m, "Field '%s' is not supported", m.key)
			continue
		}
		if c.speaks(m, f) {
			f.must(c, m)
		}
	}
	c.required(n, given, s.required...)
	for _, group := range s.oneOf {
		if c.atMost(n, given, group) == 0 {
			c.rep.schema(n, "This object should have only one of the following fields: [%s]", strings.Join(c.spoken(s, group), ", "))
		}
	}
	for _, group := range s.atMost {
		c.atMost(n, given, group)
	}
	if s.also != nil {
		s.also(c, n)
	}
}

// required reports the names that are not given, all at once.
func (c *checker) required(n *node, given map[string]bool, names ...string) {
	missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return given[name] })
	if len(missing) > 0 {
		c.rep.schema(n, "These fields are required: [%s]", strings.Join(missing, ", "))
	}
}

// atMost reports a group of which more than one is given and returns how many are.
func (c *checker) atMost(n *node, given map[string]bool, group []string) (count int) {
	for _, name := range group {
		if given[name] {
			count++
		}
	}
	if count > 1 {
		c.rep.schema(n, "There should only be one of the following fields: [%s]", strings.Join(group, ", "))
	}
	return count
}

// speaks reports whether the member belongs to the state's language, and a diagnostic if it does not.
func (c *checker) speaks(m *node, f *field) bool {
	if f.in == both || f.in == onlyJSONPath && c.lang == JSONPath || f.in == onlyJSONata && c.lang == JSONata {
		return true
	}
	if !c.mixed {
		is, only := "JSONPath", "JSONata"
		if c.lang == JSONata {
			is, only = only, is
		}
		c.rep.member(m, "The QueryLanguage is set to '%s', but field '%s' is only supported for the '%s' QueryLanguage", is, f.name, only)
	}
	return false
}

// spoken returns the members of a group that exist in the state's language.
func (c *checker) spoken(s *shape, group []string) []string {
	return slices.DeleteFunc(slices.Clone(group), func(name string) bool {
		f := s.field(name)
		return f.in == onlyJSONPath && c.lang == JSONata || f.in == onlyJSONata && c.lang == JSONPath
	})
}

// kind reports a value that is not of kind k.
func (c *checker) kind(n *node, k nodeKind) bool {
	if n.kind == k {
		return true
	}
	names := [...]string{nullNode: "NULL", booleanNode: "BOOLEAN", numberNode: "NUMBER", stringNode: "STRING", arrayNode: "ARRAY", objectNode: "OBJECT"}
	c.rep.schema(n, "Expected value of type [%s]", names[k])
	return false
}
