package jsonata

// nodeKind says what a node of the syntax tree is.
type nodeKind uint8

const (
	endNode nodeKind = iota // the end of the source, where an operand should be
	nameNode
	stringNode
	numberNode
	valueNode // true, false, null
	variableNode
	regexpNode
	operatorNode // an operator that stands for itself: "?" as an argument; and, or, in as names
	wildcardNode
	descendantNode
	parentNode
	binaryNode
	negationNode
	arrayNode  // [ … ]
	objectNode // { … }
	blockNode
	functionNode // a call
	partialNode
	lambdaNode
	conditionNode
	transformNode

	// Made by the resolver:
	pathNode
	bindNode
	applyNode
	sortNode
)

// kindNames are the reference's names, which the token of S0217 shows.
var kindNames = map[nodeKind]string{
	endNode: "(end)", nameNode: "name", stringNode: "string", numberNode: "number", valueNode: "value",
	variableNode: "variable", regexpNode: "regex", operatorNode: "operator", wildcardNode: "wildcard",
	descendantNode: "descendant", parentNode: "parent", binaryNode: "binary", negationNode: "unary", arrayNode: "unary",
	objectNode: "unary", blockNode: "block", functionNode: "function", partialNode: "partial", lambdaNode: "lambda",
	conditionNode: "condition", transformNode: "transform", pathNode: "path", bindNode: "bind", applyNode: "apply",
	sortNode: "sort",
}

// node is a node of the syntax tree: first what the parser reads, then what the resolver makes of it in place. A
// program's nodes do not change anymore.
type node struct {
	kind     nodeKind
	position int    // see Error.Position
	text     string // a name, an operator, a regular expression
	literal  value  // strings, numbers, values; regular expressions: the matcher

	lhs, rhs *node   // of binary operators, bindings, applications; negations have rhs only
	list     []*node // items, steps, arguments, the expressions of a block
	pairs    []pair  // of objects and groupings in the making
	terms    []term  // of an order

	procedure *node    // of a call
	body      *node    // of a lambda
	params    []string // of a lambda
	signature *signature

	condition, then, otherwise *node // of a conditional: otherwise may be nil
	pattern, update, deletion  *node // of a transform: deletion may be nil

	predicates []stage // of a node that is not a step
	stages     []stage // of a step
	group      *grouping

	focus, index string // variables bound by @ and #
	ancestor     *slot  // where to bind the item that % in a later step refers to
	slot         *slot  // of a parent
	seeking      []*slot
	tuple        bool // the step makes tuples

	keepArray     bool // followed by []
	keepSingleton bool // of a path with such a step
	cons          bool // an array constructor whose result is not flattened
	thunk         bool // a lambda around a call in tail position
	counted       bool // a call of $count with a range: the range need not be made
}

// pair is a member of an object constructor.
type pair struct{ key, value *node }

// term is one criterion of an order.
type term struct {
	expression *node
	descending bool
}

// stage is a filter behind a step, or, if filter is nil, a variable for the index.
type stage struct {
	filter *node
	index  string
}

// grouping is what { … } behind an expression does.
type grouping struct {
	pairs    []pair
	position int
}

// slot connects a % with the step whose item it means. level is the number of steps still to go up.
type slot struct {
	label string
	level int
}
