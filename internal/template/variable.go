package template

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// variables resolves the variables of a serverless.yml, ${self:custom.table}, ${opt:stage, 'dev'}, wherever it is asked to:
// what is not used here may refer to whatever it likes.
// Source: Serverless Framework documentation, "Variables".
type variables struct {
	loader    *loader
	e         *evaluator
	root      *value
	stage     string
	resolving map[string]bool
	files     map[string]*value // that were read, by path; nil: cannot be read
	steps     int
	depth     int // of deep
}

// variableStepsMax bounds the work: variables that hold variables could double it with every line.
const variableStepsMax = 100_000

// fail records an error once: what is wrong with a part is met wherever the part is used.
func (r *variables) fail(v *value, format string, args ...any) *value {
	for _, known := range r.e.errors {
		if known.Line == v.line && known.Column == v.column {
			return bad(v)
		}
	}
	return r.e.fail(v, format, args...)
}

// get resolves the member at the end of a row of names under the root.
func (r *variables) get(names ...string) *value { return r.under(r.root, names) }

// under follows names from v. Each part is resolved before it is looked into, since it may be a variable itself.
func (r *variables) under(v *value, names []string) *value {
	for _, name := range names {
		if v = r.shallow(v); v == nil {
			return nil
		}
		if v.kind == list {
			v = r.element(v, name)
		} else {
			v = v.get(name)
		}
	}
	return r.shallow(v)
}

// element looks into a list: by index, or, if it is a list of objects that together are one, by name.
func (r *variables) element(v *value, name string) *value {
	if found := v.find("/" + name); found != v {
		return found
	}
	for _, item := range v.items {
		if found := r.shallow(item).get(name); found != nil {
			return found
		}
	}
	return nil
}

// deep returns v with all variables resolved.
func (r *variables) deep(v *value) *value {
	if v = r.shallow(v); v == nil || v.kind != list && v.kind != object {
		return v
	}
	if r.steps++; r.steps > variableStepsMax {
		return r.fail(v, "there are more than %d variables to resolve", variableStepsMax)
	}
	if r.depth == depthMax { // a file that holds itself
		return r.fail(v, "values are nested more than %d levels deep", depthMax)
	}
	r.depth++
	defer func() { r.depth-- }()
	made := v.at(v.kind, "")
	for _, item := range v.items {
		if x := r.deep(item); x != nil {
			made.items = append(made.items, x)
		}
	}
	for _, m := range v.members {
		if x := r.deep(m.value); x != nil {
			made.members = append(made.members, member{m.name, x})
		}
	}
	return made
}

// shallow resolves v itself: a text that is one variable is what the variable holds, of whatever kind.
func (r *variables) shallow(v *value) *value {
	for v != nil && v.kind == text && !v.bad {
		from, to, ok := innermost(v.text)
		if !ok {
			return v
		}
		if r.steps++; r.steps > variableStepsMax {
			return r.fail(v, "there are more than %d variables to resolve", variableStepsMax)
		}
		expression := v.text[from+2 : to]
		if r.resolving[expression] {
			return r.fail(v, "the variable ${%s} depends on itself", expression)
		}
		r.resolving[expression] = true
		x := r.expression(v, expression)
		if x != nil && x.kind == text {
			x = r.shallow(x)
		}
		delete(r.resolving, expression)
		whole := from == 0 && to == len(v.text)-1
		switch {
		case whole && (x != nil || len(r.resolving) > 0): // what another variable asks for may have no value: it may have a default
			return x
		case x == nil:
			return r.fail(v, "the variable ${%s} has no value; give it a default: ${%s, 'VALUE'}", expression, expression)
		case !x.scalar():
			return r.fail(v, "the variable ${%s} is %s and stands within a text", expression, x.kind)
		}
		v = r.e.bounded(v, v.text[:from]+x.text+v.text[to+1:])
	}
	return v
}

// sources are the words that make ${…} a variable of this kind; others (CloudFormation's ${AWS::Region}, a ${name} of a
// definition) stay as they are.
var sources = []string{"self:", "opt:", "env:", "sls:", "aws:", "param:", "file(", "cf:", "cf(", "ssm:", "ssm(", "s3:", "s3(", "strToBool("}

