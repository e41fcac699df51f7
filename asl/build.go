package asl

import (
	"time"

	"github.com/cogstep/cogstep/query"
)

// builder turns nodes into typed states. It reports what is wrong inside values (paths, templates, resources) and
// leaves gaps where the schema was violated: such a machine is never handed out.
type builder struct {
	rep      *reporter
	opts     Options
	text     string   // of the definition
	digest   [32]byte // SHA-256 of the text
	language QueryLanguage
	alone    bool // there is one state only; where it leads is not checked
	levels   []*level
	walks    int // calls of spread
}

// scope is the building of one state.
type scope struct {
	*builder
	node    *node
	lang    QueryLanguage
	express bool // the state runs in an Express execution
	level   *level
	entry   *entry
}

// place says where a workflow stands.
type place struct {
	parent      *level
	entry       *entry // the owner's
	owner       State
	branch      int
	distributed bool
	express     bool
}

func (b *builder) machine(root *node) *Machine {
	return &Machine{
		Comment:       root.get("Comment").str(),
		QueryLanguage: b.language,
		Timeout:       seconds(root.get("TimeoutSeconds")),
		Workflow:      b.workflow(root, place{express: b.opts.Express}),
	}
}

func (b *builder) workflow(n *node, at place) *Workflow {
	w := &Workflow{Comment: n.get("Comment").str(), StartAt: StateName(n.get("StartAt").str())}
	l := &level{node: n, parent: at.parent, owner: at.entry, distributed: at.distributed}
	b.levels = append(b.levels, l)
	for _, child := range n.get("States").members() {
		s := &scope{
			builder: b, node: child, lang: languageOf(child, b.language), express: at.express,
			level: l, entry: &entry{name: child.key, node: child},
		}
		l.entries = append(l.entries, s.entry)
		if s.entry.state = s.state(at); s.entry.state != nil {
			w.States = append(w.States, s.entry.state)
		}
	}
	return w
}

// state builds the state, or returns nil if its Type is unknown.
func (s *scope) state(at place) State {
	c := s.common(at)
	switch c.Type {
	case "Pass":
		return s.pass(c)
	case "Succeed":
		return &Succeed{c}
	case "Fail":
		return s.fail(c)
	case "Wait":
		return s.wait(c)
	case "Choice":
		return s.choice(c)
	case "Task":
		return s.task(c)
	case "Parallel":
		return s.parallel(c)
	case "Map":
		return s.mapState(c)
	}
	return nil
}

func (s *scope) common(at place) Common {
	c := Common{
		Name:          StateName(s.node.key),
		Type:          s.node.get("Type").str(),
		Comment:       s.node.get("Comment").str(),
		QueryLanguage: s.lang,
		Owner:         at.owner,
		Branch:        at.branch,
		Next:          s.target(s.node.get("Next")),
		InputPath:     s.path(s.jsonpath("InputPath")),
		OutputPath:    s.path(s.jsonpath("OutputPath")),
	}
	var fields statesFields
	switch c.Type {
	case "Task", "Parallel", "Map":
		fields = hasResult
	}
	c.Output = s.template(s.jsonata("Output"), fields)
	c.Assign = s.assign(s.node.get("Assign"), fields)
	return c
}

// jsonpath returns the member called name if the state's language is JSONPath, jsonata if it is JSONata: the
// other language's members were reported and are no part of the state.
func (s *scope) jsonpath(name string) *node { return s.only(JSONPath, s.node, name) }
func (s *scope) jsonata(name string) *node  { return s.only(JSONata, s.node, name) }

func (s *scope) only(lang QueryLanguage, n *node, name string) *node {
	if s.lang != lang {
		return nil
	}
	return n.get(name)
}

// parameters returns the member of n that holds the parameters of a call, under the name it has in the state's
// language.
func (s *scope) parameters(n *node) *node {
	if s.lang == JSONata {
		return n.get("Arguments")
	}
	return n.get("Parameters")
}

// target returns the name of a state that follows this one and keeps the reference for resolving.
func (s *scope) target(n *node) StateName {
	if n.is(stringNode) {
		s.entry.targets = append(s.entry.targets, n)
	}
	return StateName(n.str())
}

// seconds returns a static number of seconds.
func seconds(n *node) time.Duration { return time.Duration(n.number() * float64(time.Second)) }

// reads keeps the variables that an expression at n reads and returns the expression.
func (s *scope) reads(n *node, e query.Expr) query.Expr {
	for _, name := range e.Variables() {
		s.entry.reads = append(s.entry.reads, variable{name, n})
	}
	return e
}
