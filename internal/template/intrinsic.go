package template

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// evaluator evaluates the parts of one template. What is wrong is collected; the value in its place is null, so that
// one load finds all mistakes.
type evaluator struct {
	opts      Options
	file      string
	root      *value
	resource  string // the logical id that is being worked on; "": none
	errors    Errors
	resolving map[string]bool // names and conditions that are being evaluated: they must not need themselves

	// What is evaluated once, because references to references could double the work with every line.
	names      map[string]string // physical names, by logical id
	conditions map[string]bool
}

func newEvaluator(file string, root *value, opts Options) *evaluator {
	return &evaluator{opts: opts, file: file, root: root, resolving: map[string]bool{}, names: map[string]string{}, conditions: map[string]bool{}}
}

// fail records an error about v and returns what stands in for v.
func (e *evaluator) fail(v *value, format string, args ...any) *value {
	if v == nil {
		v = &value{}
	}
	if len(e.errors) < errorsMax {
		e.errors = append(e.errors, &Error{e.file, v.line, v.column, e.resource, fmt.Sprintf(format, args...)})
	}
	return bad(v)
}

// bad returns what stands where v is wrong. Nobody complains about it again.
func bad(v *value) *value {
	b := v.at(null, "")
	b.bad = true
	return b
}

// eval returns v with its intrinsic functions evaluated. It is nil for AWS::NoValue; members and elements that are nil
// are left out.
func (e *evaluator) eval(v *value) *value {
	if v == nil || v.kind != list && v.kind != object {
		return v
	}
	if len(v.members) == 1 {
		if m := v.members[0]; m.name == "Ref" || strings.HasPrefix(m.name, "Fn::") {
			return e.call(v, m.name, m.value)
		}
	}
	made := v.at(v.kind, "")
	for _, item := range v.items {
		if i := e.eval(item); i != nil {
			made.items = append(made.items, i)
		}
	}
	for _, m := range v.members {
		if x := e.eval(m.value); x != nil {
			made.members = append(made.members, member{m.name, x})
		}
	}
	return made
}

// call evaluates the intrinsic function that v is. Source: CloudFormation template reference, "Intrinsic functions".
func (e *evaluator) call(v *value, name string, arg *value) *value {
	switch name {
	case "Ref":
		return e.ref(v, e.text(arg, "Ref"))
	case "Fn::GetAtt":
		return e.getAtt(v, arg)
	case "Fn::Sub":
		return e.sub(v, arg)
	case "Fn::Join":
		return e.join(v, arg)
	case "Fn::Select":
		return e.selected(v, arg)
	case "Fn::Split":
		args := e.args(v, arg, name, 2)
		if args == nil {
			return bad(v)
		}
		made := v.at(list, "")
		for part := range strings.SplitSeq(e.text(args[1], name), e.text(args[0], name)) {
			made.items = append(made.items, v.at(text, part))
		}
		return made
	case "Fn::If":
		args := e.args(v, arg, name, 3)
		switch {
		case args == nil:
			return bad(v)
		case e.condition(args[0], e.text(args[0], name)):
			return e.eval(args[1])
		}
		return e.eval(args[2])
	case "Fn::FindInMap":
		return e.findInMap(v, arg)
	case "Fn::Base64":
		return v.at(text, base64.StdEncoding.EncodeToString([]byte(e.text(arg, name))))
	case "Fn::ToJsonString":
		if x := e.eval(arg); x != nil {
			return e.bounded(v, string(x.appendJSON(nil, "")))
		}
		return v.at(text, "null")
	case "Fn::Length":
		if x := e.eval(arg); x != nil && x.kind == list {
			return v.at(number, strconv.Itoa(len(x.items)))
		}
		return e.fail(v, "Fn::Length wants a list")
	case "Fn::GetAZs":
		made := v.at(list, "")
		for _, zone := range []string{"a", "b", "c"} {
			made.items = append(made.items, v.at(text, e.opts.Scope.Region+zone))
		}
		return made
	case "Fn::ImportValue": // exports of other stacks do not exist here: their name stands for them
		return v.at(text, e.text(arg, name))
	}
	return e.fail(v, "%s is not supported; write what it results in, or a parameter with a default", name)
}