// innermost finds the first variable that holds no other one: s[from:to+1] is ${…}.
func innermost(s string) (from, to int, ok bool) {
	for start := 0; ; {
		end := strings.IndexByte(s[start:], '}')
		if end < 0 {
			return 0, 0, false
		}
		end += start
		if open := strings.LastIndex(s[:end], "${"); open >= 0 {
			inside := strings.TrimSpace(s[open+2 : end])
			for _, source := range sources {
				if strings.HasPrefix(inside, source) && !strings.Contains(inside, "}") {
					return open, end, true
				}
			}
		}
		start = end + 1
	}
}

// expression evaluates what stands between the braces: sources to be tried in order, separated by commas, and perhaps a
// literal. nil: none has a value.
func (r *variables) expression(v *value, expression string) *value {
	parts := alternatives(expression)
	for i, part := range parts {
		x, unknown := r.source(v, part)
		switch {
		case x != nil:
			return x
		case unknown && i == len(parts)-1:
			return r.fail(v, "the variable ${%s} cannot be resolved on this machine; give it a default: ${%s, 'VALUE'}", part, part)
		}
	}
	return nil
}

// alternatives splits an expression at commas outside of quotes and parentheses.
func alternatives(s string) (parts []string) {
	depth, quote, from := 0, byte(0), 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, strings.TrimSpace(s[from:i]))
			from = i + 1
		}
	}
	return append(parts, strings.TrimSpace(s[from:]))
}

// source evaluates one alternative. unknown says that it comes from where this program does not look.
func (r *variables) source(v *value, s string) (x *value, unknown bool) {
	kind, name, _ := strings.Cut(s, ":")
	switch kind {
	case "self":
		if name == "" {
			return r.root, false
		}
		x = r.get(strings.Split(name, ".")...)
		if x == nil && name == "provider.stage" { // the framework fills it in
			x = v.at(text, r.stage)
		}
		return x, false
	case "opt":
		if given, ok := r.e.opts.Parameters[name]; ok {
			return v.at(text, given), false
		}
		if name == "region" {
			return v.at(text, r.e.opts.Scope.Region), false
		}
		return nil, false
	case "env":
		if given, ok := os.LookupEnv(name); ok {
			return v.at(text, given), false
		}
		return nil, false
	case "sls":
		return v.at(text, map[string]string{"stage": r.stage, "instanceId": "local"}[name]), false
	case "aws":
		return v.at(text, map[string]string{"accountId": r.e.opts.Scope.Account, "region": r.e.opts.Scope.Region}[name]), false
	case "param":
		if given, ok := r.e.opts.Parameters[name]; ok {
			return v.at(text, given), false
		}
		if found := r.get("params", r.stage, name); found != nil {
			return found, false
		}
		return r.get("params", "default", name), false
	}
	if path, ok := strings.CutPrefix(s, "file("); ok {
		path, rest, _ := strings.Cut(path, ")")
		return r.file(v, strings.TrimSpace(path), strings.TrimPrefix(rest, ":")), false
	}
	for _, known := range sources {
		if strings.HasPrefix(s, known) {
			return nil, true
		}
	}
	return literal(v, s), false
}

// literal is a default that is spelled out: a text in quotes, a number, true, false or null.
func literal(v *value, s string) *value {
	if n := len(s); n >= 2 && (s[0] == '\'' || s[0] == '"') && s[n-1] == s[0] {
		return v.at(text, s[1:n-1])
	}
	x, err := readYAML(s)
	if err != nil || !x.scalar() && s != "null" {
		return nil
	}
	return v.at(x.kind, x.text)
}

// file returns a part of another file, nil if there is none.
func (r *variables) file(v *value, path, names string) *value {
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(r.e.file), path)
	}
	x, known := r.files[path]
	if !known {
		x = r.readFile(v, path)
		r.files[path] = x
	}
	if x == nil || names == "" {
		return x
	}
	return r.under(x, strings.Split(names, "."))
}

// readFile reads another file: its values, or its text if it is neither YAML nor JSON.
func (r *variables) readFile(v *value, path string) *value {
	ext := filepath.Ext(path)
	if slices.Contains([]string{".js", ".cjs", ".mjs", ".ts"}, ext) {
		return r.fail(v, "%s is a program, which is not run; write what it results in", filepath.Base(path))
	}
	src, err := r.loader.readFile(path)
	if err != nil {
		return nil
	}
	if !slices.Contains([]string{".yml", ".yaml", ".json"}, ext) {
		return v.at(text, src)
	}
	x, err := read(path, src)
	if err != nil {
		return r.fail(v, "%s: %v", filepath.Base(path), err)
	}
	return x
}
