package query

import (
	"errors"
	"strings"
	"testing"
)

// reads is an expression that gives the value of a variable, or fails.
type reads string

func (r reads) String() string      { return "$" + string(r) }
func (r reads) Variables() []string { return []string{string(r)} }

func (r reads) Eval(s *Scope) (Value, error) {
	if v, ok := s.Vars.Lookup(string(r)); ok {
		return v, nil
	}
	return Value{}, &Error{Kind: VariableNotFound, Path: r.String(), Message: "no value"}
}

type variables map[string]Value

func (v variables) Lookup(name string) (Value, bool) { found, ok := v[name]; return found, ok }

func TestTemplatesPutResultsIntoTheirPlaces(t *testing.T) {
	template := ObjectTemplate([]TemplateMember{
		{Key: "x", Source: "x.$", Value: ExprTemplate(reads("v"), "x.$")},
		{Key: "raw", Value: LiteralTemplate(parse(t, `{ "a": 1 }`))},
		{Key: "list", Value: ArrayTemplate([]*Template{LiteralTemplate(NullValue()), ExprTemplate(reads("u"), "")})},
	})
	scope := &Scope{Vars: variables{"v": IntValue(7), "u": parse(t, `[1, 2]`)}}
	v, err := template.Eval(scope)
	if want := `{"x":7,"raw":{ "a": 1 },"list":[null,[1, 2]]}`; err != nil || v.JSON() != want {
		t.Errorf("%s, %v; want %s", v.JSON(), err, want)
	}
	if want := `{"x.$":"$v","raw":{ "a": 1 },"list":[null,"$u"]}`; template.String() != want {
		t.Errorf("String: %s", template.String())
	}
	if got := strings.Join(template.Variables(), " "); got != "u v" {
		t.Errorf("Variables: %s", got)
	}
}

func TestTemplatesSayWhereAnExpressionFailed(t *testing.T) {
	template := ObjectTemplate([]TemplateMember{{Key: "a", Value: ArrayTemplate([]*Template{ExprTemplate(reads("v"), "a[0]")})}})
	_, err := template.Eval(&Scope{Vars: variables{}})
	var e *Error
	if !errors.As(err, &e) || e.Field != "a[0]" || e.Path != "$v" || e.Kind != VariableNotFound {
		t.Errorf("%+v", err)
	}
}

func TestTemplatesWithoutExpressionsAreLiterals(t *testing.T) {
	literal := ObjectTemplate([]TemplateMember{{Key: "a", Value: ArrayTemplate([]*Template{LiteralTemplate(BoolValue(true))})}})
	if v, ok := literal.Literal(); !ok || v.JSON() != `{"a":[true]}` {
		t.Errorf("%s, %v", v.JSON(), ok)
	}
	if _, ok := ArrayTemplate([]*Template{ExprTemplate(reads("v"), "")}).Literal(); ok {
		t.Error("an expression is no literal")
	}
}
