package jsonata

// Reference is a place where a program looks at something that it did not bind itself.
type Reference struct {
	// Name is the name of a variable without its dollar sign, such as "states", or "$" for $$.
	Name     string
	Position int // behind the name, in UTF-16 code units
}

// FreeVariables returns the variables that the program reads without having bound them, in the order of the source, a
// variable once for each place. The names of built-in functions are among them.
func (p *Program) FreeVariables() []Reference { return p.free }

// scope is what names are bound where an expression stands.
type scope struct {
	outer *scope
	names map[string]bool
}

func (s *scope) bind(name string) {
	if s.names == nil {
		s.names = map[string]bool{}
	}
	s.names[name] = true
}

func (s *scope) has(name string) bool {
	for ; s != nil; s = s.outer {
		if s.names[name] {
			return true
		}
	}
	return false
}

// finder collects the free variables of a tree.
type finder struct{ found []Reference }

func references(root *node) []Reference {
	f := &finder{}
	f.node(root, &scope{})
	return f.found
}

func (f *finder) node(n *node, s *scope) {
	if n == nil {
		return
	}
	switch n.kind {
	case variableNode:
		if n.text != "" && !s.has(n.text) {
			f.found = append(f.found, Reference{n.text, n.position})
		}
	case bindNode:
		f.node(n.rhs, s)
		s.bind(n.lhs.text)
		return
	case blockNode:
		s = &scope{outer: s}
	case lambdaNode:
		s = &scope{outer: s}
		for _, name := range n.params {
			s.bind(name)
		}
	case pathNode:
		f.steps(n, &scope{outer: s})
		return
	}
	f.parts(n, s)
}

// steps goes through a path, where each step sees what those before it bind.
func (f *finder) steps(n *node, s *scope) {
	for _, step := range n.list {
		f.node(step, s)
	}
	if n.group != nil {
		f.pairs(n.group.pairs, s)
	}
}

func (f *finder) parts(n *node, s *scope) {
	f.node(n.procedure, s)
	f.node(n.lhs, s)
	f.node(n.condition, s)
	f.node(n.rhs, s)
	for _, x := range n.list {
		f.node(x, s)
	}
	f.pairs(n.pairs, s)
	for _, t := range n.terms {
		f.node(t.expression, s)
	}
	for _, x := range []*node{n.body, n.then, n.otherwise, n.pattern, n.update, n.deletion} {
		f.node(x, s)
	}
	for _, name := range []string{n.focus, n.index} {
		if name != "" {
			s.bind(name)
		}
	}
	for _, stages := range [][]stage{n.predicates, n.stages} {
		for _, x := range stages {
			f.node(x.filter, s)
			if x.index != "" {
				s.bind(x.index)
			}
		}
	}
	if n.group != nil {
		f.pairs(n.group.pairs, s)
	}
}

func (f *finder) pairs(pairs []pair, s *scope) {
	for _, p := range pairs {
		f.node(p.key, s)
		f.node(p.value, s)
	}
}
