package jsonata

import "strconv"

// nestingMax bounds how deeply expressions may be nested in a source, however they nest: parentheses, operands and
// steps count alike.
const nestingMax = 5000

// parser is a Pratt parser: each operator has a binding power and says what it does in front of an operand
// (prefix) and behind one (infix). Its errors are of the type *Error and travel as panics between its functions only,
// see parse.
type parser struct {
	lex    lexer
	node   token // the one that comes next
	depth  int   // of expressions that are being read
	inside int   // the height of the tallest expression inside of the one that is being read
}

// bindingPowers of the operators that stand behind an operand; 0 for those that end an expression.
var bindingPowers = map[string]int{
	".": 75, "[": 80, "{": 70, "(": 80, "@": 80, "#": 80, "?": 20, "+": 50, "-": 50, "*": 60, "/": 60, "%": 60,
	"=": 40, "<": 40, ">": 40, "^": 40, ":=": 10, "!=": 40, "<=": 40, ">=": 40, "~>": 40, "and": 30,
	"or": 25, "in": 40, "&": 50,
	")": 0, "]": 0, "}": 0, ",": 0, ";": 0, ":": 0, "..": 0, "|": 0, "**": 0,
}

// parse returns the syntax tree of a source as it is written. Errors: S01xx to S04xx.
func parse(src string) (tree *node, err *Error) {
	p := &parser{lex: lexer{src: src}}
	defer func() {
		if r := recover(); r != nil {
			failure, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			tree, err = nil, failure
		}
	}()
	p.advance(false)
	tree = p.expression(0)
	if p.node.kind != endNode {
		p.unexpected("S0201", p.node)
	}
	return tree, nil
}

// unexpected fails at a token.
func (p *parser) unexpected(code string, t token) {
	panic(tokenError(code, t))
}

func tokenError(code string, t token) *Error {
	e := &Error{Code: code, Position: t.position, Token: t.text}
	switch t.kind {
	case stringNode, numberNode, valueNode:
		e.with("token", shownValue(t.literal))
	case variableNode:
		e.with("token", quote(t.text)) // "$" has no text, which is not the same as no token
	}
	return e
}

// advance goes to the next token. Behind an operand, infix is true.
func (p *parser) advance(infix bool) {
	t, err := p.lex.next(infix)
	if err != nil {
		panic(err)
	}
	if t.kind == operatorNode {
		if _, known := bindingPowers[t.text]; !known {
			p.unexpected("S0204", t)
		}
	}
	p.node = t
}

// expect goes behind the token that must come next.
func (p *parser) expect(id string, infix bool) {
	if p.node.id() != id {
		code := "S0202"
		if p.node.kind == endNode {
			code = "S0203"
		}
		e := tokenError(code, p.node)
		e.Value = quote(id)
		panic(e)
	}
	p.advance(infix)
}

// is reports whether an operator comes next.
func (p *parser) is(op string) bool { return p.node.kind == operatorNode && p.node.text == op }

// expression reads operands and operators that bind more tightly than power.
func (p *parser) expression(power int) *node {
	outside := p.inside
	p.depth++
	p.inside = 0
	p.nested(p.depth)
	t := p.node
	p.advance(true)
	left := p.prefix(t)
	p.inside++
	for p.node.kind == operatorNode && power < bindingPowers[p.node.text] {
		t = p.node
		p.advance(false)
		left = p.infix(t, left)
		p.inside++
		p.nested(p.inside)
	}
	p.depth--
	p.inside = max(p.inside, outside)
	return left
}

func (p *parser) nested(levels int) {
	if levels > nestingMax {
		panic(errDepth().at(p.node.position))
	}
}

// prefix reads what begins with t.
func (p *parser) prefix(t token) *node {
	n := &node{kind: t.kind, position: t.position, text: t.text, literal: t.literal}
	switch t.kind {
	case operatorNode:
		return p.prefixOperator(t, n)
	case regexpNode:
		re, err := compileRegexp(t.text, t.flags)
		if err != nil {
			failure, ok := err.(*Error)
			if !ok {
				failure = &Error{Message: err.Error()}
			}
			panic(failure.at(t.position))
		}
		n.literal = regexMatcher(re)
	}
	return n
}

func (p *parser) prefixOperator(t token, n *node) *node {
	switch t.text {
	case "and", "or", "in": // names of fields
	case "-":
		n.kind, n.rhs = negationNode, p.expression(bindingPowers["{"])
	case "*":
		n.kind = wildcardNode
	case "**":
		n.kind = descendantNode
	case "%":
		n.kind = parentNode
	case "(":
		n.kind, n.list = blockNode, p.block()
	case "[":
		n.kind, n.list = arrayNode, p.array()
	case "{":
		n.kind, n.pairs = objectNode, p.object()
	case "|":
		p.transform(n)
	default:
		p.unexpected("S0211", t)
	}
	return n
}

func (p *parser) block() []*node {
	var list []*node
	for !p.is(")") {
		list = append(list, p.expression(0))
		if !p.is(";") {
			break
		}
		p.advance(false)
	}
	p.expect(")", true)
	return list
}

