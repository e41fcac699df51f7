package jsonata

import "strconv"

// resolver turns the tree of the parser into one that the evaluator can follow: steps that are joined by dots become
// paths, predicates and groupings go to the steps that they belong to, each % finds its step, and calls in tail
// position become thunks.
type resolver struct {
	slots int // that were given a label
}

// resolve returns the resolved tree of an expression. Errors: S02xx.
func resolve(tree *node) (root *node, err *Error) {
	defer func() {
		if r := recover(); r != nil {
			failure, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			root, err = nil, failure
		}
	}()
	r := &resolver{}
	root = r.node(tree)
	if root.kind == parentNode || root.seeking != nil {
		panic(noParent(root))
	}
	return root, nil
}

func noParent(n *node) *Error {
	return &Error{Code: "S0217", Position: n.position, Token: kindNames[n.kind]}
}

// node resolves n and what is in it.
func (r *resolver) node(n *node) *node {
	out := r.resolved(n)
	if n.keepArray {
		out.keepArray = true
	}
	return out
}

func (r *resolver) resolved(n *node) *node {
	switch n.kind {
	case binaryNode:
		return r.binary(n)
	case nameNode:
		return r.name(n)
	case operatorNode:
		return r.operator(n)
	case endNode:
		panic(&Error{Code: "S0207", Position: n.position, Token: n.text})
	case parentNode:
		n.slot = &slot{label: "!" + strconv.Itoa(r.slots), level: 1}
		r.slots++
	case negationNode:
		return r.negation(n)
	case arrayNode, blockNode:
		r.list(n)
	case objectNode:
		r.pairs(n.pairs, n)
	case functionNode, partialNode:
		r.list(n)
		n.procedure = r.node(n.procedure)
		n.counted = countsRange(n)
	case lambdaNode:
		n.body = tailCalls(r.node(n.body))
	case conditionNode:
		n.condition = r.part(n, n.condition)
		n.then = r.part(n, n.then)
		if n.otherwise != nil {
			n.otherwise = r.part(n, n.otherwise)
		}
	case transformNode:
		n.pattern, n.update = r.node(n.pattern), r.node(n.update)
		if n.deletion != nil {
			n.deletion = r.node(n.deletion)
		}
	}
	return n
}

// part resolves a part of whole, which goes on seeking the parents that the part could not find.
func (r *resolver) part(whole, n *node) *node {
	n = r.node(n)
	r.seekOn(whole, n)
	return n
}

func (r *resolver) seekOn(whole, part *node) {
	whole.seeking = append(whole.seeking, part.seeking...)
	if part.kind == parentNode {
		whole.seeking = append(whole.seeking, part.slot)
	}
}

// name returns the path of one step that a name is.
func (r *resolver) name(n *node) *node {
	return &node{kind: pathNode, list: []*node{n}, keepSingleton: n.keepArray, position: n.position}
}

func (r *resolver) operator(n *node) *node {
	switch n.text {
	case "and", "or", "in":
		n.kind = nameNode
		return r.name(n)
	case "?":
		return n
	}
	panic(&Error{Code: "S0201", Position: n.position, Token: n.text})
}

// negation folds the sign into a number.
func (r *resolver) negation(n *node) *node {
	n.rhs = r.node(n.rhs)
	if n.rhs.kind == numberNode {
		n.rhs.literal = number(-n.rhs.literal.n)
		return n.rhs
	}
	r.seekOn(n, n.rhs)
	return n
}

// list resolves the parts of an array, a block or a call.
func (r *resolver) list(n *node) {
	for i, item := range n.list {
		item = r.part(n, item)
		n.list[i] = item
		if n.kind == blockNode && (item.cons || item.kind == pathNode && item.list[0].cons) {
			n.cons = true
		}
	}
}

func (r *resolver) pairs(pairs []pair, whole *node) {
	for i, p := range pairs {
		pairs[i] = pair{r.part(whole, p.key), r.part(whole, p.value)}
	}
}

func (r *resolver) binary(n *node) *node {
	switch n.text {
	case ".":
		return r.path(n)
	case "[":
		return r.predicate(n)
	case "{":
		return r.grouping(n)
	case "^":
		return r.order(n)
	case "@":
		return r.focus(n)
	case "#":
		return r.index(n)
	case ":=":
		n.kind, n.rhs = bindNode, r.node(n.rhs)
		r.seekOn(n, n.rhs)
	case "~>":
		n.kind, n.lhs, n.rhs = applyNode, r.node(n.lhs), r.node(n.rhs)
		n.keepArray = n.lhs.keepArray || n.rhs.keepArray
		if n.rhs.kind == functionNode && len(n.rhs.list) == 0 && isCount(n.rhs.procedure) {
			n.counted = isRange(n.lhs)
		}
	default:
		n.lhs, n.rhs = r.part(n, n.lhs), r.part(n, n.rhs)
	}
	return n
}

// path joins the steps on both sides of a dot.
func (r *resolver) path(n *node) *node {
	left := r.node(n.lhs)
	path := left
	if left.kind != pathNode {
		path = &node{kind: pathNode, list: []*node{left}, position: left.position}
	}
	if left.kind == parentNode {
		path.seeking = append(path.seeking, left.slot)
	}
	right := r.node(n.rhs)
	if right.kind == pathNode {
		path.list = append(path.list, right.list...)
	} else {
		right.stages, right.predicates = append(right.stages, right.predicates...), nil
		path.list = append(path.list, right)
	}
	for _, step := range path.list {
		switch step.kind {
		case numberNode, valueNode:
			panic(&Error{Code: "S0213", Position: step.position, Value: shownValue(step.literal)})
		case stringNode:
			step.kind = nameNode
		}
		if step.keepArray {
			path.keepSingleton = true
		}
	}
	// A constructor at either end makes an array that is not flattened.
	for _, end := range []*node{path.list[0], path.list[len(path.list)-1]} {
		if end.kind == arrayNode {
			end.cons = true
		}
	}
	r.ancestry(path)
	return path
}

