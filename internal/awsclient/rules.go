package awsclient

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// ruleSet is how the endpoint of a service follows from region and parameters: the endpoint rules language of Smithy.
// It is immutable.
type ruleSet struct {
	Parameters map[string]struct {
		BuiltIn  string
		Required bool
		Default  any
	}
	Rules []rule
}

type rule struct {
	Conditions []condition
	Type       string // "tree", "endpoint", "error"
	Rules      []rule
	Error      any
	Endpoint   struct {
		URL        any
		Properties map[string]any
		Headers    map[string][]any
	}
}

type condition struct {
	Fn     string
	Argv   []any
	Assign string
}

func parseRules(text []byte) (*ruleSet, error) {
	r := new(ruleSet)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("endpoint rules: %w", err)
	}
	return r, nil
}

// endpoint is where a request goes, and how it is signed there.
type endpoint struct {
	url           string
	headers       map[string][]string
	signingName   string // "": the service's
	signingRegion string // "": the region of the call
	sigV4A        bool
	noEscaping    bool // paths are not escaped again for the signature
	s3Express     bool

	own      bool // somebody gave it, so it may not be AWS
	keepHost bool // no prefix of the operation comes before the host
}

// EndpointError says why a call has no endpoint.
type EndpointError struct{ Problem string }

func (e *EndpointError) Error() string { return e.Problem }

// scope holds the values of names: parameters and what conditions have assigned.
type scope struct {
	names      map[string]any
	partitions *partitions
}

// resolve finds the endpoint for parameters, built-in ones by the name of the rule set. Errors: *EndpointError.
func (r *ruleSet) resolve(parameters map[string]any, p *partitions) (*endpoint, error) {
	s := &scope{make(map[string]any, len(parameters)+4), p}
	for name, declared := range r.Parameters {
		v, ok := parameters[name]
		if !ok {
			v = declared.Default
		}
		if v == nil && declared.Required {
			return nil, &EndpointError{fmt.Sprintf("the endpoint parameter %s is missing", name)}
		}
		if v != nil {
			s.names[name] = v
		}
	}
	e, err := s.try(r.Rules)
	if err == nil && e == nil {
		err = &EndpointError{"no endpoint rule matches"}
	}
	return e, err
}

// try returns what the first rule whose conditions hold says; nil if there is none.
func (s *scope) try(rules []rule) (*endpoint, error) {
	for i := range rules {
		r := &rules[i]
		assigned, ok := s.hold(r.Conditions)
		var e *endpoint
		var err error
		if ok {
			switch r.Type {
			case "error":
				text, _ := s.eval(r.Error).(string)
				err = &EndpointError{text}
			case "endpoint":
				e, err = s.endpoint(r)
			default:
				e, err = s.try(r.Rules)
				if e == nil && err == nil {
					err = &EndpointError{"no endpoint rule matches"}
				}
			}
		}
		for _, name := range assigned {
			delete(s.names, name)
		}
		if e != nil || err != nil {
			return e, err
		}
	}
	return nil, nil
}

// hold reports whether all conditions hold, and which names they have assigned.
func (s *scope) hold(conditions []condition) (assigned []string, ok bool) {
	for _, c := range conditions {
		v := s.call(c.Fn, c.Argv)
		if v == nil || v == false {
			return assigned, false
		}
		if c.Assign != "" {
			s.names[c.Assign] = v
			assigned = append(assigned, c.Assign)
		}
	}
	return assigned, true
}

func (s *scope) endpoint(r *rule) (*endpoint, error) {
	text, _ := s.eval(r.Endpoint.URL).(string)
	if _, err := url.Parse(text); err != nil || text == "" {
		return nil, &EndpointError{fmt.Sprintf("the endpoint %q is no URL", text)}
	}
	e := &endpoint{url: text}
	for name, values := range r.Endpoint.Headers {
		if e.headers == nil {
			e.headers = make(map[string][]string)
		}
		for _, v := range values {
			value, _ := s.eval(v).(string)
			e.headers[name] = append(e.headers[name], value)
		}
	}
	schemes, _ := r.Endpoint.Properties["authSchemes"].([]any)
	for _, scheme := range schemes {
		m, _ := scheme.(map[string]any)
		text := func(name string) string {
			v, _ := s.eval(m[name]).(string)
			return v
		}
		switch text("name") {
		case "sigv4":
			e.sigV4A, e.s3Express = false, false
			e.signingName, e.signingRegion = text("signingName"), text("signingRegion")
			e.noEscaping = m["disableDoubleEncoding"] == true
			return e, nil
		case "sigv4a":
			e.sigV4A = true
		case "sigv4-s3express":
			e.s3Express = true
		}
	}
	return e, nil
}

// eval returns the value of an argument: a literal, a template, a reference or a call.
func (s *scope) eval(v any) any {
	switch v := v.(type) {
	case string:
		return s.template(v)
	case map[string]any:
		if name, ok := v["ref"].(string); ok {
			return s.names[name]
		}
		if fn, ok := v["fn"].(string); ok {
			argv, _ := v["argv"].([]any)
			return s.call(fn, argv)
		}
	}
	return v
}

// template fills in "{Name}" and "{Name#attribute}"; "{{" and "}}" are braces.
func (s *scope) template(text string) string {
	if !strings.ContainsAny(text, "{}") {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], "{{"), strings.HasPrefix(text[i:], "}}"):
			out.WriteByte(text[i])
			i += 2
		case text[i] == '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return out.String() + text[i:]
			}
			name, attribute, _ := strings.Cut(text[i+1:i+end], "#")
			v := s.names[name]
			if attribute != "" {
				v = attributeOf(v, attribute)
			}
			part, _ := v.(string)
			out.WriteString(part)
			i += end + 1
		default:
			out.WriteByte(text[i])
			i++
		}
	}
	return out.String()
}
