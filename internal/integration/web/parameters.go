package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// parameters are those of a Task: an object.
type parameters struct{ query.Value }

func readParameters(input string) (parameters, error) {
	v, err := query.Parse(input)
	if err != nil || v.Kind() != query.Object {
		return parameters{}, badParameter("The parameters must be a JSON object")
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

// problem is a sentence for users, as an error: what is wrong with the parameters, or why there was no answer.
type problem string

func (p problem) Error() string { return string(p) }

func badParameter(format string, args ...any) error { return problem(fmt.Sprintf(format, args...)) }

// badFormat is the service's text about a parameter of the wrong form (recorded: apigateway:invoke with wrong headers).
func badFormat(name string) error {
	return badParameter("The value of the field '%s' has an invalid format", name)
}

// text returns a parameter that is a string, "" if it is absent.
func (p parameters) text(name string) (string, error) {
	v := p.field(name)
	if v.Kind() != query.String && !v.IsUndefined() {
		return "", badFormat(name)
	}
	return v.Str(), nil
}

// needed returns a parameter that is a string and must be there.
func (p parameters) needed(name string) (string, error) {
	s, err := p.text(name)
	if err == nil && s == "" {
		err = badParameter("The field '%s' is required but was missing", name)
	}
	return s, err
}

// methods are those that both services take.
var methods = []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}

func (p parameters) method() (string, error) {
	m, err := p.needed("Method")
	if err == nil && !slices.Contains(methods, m) {
		err = badFormat("Method")
	}
	return m, err
}

// pair is a parameter with its values, in the order of the definition.
type pair struct {
	name   string
	values []string
}

// pairs reads a map of arrays of strings; with single, strings may stand for arrays of one.
func (p parameters) pairs(name string, single bool) (all []pair, err error) {
	v := p.field(name)
	if v.Kind() != query.Object && !v.IsUndefined() {
		return nil, badFormat(name)
	}
	for key, member := range v.Members() {
		one := pair{name: key}
		switch {
		case member.Kind() == query.String && single:
			one.values = []string{member.Str()}
		case member.Kind() == query.Array:
			for _, e := range member.Elements() {
				if e.Kind() != query.String {
					return nil, badFormat(name)
				}
				one.values = append(one.values, e.Str())
			}
		default:
			return nil, badFormat(name)
		}
		all = append(all, one)
	}
	return all, nil
}

// forbidden are names of headers that a definition must not use: whole names, and beginnings of names.
type forbidden struct{ names, prefixes []string }

func (f forbidden) covers(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains(f.names, name) || slices.ContainsFunc(f.prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// headers reads the Headers of a definition.
func (p parameters) headers(single bool, no forbidden) (http.Header, error) {
	given, err := p.pairs("Headers", single)
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	var unsupported []string
	for _, g := range given {
		if no.covers(g.name) {
			unsupported = append(unsupported, strings.ToLower(g.name))
			continue
		}
		if !validName(g.name) || slices.ContainsFunc(g.values, func(v string) bool { return !validValue(v) }) {
			return nil, badFormat("Headers")
		}
		for _, v := range g.values {
			h.Add(g.name, v)
		}
	}
	if len(unsupported) > 0 {
		return nil, badParameter("The 'Headers' field contains unsupported values: [%s]", strings.Join(unsupported, ", "))
	}
	return h, nil
}

// validName reports whether a name of a header is a token, validValue whether a value has no control characters.
// Source: RFC 9110, sections 5.1 and 5.5.
func validName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0) {
			return false
		}
	}
	return s != ""
}

func validValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// parseEndpoint reads a URL that a request may go to. Which hosts may be called by http is decided when it is connected.
func parseEndpoint(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return nil, badFormat("ApiEndpoint")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// inputShownMax bounds how much of the parameters a cause shows.
const inputShownMax = 2048

// badParameters words parameters that cannot be taken.
func badParameters(c *integration.Call, reason error) *integration.Failed {
	shown := c.Input
	if len(shown) > inputShownMax {
		shown = strings.ToValidUTF8(shown[:inputShownMax], "") + "…"
	}
	return &integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("The Parameters '%s' could not be used to start the Task: [%v]", shown, reason)}
}
