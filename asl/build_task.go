package asl

import (
	"slices"
	"strings"
)

func (s *scope) task(c Common) State {
	arguments := s.parameters(s.node)
	return &Task{
		common:         c,
		Resource:       s.resource(s.node.get("Resource"), arguments),
		Parameters:     s.template(arguments, 0),
		ResultSelector: s.template(s.jsonpath("ResultSelector"), 0),
		ResultPath:     s.resultPath(s.jsonpath("ResultPath")),
		RoleArn:        s.roleArn(s.node.get("Credentials")),
		Timeout:        s.number(s.node, "TimeoutSeconds"),
		Heartbeat:      s.number(s.node, "HeartbeatSeconds"),
		Retry:          s.retriers(),
		Catch:          s.catchers(),
	}
}

// resource takes the Resource apart and checks that the state gives it what it needs.
func (s *scope) resource(n, arguments *node) Resource {
	if !n.is(stringNode) {
		return Resource{}
	}
	r, err := ParseResource(n.text)
	if err != nil {
		s.rep.schema(n, "%s", err)
		return Resource{}
	}
	sdk, isSDK := strings.CutPrefix(r.Service, "aws-sdk:")
	if isSDK && s.opts.Services != nil && !s.opts.Services.Offers(sdk, r.Action) {
		s.rep.schema(n, "%s", &UnknownResourceError{r.ARN})
		return Resource{}
	}
	if s.express {
		s.expressResource(n, r)
	}
	if r.Kind == Activity && s.node.has("Credentials") {
		s.rep.schema(s.node.get("Credentials"), "The field 'Credentials' is not supported for activities")
	}
	if r.Kind != Integration {
		return r
	}
	if arguments == nil {
		name := "Parameters"
		if s.lang == JSONata {
			name = "Arguments"
		}
		s.rep.schema(n, "%s field is required for resource ARN: %s", name, r.ARN)
	}
	if arguments.is(objectNode) {
		s.checkArguments(arguments, r)
	}
	return r
}

// expressResource reports a resource that an Express execution cannot wait for.
func (s *scope) expressResource(n *node, r Resource) {
	switch {
	case r.Kind == Activity:
		s.rep.schema(n, "Express state machine does not support Activity ARN")
	case r.Pattern == Sync || r.Pattern == Sync2:
		s.rep.schema(n, "Express state machine does not support '.sync' service integration")
	case r.Pattern == WaitForTaskToken:
		s.rep.schema(n, "Express state machine does not support '.waitForTaskToken' service integration ") // sic
	}
}

// checkArguments reports parameters of an integration that are missing or that it does not have.
func (s *scope) checkArguments(n *node, r Resource) {
	if sdk, ok := strings.CutPrefix(r.Service, "aws-sdk:"); ok {
		s.checkSDKArguments(n, sdk, r.Action)
		return
	}
	known, ok := integrations[r.Service+":"+r.Action]
	if !ok {
		return
	}
	given := map[string]bool{}
	for _, m := range n.children {
		key, _ := s.keyOf(m)
		given[key] = true
		if known.optional != "" && !slices.Contains(strings.Fields(known.required+" "+known.optional), key) {
			s.unsupportedField(m, n, key)
		}
	}
	for _, name := range strings.Fields(known.required) {
		if !given[name] {
			s.rep.schema(n, "The field '%s' is required but was missing", name)
		}
	}
}

// checkSDKArguments reports parameters that an action of a service does not have.
func (s *scope) checkSDKArguments(n *node, service, action string) {
	if s.opts.Services == nil {
		return
	}
	for _, m := range n.children {
		if key, _ := s.keyOf(m); !s.opts.Services.Takes(service, action, key) {
			s.unsupportedField(m, n, key)
		}
	}
}

func (s *scope) unsupportedField(m, in *node, key string) {
	s.rep.report(SeverityError, SchemaFailed, mark{at: m, where: in, onName: true}, "The field %q is not supported by Step Functions", key)
}

// roleArn builds Credentials.RoleArn.
func (s *scope) roleArn(n *node) Text {
	if !n.is(objectNode) {
		return Text{}
	}
	var role *node
	for _, m := range n.children {
		switch key, _ := s.keyOf(m); {
		case key != "RoleArn":
			s.rep.member(m, "Field '%s' is not supported", m.key)
		case role != nil:
			s.duplicateKey(m, key, n)
		default:
			role = m
		}
	}
	if role == nil {
		s.rep.schema(n, "The field 'RoleArn' is required but was missing")
		return Text{}
	}
	t := templater{scope: s, field: n}
	text := Text{Field: role.key}
	switch _, dynamic := s.keyOf(role); {
	case dynamic:
		text.Expr = t.pathOrCall(role)
	case !role.is(stringNode):
		s.rep.schema(role, "Expected value of type [STRING]")
	case s.lang == JSONata && strings.HasPrefix(role.text, "{%"):
		text.Expr = s.expression(role, 0)
	default:
		t.warnPlain(role)
		text.Static = role.text
	}
	return text
}