// args returns the n arguments of a function unevaluated, nil after an error.
func (e *evaluator) args(v, arg *value, name string, n int) []*value {
	if arg.kind != list || len(arg.items) != n {
		e.fail(v, "%s wants a list of %d values", name, n)
		return nil
	}
	return arg.items
}

// text evaluates v and returns it as a text; what is the user of the text.
func (e *evaluator) text(v *value, what string) string {
	x := e.eval(v)
	switch {
	case x.scalar():
		return x.text
	case x == nil:
		e.fail(v, "%s wants a text and got AWS::NoValue", what)
	case x.kind == list && len(x.items) > 0 && e.isListParameter(v): // a list parameter used as a text
		parts := make([]string, len(x.items))
		for i, item := range x.items {
			parts[i] = item.text
		}
		return strings.Join(parts, ",")
	case !x.bad:
		e.fail(v, "%s wants a text, not %s", what, x.kind)
	}
	return ""
}

// bounded returns a text value, or an error if the text is too long: templates of a few lines can double one again
// and again.
func (e *evaluator) bounded(v *value, s string) *value {
	if len(s) > textBytesMax {
		return e.fail(v, "the text is longer than %d bytes", textBytesMax)
	}
	return v.at(text, s)
}

func (e *evaluator) join(v, arg *value) *value {
	args := e.args(v, arg, "Fn::Join", 2)
	if args == nil {
		return bad(v)
	}
	parts := e.eval(args[1])
	if parts == nil || parts.kind != list {
		return e.fail(v, "Fn::Join wants a list as its second value")
	}
	separator := e.text(args[0], "Fn::Join")
	var b strings.Builder
	for i, p := range parts.items {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(e.text(p, "Fn::Join"))
		if b.Len() > textBytesMax {
			break
		}
	}
	return e.bounded(v, b.String())
}

func (e *evaluator) selected(v, arg *value) *value {
	args := e.args(v, arg, "Fn::Select", 2)
	if args == nil {
		return bad(v)
	}
	i, err := strconv.Atoi(e.text(args[0], "Fn::Select"))
	from := e.eval(args[1])
	if err != nil || from == nil || from.kind != list || i < 0 || i >= len(from.items) {
		return e.fail(v, "Fn::Select wants an index and a list that has an element there")
	}
	return from.items[i]
}

// sub evaluates Fn::Sub: a text, or a list of a text and an object of variables.
func (e *evaluator) sub(v, arg *value) *value {
	pattern, variables := arg, (*value)(nil)
	if arg.kind == list {
		args := e.args(v, arg, "Fn::Sub", 2)
		if args == nil {
			return bad(v)
		}
		pattern, variables = args[0], args[1]
	}
	if pattern.kind != text {
		return e.fail(v, "Fn::Sub wants a text, or a list of a text and an object of variables")
	}
	return e.bounded(v, substitute(pattern.text, func(name string) (string, bool) {
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}", true
		}
		if x := variables.get(name); x != nil {
			return e.text(x, "Fn::Sub"), true
		}
		if id, attribute, ok := strings.Cut(name, "."); ok {
			return e.text(e.attribute(v, id, attribute), "Fn::Sub"), true
		}
		return e.text(e.ref(v, name), "Fn::Sub"), true
	}))
}

// substitute replaces each ${Name} in s that value knows. Results longer than textBytesMax are cut off somewhere beyond
// that.
func substitute(s string, value func(name string) (string, bool)) string {
	var b strings.Builder
	for b.Len() <= textBytesMax {
		before, rest, ok := strings.Cut(s, "${")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			b.WriteString("${" + rest)
			return b.String()
		}
		if x, known := value(strings.TrimSpace(name)); known {
			b.WriteString(x)
			s = after
		} else {
			b.WriteString("${")
			s = rest
		}
	}
	return b.String()
}
