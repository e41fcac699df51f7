package asl

import "slices"

// reachable reports the states that no way leads to from StartAt.
func (b *builder) reachable(l *level) {
	if l.start == nil {
		return // reported as a missing target
	}
	b.spread([]*entry{l.start}, func(e *entry) []*entry { return e.next })
	for _, e := range l.entries {
		if e.walk != b.walks {
			b.rep.report(SeverityError, MissingTransitionTarget, mark{at: e.node, where: e.node, onName: true}, "State \"%s\" is not reachable.", e.name)
		}
	}
}

// endless reports a top level that no way can end, and whether it is one. Source: the service's validator, measured,
// which does not ask this of branches and processors.
func (b *builder) endless(top *level) bool {
	if slices.ContainsFunc(top.entries, (*entry).ends) {
		return false
	}
	b.rep.report(SeverityError, MissingEndState, mark{at: top.node}, "Workflow has no terminal state")
	return true
}
