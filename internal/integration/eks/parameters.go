package eks

import (
	"fmt"
	"net/url"

	"github.com/cogstep/cogstep/query"
)

// problem says in a sentence what is wrong with the parameters.
type problem string

func (p problem) Error() string { return string(p) }

func badFormat(name string) error {
	return problem(fmt.Sprintf("The value of the field '%s' has an invalid format", name))
}

// parameters are those of a Task: an object.
type parameters struct{ query.Value }

func readParameters(input string) (parameters, error) {
	v, err := query.Parse(input)
	if err != nil || v.Kind() != query.Object {
		return parameters{}, problem("The parameters must be a JSON object")
	}
	return parameters{v}, nil
}

// field returns a parameter; undefined if it is absent or null.
func (p parameters) field(name string) query.Value {
	v, _ := p.Get(name)
	if v.Kind() == query.Null {
		return query.Value{}
	}
	return v
}

func (p parameters) text(name string) (string, error) {
	v := p.field(name)
	if v.Kind() != query.String && !v.IsUndefined() {
		return "", badFormat(name)
	}
	return v.Str(), nil
}

func (p parameters) needed(name string) (string, error) {
	s, err := p.text(name)
	if err == nil && s == "" {
		err = problem(fmt.Sprintf("The field '%s' is required but was missing", name))
	}
	return s, err
}

// flag reads a boolean; definitions write it as a string too.
func (p parameters) flag(name string) bool {
	v := p.field(name)
	return v.Bool() || v.Str() == "true"
}

// lists reads a map of lists of strings.
func (p parameters) lists(name string) (url.Values, error) {
	v := p.field(name)
	if v.Kind() != query.Object && !v.IsUndefined() {
		return nil, badFormat(name)
	}
	out := url.Values{}
	for key, list := range v.Members() {
		if list.Kind() != query.Array {
			return nil, badFormat(name)
		}
		for _, e := range list.Elements() {
			if e.Kind() != query.String {
				return nil, badFormat(name)
			}
			out.Add(key, e.Str())
		}
	}
	return out, nil
}

// bodyText is a body: a string as it is, everything else as JSON.
func bodyText(v query.Value) string {
	if v.Kind() == query.String {
		return v.Str()
	}
	return v.Compact()
}
