package asl

import (
	"errors"
	"slices"
	"strings"

	"github.com/cogstep/cogstep/query"
	"github.com/cogstep/cogstep/query/intrinsic"
	"github.com/cogstep/cogstep/query/jsonpath"
)

// path builds an InputPath or OutputPath.
func (s *scope) path(n *node) Path {
	switch {
	case n.is(nullNode):
		return Path{Null: true}
	case !n.is(stringNode) || n.text == "$":
		return Path{}
	}
	p, err := jsonpath.Compile(n.text)
	if err != nil {
		s.rep.schema(n, "Value must be a valid JSONPath.")
		return Path{}
	}
	return Path{Expr: s.reads(n, p)}
}

// reference builds a member that must be a reference path. It returns nil if there is none, or no good one.
func (s *scope) reference(n *node) query.Expr {
	if r := s.compileReference(n); r != nil {
		return s.reads(n, r)
	}
	return nil
}

func (s *scope) compileReference(n *node) *jsonpath.Reference {
	if !n.is(stringNode) {
		return nil
	}
	r, err := jsonpath.CompileReference(n.text)
	if err != nil {
		s.rep.schema(n, "Value is not a Reference Path: %s", referenceProblem(n.text, err))
		return nil
	}
	return r
}

func referenceProblem(src string, err error) string {
	if !strings.HasPrefix(src, "$") {
		return "Reference path didn't start with '$'"
	}
	var wrong *jsonpath.CompileError
	if errors.As(err, &wrong) {
		return wrong.Message
	}
	return err.Error()
}

// resultPath builds a ResultPath. It leads into the input, so it can begin with nothing but "$".
func (s *scope) resultPath(n *node) ResultPath {
	if n.is(nullNode) {
		return ResultPath{Null: true}
	}
	if n.str() == "$" {
		return ResultPath{}
	}
	if rest, ok := strings.CutPrefix(n.str(), "$"); ok && rest[0] != '.' && rest[0] != '[' {
		s.rep.schema(n, "Value is not a Reference Path: ResultPath cannot lead to a variable or the context object")
		return ResultPath{}
	}
	return ResultPath{Ref: s.compileReference(n)}
}

// textFunctions are the intrinsic functions that an ErrorPath or CausePath may call. Source: documentation of the
// service.
var textFunctions = []string{
	"States.Format", "States.JsonToString", "States.ArrayGetItem", "States.Base64Encode", "States.Base64Decode", "States.Hash", "States.UUID",
}

// pathOrCall builds an ErrorPath or CausePath: a reference path or the call of an intrinsic function that gives a
// text.
func (s *scope) pathOrCall(n *node) query.Expr {
	if !intrinsic.IsCall(n.str()) {
		return s.reference(n)
	}
	e, err := intrinsic.Compile(n.text)
	if err != nil || !slices.Contains(textFunctions, intrinsic.FunctionName(n.text)) {
		s.rep.schema(n, "The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", n.key)
		return nil
	}
	return s.reads(n, e)
}

// number builds the member called name of n in whichever form it is given.
func (s *scope) number(n *node, name string) Number {
	if m := s.only(JSONPath, n, name+"Path"); m != nil {
		return Number{Field: m.key, Expr: s.reference(m)}
	}
	switch m := n.get(name); {
	case m == nil:
		return Number{}
	case m.is(stringNode) && s.lang == JSONata:
		return Number{Field: name, Expr: s.expression(m, 0)}
	default:
		return Number{Field: name, Static: m.number()}
	}
}

// textMember builds the member called name of the state in whichever form it is given; path builds its …Path form.
func (s *scope) textMember(name string, path func(*node) query.Expr) Text {
	if m := s.jsonpath(name + "Path"); m != nil {
		return Text{Field: m.key, Expr: path(m)}
	}
	m := s.node.get(name)
	if m == nil {
		return Text{}
	}
	if s.lang == JSONata {
		if e := s.expression(m, 0); e != nil {
			return Text{Field: name, Expr: e}
		}
	} else {
		s.warnPath(m)
	}
	return Text{Field: name, Static: m.str()}
}

// warnPath warns of a static text that looks like a path.
func (s *scope) warnPath(n *node) {
	if looksDynamic(n.str()) {
		s.rep.report(SeverityWarning, NoPath, mark{at: n, where: n}, "The value of '%s' looks like a path, but the name of the field does not end with 'Path'", n.key)
	}
}

// looksDynamic reports whether a text is more likely meant as a path or the call of a function than as itself.
func looksDynamic(text string) bool {
	return strings.HasPrefix(text, "$.") || strings.HasPrefix(text, "$$.") || strings.HasPrefix(text, "$[") ||
		strings.HasPrefix(text, "States.") && strings.HasSuffix(text, ")")
}
