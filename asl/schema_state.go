package asl

import "strings"

// queryLanguage is the rule of QueryLanguage.
var queryLanguage = enum("JSONPath", "JSONata")

// languageOf returns the language that n asks for. Only the exact text "JSONPath" is JSONPath; whatever else is
// present counts as JSONata. Source: the service's validator, measured.
func languageOf(n *node, inherited QueryLanguage) QueryLanguage {
	switch l := n.get("QueryLanguage"); {
	case l == nil:
		return inherited
	case l.str() == "JSONPath":
		return JSONPath
	default:
		return JSONata
	}
}

// states is the rule of States.
func states(c *checker, n *node) {
	if !c.kind(n, objectNode) {
		return
	}
	if len(n.children) == 0 {
		c.rep.schema(n, "Value cannot be empty")
	}
	for _, s := range n.children {
		c.state(s)
	}
}

// state checks one state. A state inherits the machine's language, not that of the Map or Parallel around it.
func (c *checker) state(n *node) {
	if !c.kind(n, objectNode) {
		return
	}
	s, ok := c.shapeOf(n)
	if !ok {
		return
	}
	inner := *c
	inner.lang = languageOf(n, c.machine)
	inner.mixed = inner.lang == JSONPath && c.machine == JSONata
	if inner.mixed {
		c.rep.report(SeverityError, SchemaFailed, mark{at: n.get("QueryLanguage"), where: n, onName: true},
			"'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
	}
	inner.check(n, s)
}

// shapeOf returns the shape that the state's Type asks for.
func (c *checker) shapeOf(n *node) (*shape, bool) {
	t := n.get("Type")
	if t == nil {
		c.required(n, nil, "Type")
		return nil, false
	}
	if !c.kind(t, stringNode) {
		return nil, false
	}
	s, ok := stateShapes[t.text]
	if !ok {
		c.rep.schema(t, "The field 'Type' should have one of these values: [%s]", strings.Join(stateTypes, ", "))
	}
	return s, ok
}

// checkHeartbeat reports a heartbeat that is not shorter than the time-out.
func checkHeartbeat(c *checker, n *node) {
	timeout, heartbeat := n.get("TimeoutSeconds"), n.get("HeartbeatSeconds")
	if timeout.is(numberNode) && heartbeat.is(numberNode) && heartbeat.number() >= timeout.number() {
		c.rep.schema(heartbeat, "HeartbeatSeconds must be smaller than TimeoutSeconds")
	}
}