// ancestry looks in a path for the items that the parents in its last step refer to.
func (r *resolver) ancestry(path *node) {
	last := path.list[len(path.list)-1]
	slots := last.seeking
	if last.kind == parentNode {
		slots = append(slots[:len(slots):len(slots)], last.slot)
	}
	for _, s := range slots {
		for i := len(path.list) - 2; s.level > 0; {
			if i < 0 {
				path.seeking = append(path.seeking, s)
				break
			}
			step := path.list[i]
			i--
			// Steps in a row that bind a focus all look at the same item.
			for i >= 0 && step.focus != "" && path.list[i].focus != "" {
				step = path.list[i]
				i--
			}
			seekParent(step, s)
		}
	}
}

// seekParent goes up over n and binds the slot to it if that is where the way ends.
func seekParent(n *node, s *slot) {
	switch n.kind {
	case nameNode, wildcardNode:
		if s.level--; s.level > 0 {
			return
		}
		if n.ancestor != nil {
			s.label = n.ancestor.label
		}
		n.ancestor, n.tuple = s, true
	case parentNode:
		s.level++
	case blockNode:
		if len(n.list) > 0 {
			n.tuple = true
			seekParent(n.list[len(n.list)-1], s)
		}
	case pathNode:
		n.tuple = true
		i := len(n.list) - 1
		seekParent(n.list[i], s)
		for i--; s.level > 0 && i >= 0; i-- {
			seekParent(n.list[i], s)
		}
	default:
		panic(noParent(n))
	}
}

// lastStep returns the last step of a path, or n itself.
func lastStep(n *node) *node {
	if n.kind == pathNode {
		return n.list[len(n.list)-1]
	}
	return n
}

func (r *resolver) predicate(n *node) *node {
	out := r.node(n.lhs)
	step := lastStep(out)
	if out.kind != pathNode && out.group != nil || step.group != nil {
		panic(&Error{Code: "S0209", Position: n.position})
	}
	filter := r.node(n.rhs)
	if filter.seeking != nil {
		for _, s := range filter.seeking {
			if s.level == 1 {
				seekParent(step, s)
			} else {
				s.level--
			}
		}
		r.seekOn(step, filter)
	}
	if out.kind == pathNode {
		step.stages = append(step.stages, stage{filter: filter})
	} else {
		step.predicates = append(step.predicates, stage{filter: filter})
	}
	return out
}

func (r *resolver) grouping(n *node) *node {
	out := r.node(n.lhs)
	if out.group != nil {
		panic(&Error{Code: "S0210", Position: n.position})
	}
	for i, p := range n.pairs {
		n.pairs[i] = pair{r.node(p.key), r.node(p.value)}
	}
	out.group = &grouping{n.pairs, n.position}
	return out
}

func (r *resolver) order(n *node) *node {
	out := r.node(n.lhs)
	if out.kind != pathNode {
		out = &node{kind: pathNode, list: []*node{out}, position: out.position}
	}
	sort := &node{kind: sortNode, position: n.position}
	for _, t := range n.terms {
		sort.terms = append(sort.terms, term{r.part(sort, t.expression), t.descending})
	}
	out.list = append(out.list, sort)
	r.ancestry(out)
	return out
}

func (r *resolver) focus(n *node) *node {
	out := r.node(n.lhs)
	step := lastStep(out)
	switch {
	case step.stages != nil || step.predicates != nil:
		panic(&Error{Code: "S0215", Position: n.position})
	case step.kind == sortNode:
		panic(&Error{Code: "S0216", Position: n.position})
	}
	if n.keepArray {
		step.keepArray = true
	}
	step.focus, step.tuple = n.rhs.text, true
	return out
}

func (r *resolver) index(n *node) *node {
	out := r.node(n.lhs)
	step := lastStep(out)
	if out.kind != pathNode {
		out = &node{kind: pathNode, list: []*node{out}, position: out.position}
		step.stages, step.predicates = append(step.stages, step.predicates...), nil
	}
	if step.stages == nil {
		step.index = n.rhs.text
	} else {
		step.stages = append(step.stages, stage{index: n.rhs.text})
	}
	step.tuple = true
	return out
}

// tailCalls wraps calls in tail position into thunks, so that the trampoline can make them without growing the stack.
func tailCalls(n *node) *node {
	switch n.kind {
	case functionNode:
		if n.predicates == nil {
			return &node{kind: lambdaNode, thunk: true, body: n, position: n.position}
		}
	case conditionNode:
		n.then = tailCalls(n.then)
		if n.otherwise != nil {
			n.otherwise = tailCalls(n.otherwise)
		}
	case blockNode:
		if last := len(n.list) - 1; last >= 0 {
			n.list[last] = tailCalls(n.list[last])
		}
	}
	return n
}

// countsRange reports whether n is $count([a..b]).
func countsRange(n *node) bool {
	return n.kind == functionNode && len(n.list) == 1 && isCount(n.procedure) && isRange(n.list[0])
}

func isCount(n *node) bool { return n.kind == variableNode && n.text == "count" && n.predicates == nil }

// isRange reports whether n is [a..b] and nothing else.
func isRange(n *node) bool {
	return n.kind == arrayNode && len(n.list) == 1 && n.list[0].kind == binaryNode && n.list[0].text == ".." &&
		n.predicates == nil && n.group == nil
}
