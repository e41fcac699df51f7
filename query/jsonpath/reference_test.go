package jsonpath

import (
	"errors"
	"testing"

	"github.com/cogstep/cogstep/query"
)

func TestReferencesPlaceResults(t *testing.T) {
	for _, c := range []struct{ path, input, want string }{
		{`$`, `{"a": 1}`, `"R"`},
		{`$.a`, `{"a": 1, "b":  2}`, `{"a":"R","b":2}`},
		{`$.b`, `{"a": [1,  2]}`, `{"a":[1,  2],"b":"R"}`},
		{`$.x.y.z`, `{}`, `{"x":{"y":{"z":"R"}}}`},
		{`$['a b'].c`, `{"a b": {"d": 1}}`, `{"a b":{"d":1,"c":"R"}}`},
		{`$.l[1]`, `{"l": [1, 2, 3]}`, `{"l":[1,"R",3]}`},
		{`$.l[0].x`, `{"l": [{}]}`, `{"l":[{"x":"R"}]}`},
		{`$[0]`, `[1]`, `["R"]`},
	} {
		r, err := CompileReference(c.path)
		if err != nil {
			t.Fatal(err)
		}
		input, _ := query.Parse(c.input)
		before := input.JSON()
		got, err := r.Set(input, query.StringValue("R"))
		if err != nil || got.JSON() != c.want || input.JSON() != before {
			t.Errorf("%s in %s: %s, %v; want %s", c.path, c.input, got.JSON(), err, c.want)
		}
	}
}

func TestReferencesThatCannotBeFollowedAreRefused(t *testing.T) {
	for _, c := range []struct{ path, input string }{
		{`$.a`, `1`}, {`$.a`, `[]`}, {`$.a.b`, `{"a": 1}`}, {`$.a.b`, `{"a": null}`}, {`$.a[0]`, `{"a": []}`}, {`$.a[0]`, `{}`}, {`$[0]`, `{}`},
	} {
		r, _ := CompileReference(c.path)
		input, _ := query.Parse(c.input)
		_, err := r.Set(input, query.NullValue())
		var e *query.Error
		if !errors.As(err, &e) || e.Path != c.path || e.Message == "" {
			t.Errorf("%s in %s: %v", c.path, c.input, err)
		}
	}
}

func TestReferencePathsUseNamesAndIndexesOnly(t *testing.T) {
	for _, path := range []string{`a`, ``, `$.*`, `$..a`, `$[1:]`, `$[0,1]`, `$['a','b']`, `$[-1]`, `$.a.length()`, `$[?(@.a)]`, `$.`} {
		if _, err := CompileReference(path); err == nil {
			t.Errorf("%s was accepted", path)
		}
	}
}
