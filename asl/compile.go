// Package asl is the Amazon States Language: it turns the text of a definition into a [Machine] or into the reasons
// why it is none.
//
// [Compile] is the only way to a *Machine, so whoever holds one has nothing left to check: every target exists,
// every path and expression is parsed, every default filled in. It goes over a definition in four passes.
//
//	read      text → tree of nodes, each with its place                  reader.go, node.go, source.go
//	schema    which members an object may have and how they go together  schema*.go: tables; shape.go, rule.go: their reader
//	build     nodes → typed states with compiled paths and templates     build*.go, template.go, jsonata.go, resource.go
//	resolve   names, targets, reachability, variables                    level.go, resolve.go, reach.go, variable.go
//
// No pass stops at the first mistake and each one accepts what an earlier one has objected to, so all diagnostics
// come at once. Only reachability is left out when the schema was violated: behind a broken Next everything
// would be unreachable.
//
// Codes, texts and locations of diagnostics are those of the service, as far as anybody has seen them. What nobody
// has seen is worded in the same manner.
package asl

import (
	"crypto/sha256"
)

// Options say what a definition is compiled for.
type Options struct {
	// Express applies the rules for state machines of type EXPRESS.
	Express bool
	// Services checks the calls of AWS SDK integrations; nil: any action of a known service goes, with any parameters.
	Services Services
}

// Services knows what the services offer that AWS SDK integrations call, by their names in resources ("dynamodb",
// "putItem"). It is safe for concurrent use.
type Services interface {
	// Offers reports whether a Task can call an action. It is true for a service that it knows nothing of.
	Offers(service, action string) bool
	// Takes reports whether an action that is offered has a parameter. It is true for a service that it knows nothing of.
	Takes(service, action, parameter string) bool
}

// Compile compiles a definition. The machine is nil if there is an error among the diagnostics; without one there
// may still be warnings. Equal arguments give equal results. Definitions may have 1 MiB and be nested 1000 levels
// deep.
func Compile(source string, opts Options) (*Machine, Diagnostics) {
	return compile(source, opts, func(c *checker, root *node) *node {
		c.check(root, &machineShape)
		return root
	})
}

// LoneState is the name of a state that is compiled alone.
const LoneState StateName = "StateName"

// CompileState compiles the definition of a single state, as TestState takes it, into a machine that consists of that
// state, called [LoneState]. The states that it leads to do not exist. Locations begin with /States/StateName, as
// the service's do; pointers belong to the source.
func CompileState(source string, opts Options) (*Machine, Diagnostics) {
	return compile(source, opts, func(c *checker, state *node) *node {
		root := &node{kind: objectNode}
		states := &node{kind: objectNode, parent: root, key: "States", children: []*node{state}}
		root.children = []*node{states}
		state.parent, state.key = states, string(LoneState)
		c.rep.outside = states
		c.machine, c.lang = JSONPath, JSONPath
		c.state(state)
		return root
	})
}

// compile is both: judge checks the schema and returns the root of the machine.
func compile(source string, opts Options, judge func(*checker, *node) *node) (*Machine, Diagnostics) {
	src := newSource(source)
	rep := newReporter(src)
	tree := read(src, rep)
	if tree == nil {
		return nil, rep.sorted()
	}
	language := languageOf(tree, JSONPath)
	c := &checker{rep: rep, machine: language, lang: language}
	root := judge(c, tree)
	sound := !rep.failed()

	b := &builder{rep: rep, opts: opts, text: source, digest: sha256.Sum256([]byte(source)), language: c.machine, alone: root != tree}
	m := b.machine(root)
	b.resolve(m, sound)
	if rep.failed() {
		m = nil
	}
	return m, rep.sorted()
}