func (p *parser) array() []*node {
	var items []*node
	for !p.is("]") || len(items) > 0 { // behind a comma there must be an item
		item := p.expression(0)
		if p.is("..") {
			item = &node{kind: binaryNode, text: "..", position: p.node.position, lhs: item}
			p.advance(false)
			item.rhs = p.expression(0)
		}
		items = append(items, item)
		if !p.is(",") {
			break
		}
		p.advance(false)
	}
	p.expect("]", true)
	return items
}

func (p *parser) object() []pair {
	var pairs []pair
	for !p.is("}") || len(pairs) > 0 { // behind a comma there must be a member
		key := p.expression(0)
		p.expect(":", false)
		pairs = append(pairs, pair{key, p.expression(0)})
		if !p.is(",") {
			break
		}
		p.advance(false)
	}
	p.expect("}", true)
	return pairs
}

func (p *parser) transform(n *node) {
	n.kind = transformNode
	n.pattern = p.expression(0)
	p.expect("|", false)
	n.update = p.expression(0)
	if p.is(",") {
		p.advance(false)
		n.deletion = p.expression(0)
	}
	p.expect("|", false)
}

// infix reads what t does with the operand on its left.
func (p *parser) infix(t token, left *node) *node {
	n := &node{kind: binaryNode, position: t.position, text: t.text, lhs: left}
	switch t.text {
	case "(":
		return p.call(n, left)
	case "[":
		return p.filter(n, left)
	case "{":
		n.pairs = p.object()
	case "^":
		n.terms = p.order()
	case "?":
		n.kind, n.lhs, n.condition, n.then = conditionNode, nil, left, p.expression(0)
		if p.is(":") {
			p.advance(false)
			n.otherwise = p.expression(0)
		}
	case ":=":
		if left.kind != variableNode {
			panic((&Error{Code: "S0212", Position: left.position}).about(left.text))
		}
		n.rhs = p.expression(bindingPowers[":="] - 1) // associates to the right
	case "@", "#":
		n.rhs = p.expression(bindingPowers["@"])
		if n.rhs.kind != variableNode {
			panic(&Error{Code: "S0214", Position: n.rhs.position, Token: t.text})
		}
	default:
		n.rhs = p.expression(bindingPowers[t.text])
	}
	return n
}

// filter reads a predicate. An empty one keeps a singleton as an array.
func (p *parser) filter(n, left *node) *node {
	if !p.is("]") {
		n.rhs = p.expression(0)
		p.expect("]", true)
		return n
	}
	step := left
	for step.kind == binaryNode && step.text == "[" {
		step = step.lhs
	}
	step.keepArray = true
	p.advance(false)
	return left
}

// order reads the terms of an order-by clause.
func (p *parser) order() []term {
	p.expect("(", false)
	var terms []term
	for {
		var t term
		if p.is("<") || p.is(">") {
			t.descending = p.is(">")
			p.advance(false)
		}
		t.expression = p.expression(0)
		terms = append(terms, t)
		if !p.is(",") {
			break
		}
		p.advance(false)
	}
	p.expect(")", false)
	return terms
}

// call reads the arguments of a call, or the definition of a lambda.
func (p *parser) call(n, callee *node) *node {
	n.kind, n.lhs, n.procedure = functionNode, nil, callee
	for !p.is(")") || len(n.list) > 0 { // behind a comma there must be an argument
		if p.is("?") {
			n.kind = partialNode
			n.list = append(n.list, &node{kind: operatorNode, text: "?", position: p.node.position})
			p.advance(false)
		} else {
			n.list = append(n.list, p.expression(0))
		}
		if !p.is(",") {
			break
		}
		p.advance(false)
	}
	p.expect(")", true)
	if callee.kind == nameNode && (callee.text == "function" || callee.text == "λ") {
		p.lambda(n)
	}
	return n
}

// lambda turns the call of a function called function into a definition.
func (p *parser) lambda(n *node) {
	for i, param := range n.list {
		if param.kind != variableNode {
			panic(&Error{Code: "S0208", Position: param.position, Token: param.text, Value: strconv.Itoa(i + 1)})
		}
		n.params = append(n.params, param.text)
	}
	n.kind, n.list, n.procedure = lambdaNode, nil, nil
	if p.is("<") {
		n.signature = p.signature()
	}
	p.expect("{", false)
	n.body = p.expression(0)
	p.expect("}", false)
}

// signature reads the signature of a lambda out of its tokens.
func (p *parser) signature() *signature {
	position, notation := p.node.position, "<"
	for depth := 1; depth > 0 && !p.is("{") && p.node.kind != endNode; {
		p.advance(false)
		switch {
		case p.is(">"):
			depth--
		case p.is("<"):
			depth++
		}
		notation += p.node.text
	}
	p.expect(">", false)
	s, offset, err := parseSignature(notation)
	if err != nil {
		err.Position = position + offset
		panic(err)
	}
	return s
}
