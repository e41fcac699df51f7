package asl

import (
	"strconv"
	"strings"

	"github.com/cogstep/cogstep/query"
	"github.com/cogstep/cogstep/query/intrinsic"
	"github.com/cogstep/cogstep/query/jsonpath"
)

// template builds the payload template n, nil for none. fields says what its JSONata expressions may use.
func (s *scope) template(n *node, fields statesFields) query.Expr {
	if n == nil {
		return nil
	}
	if n.kind == stringNode && s.lang == JSONata && strings.HasPrefix(n.text, "{%") {
		return s.expression(n, fields) // the field is one expression, and its source is that
	}
	t := templater{scope: s, field: n, fields: fields}
	return t.compile(n)
}

// assign builds the variables that an Assign sets, in its order.
func (s *scope) assign(n *node, fields statesFields) []Assignment {
	var all []Assignment
	seen := map[string]bool{}
	for _, m := range n.members() {
		name, _ := s.keyOf(m)
		s.variableName(m, name)
		if seen[name] {
			s.duplicateKey(m, name, n)
		}
		seen[name] = true
		s.entry.assigns = append(s.entry.assigns, variable{name, m})
		t := templater{scope: s, field: n, fields: fields}
		all = append(all, Assignment{Name: name, Value: t.compileMember(m)})
	}
	return all
}

// keyOf returns the name that a member of a template has in the result, and whether its value is to be evaluated
// for it.
func (s *scope) keyOf(m *node) (key string, dynamic bool) {
	if s.lang == JSONata {
		return m.key, false
	}
	return strings.CutSuffix(m.key, ".$")
}

func (s *scope) duplicateKey(m *node, key string, field *node) {
	s.rep.report(SeverityError, SchemaFailed, mark{at: m, where: field, onName: true},
		"There should only be one of the following fields: [%s, %s.$]", key, key)
}

// templater compiles one member that is a template.
type templater struct {
	*scope
	field  *node // the member: where the service locates all that is wrong inside
	fields statesFields
}

// compile compiles the template n, which may be all of the field or what an Assign gives to one variable.
func (t *templater) compile(n *node) *query.Template {
	t.survey(n)
	return t.node(n, "")
}

// compileMember compiles the value of a member of an Assign.
func (t *templater) compileMember(m *node) *query.Template {
	if _, dynamic := t.keyOf(m); dynamic {
		return query.ExprTemplate(t.pathOrCall(m), m.key)
	}
	t.warnPlain(m)
	return t.compile(m)
}

// survey notes in each node below n whether there is anything to be evaluated in it, so that every part without is
// parsed just once, as one literal. It warns of literals that look as if they should be evaluated.
func (t *templater) survey(n *node) {
	n.dynamic = n.kind == stringNode && t.lang == JSONata && strings.HasPrefix(n.text, "{%")
	for _, m := range n.children {
		t.survey(m)
		_, dynamic := t.keyOf(m)
		n.dynamic = n.dynamic || m.dynamic || dynamic
		if !dynamic && n.kind == objectNode {
			t.warnPlain(m)
		}
	}
}

// node compiles a part of the template; way is its location inside, as JSONata errors name it: "a/b[0]".
func (t *templater) node(n *node, way string) *query.Template {
	switch {
	case !n.dynamic:
		return query.LiteralTemplate(literal(t.text[n.start:n.end]))
	case n.kind == objectNode:
		return t.object(n, way)
	case n.kind == arrayNode:
		return t.array(n, way)
	default:
		return query.ExprTemplate(t.expression(n, t.fields), way)
	}
}

func (t *templater) array(n *node, way string) *query.Template {
	elements := make([]*query.Template, len(n.children))
	for i, e := range n.children {
		elements[i] = t.node(e, way+"["+strconv.Itoa(i)+"]")
	}
	return query.ArrayTemplate(elements)
}

func (t *templater) object(n *node, way string) *query.Template {
	members := make([]query.TemplateMember, 0, len(n.children))
	seen := map[string]bool{}
	for _, m := range n.children {
		key, dynamic := t.keyOf(m)
		if seen[key] {
			t.duplicateKey(m, key, t.field)
		}
		seen[key] = true
		member := query.TemplateMember{Key: key, Source: m.key}
		if dynamic {
			member.Value = query.ExprTemplate(t.pathOrCall(m), m.key)
		} else {
			member.Value = t.node(m, joinWay(way, key))
		}
		members = append(members, member)
	}
	return query.ObjectTemplate(members)
}

// wayBytesMax bounds the locations inside a template: a hostile one could have a huge key above many expressions.
const wayBytesMax = 1024

func joinWay(way, key string) string {
	switch {
	case len(way)+len(key) > wayBytesMax:
		return way
	case way == "":
		return key
	}
	return way + "/" + key
}

// pathOrCall compiles the value of a member whose name ends in ".$".
func (t *templater) pathOrCall(m *node) query.Expr {
	var e query.Expr
	var err error
	switch {
	case !m.is(stringNode):
	case intrinsic.IsCall(m.text):
		e, err = intrinsic.Compile(m.text)
	default:
		e, err = jsonpath.Compile(m.text)
	}
	if e == nil || err != nil {
		t.rep.report(SeverityError, SchemaFailed, mark{at: m, where: t.field},
			"The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", m.key)
		return nil
	}
	return t.reads(m, e)
}

// warnPlain warns of a literal that looks like a path or the call of a function.
func (t *templater) warnPlain(m *node) {
	if t.lang == JSONPath && looksDynamic(m.str()) {
		t.rep.report(SeverityWarning, NoDollar, mark{at: m, where: t.field},
			"The value of '%s' looks like a JSONPath or an intrinsic function, but the name of the field does not end with '.$'", m.key)
	}
}

// literal returns the value of a part of the definition. White space of the definition does not reach payloads.
func literal(text string) query.Value {
	v, err := query.Parse(text)
	if err != nil {
		return query.NullValue()
	}
	compact, err := query.Parse(v.Compact())
	if err != nil {
		return v
	}
	return compact
}
