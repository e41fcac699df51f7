package asl

func (s *scope) choice(c Common) State {
	choice := &Choice{common: c}
	choice.Next = ""
	for _, n := range s.node.get("Choices").elements() {
		choice.Rules = append(choice.Rules, s.rule(n))
	}
	choice.Default = s.target(s.node.get("Default"))
	return choice
}

func (s *scope) rule(n *node) Rule {
	r := Rule{Next: s.target(n.get("Next")), Assign: s.assign(n.get("Assign"), 0)}
	if s.lang == JSONPath {
		r.Test = s.test(n)
		return r
	}
	r.Output = s.template(n.get("Output"), 0)
	if condition := n.get("Condition"); condition.is(stringNode) {
		r.When = s.expression(condition, 0)
	} else {
		r.Static = condition != nil && condition.text == "true"
	}
	return r
}

// test builds what a rule tests, or nil if the schema was violated.
func (s *scope) test(n *node) Test {
	switch {
	case n.has("And"):
		return &And{s.tests(n.get("And"))}
	case n.has("Or"):
		return &Or{s.tests(n.get("Or"))}
	case n.has("Not"):
		return &Not{s.test(n.get("Not"))}
	}
	for _, m := range n.members() {
		if c, ok := comparisons[m.key]; ok {
			return s.compare(n.get("Variable"), m, c)
		}
	}
	return nil
}

func (s *scope) tests(n *node) []Test {
	var all []Test
	for _, e := range n.elements() {
		all = append(all, s.test(e))
	}
	return all
}

func (s *scope) compare(subject, operand *node, c comparison) Test {
	t := &Compare{Variable: s.reference(subject), Operator: c.operator}
	if c.path {
		t.Operand = s.reference(operand)
		return t
	}
	s.warnPath(operand)
	t.Constant = literal(s.text[operand.start:operand.end])
	return t
}
