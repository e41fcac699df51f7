package asl

import "github.com/cogstep/cogstep/query"

func (s *scope) pass(c Common) State {
	p := &Pass{
		common:     c,
		Parameters: s.template(s.jsonpath("Parameters"), 0),
		ResultPath: s.resultPath(s.jsonpath("ResultPath")),
	}
	if result := s.jsonpath("Result"); result != nil {
		s.warnStatic(result, result)
		p.Result = query.FromValue(literal(s.text[result.start:result.end]))
	}
	return p
}

// warnStatic warns of the first path in a Result: it stays as it is written.
func (s *scope) warnStatic(n, result *node) bool {
	if looksDynamic(n.str()) {
		s.rep.report(SeverityWarning, PassResultIsStatic, mark{at: n, where: result}, "The Result of a Pass state is static: '%s' is not evaluated; use Parameters", n.text)
		return true
	}
	for _, m := range n.children {
		if s.warnStatic(m, result) {
			return true
		}
	}
	return false
}

func (s *scope) fail(c Common) State {
	return &Fail{common: c, Error: s.textMember("Error", s.pathOrCall), Cause: s.textMember("Cause", s.pathOrCall)}
}

func (s *scope) wait(c Common) State {
	return &Wait{common: c, Seconds: s.number(s.node, "Seconds"), Timestamp: s.textMember("Timestamp", s.reference)}
}

func (s *scope) parallel(c Common) State {
	p := &Parallel{
		common:         c,
		Parameters:     s.template(s.parameters(s.node), 0),
		ResultSelector: s.template(s.jsonpath("ResultSelector"), 0),
		ResultPath:     s.resultPath(s.jsonpath("ResultPath")),
		Retry:          s.retriers(),
		Catch:          s.catchers(),
	}
	for i, branch := range s.node.get("Branches").elements() {
		at := place{parent: s.level, entry: s.entry, owner: p, branch: i, express: s.express}
		p.Branches = append(p.Branches, s.workflow(branch, at))
	}
	return p
}
