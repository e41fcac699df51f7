package asl

import (
	"strconv"
	"time"
)

// What a retrier does unless it says otherwise. Source: States Language, "Retrying after error".
const (
	defaultInterval    = time.Second
	defaultMaxAttempts = 3
	defaultBackoffRate = 2.0
)

func (s *scope) retriers() []Retrier {
	var all []Retrier
	list := s.node.get("Retry").elements()
	for i, n := range list {
		r := Retrier{
			ErrorEquals: s.errorEquals(n, i == len(list)-1),
			Interval:    defaultInterval,
			MaxAttempts: defaultMaxAttempts,
			BackoffRate: defaultBackoffRate,
			MaxDelay:    seconds(n.get("MaxDelaySeconds")),
			Jitter:      n.get("JitterStrategy").str() == "FULL",
		}
		if m := n.get("IntervalSeconds"); m != nil {
			r.Interval = seconds(m)
		}
		if m := n.get("MaxAttempts"); m.is(numberNode) {
			r.MaxAttempts, _ = strconv.ParseInt(m.text, 10, 64)
		}
		if m := n.get("BackoffRate"); m != nil {
			r.BackoffRate = m.number()
		}
		all = append(all, r)
	}
	return all
}

func (s *scope) catchers() []Catcher {
	var all []Catcher
	list := s.node.get("Catch").elements()
	for i, n := range list {
		all = append(all, Catcher{
			ErrorEquals: s.errorEquals(n, i == len(list)-1),
			Next:        s.target(n.get("Next")),
			ResultPath:  s.resultPath(s.only(JSONPath, n, "ResultPath")),
			Output:      s.template(s.only(JSONata, n, "Output"), hasErrorOutput),
			Assign:      s.assign(n.get("Assign"), hasErrorOutput),
		})
	}
	return all
}

// errorEquals builds the names that a retrier or catcher matches; last says that it is the last one.
func (s *scope) errorEquals(n *node, last bool) []string {
	var names []string
	list := n.get("ErrorEquals").elements()
	for _, e := range list {
		if e.str() == "States.ALL" && (len(list) > 1 || !last) {
			s.rep.schema(e, "States.ALL must appear alone and at end of list")
		}
		names = append(names, e.str())
	}
	return names
}
