package asl

// level is one set of states that lead to each other: the top, a branch, a processor.
type level struct {
	node        *node
	parent      *level // nil at the top
	owner       *entry // the Parallel or Map in parent
	distributed bool   // the states run in child executions, with variables of their own
	start       *entry // nil if StartAt leads nowhere
	entries     []*entry

	own map[string]bool // see assigned
}

// entry is what resolving needs to know of a state.
type entry struct {
	name    string
	node    *node
	state   State // nil if its Type is unknown
	targets []*node
	reads   []variable
	assigns []variable

	next   []*entry // the targets that exist
	before []*entry // the states of which this one is a target
	walk   int      // number of the last spread that came here
}

// variable is the use of a workflow variable at some place.
type variable struct {
	name string
	at   *node
}

// ends reports whether the level ends with this state.
func (e *entry) ends() bool {
	switch e.node.get("Type").str() {
	case "Succeed", "Fail":
		return true
	}
	end := e.node.get("End")
	return end.is(booleanNode) && end.text == "true"
}

// link connects the states of the level and reports references to states that it does not have. The word Next
// stands in the text for StartAt, Default and Catch too.
func (l *level) link(rep *reporter) {
	names := make(map[string]*entry, len(l.entries))
	for _, e := range l.entries {
		names[e.name] = e
	}
	find := func(n *node) *entry {
		if !n.is(stringNode) {
			return nil
		}
		target := names[n.text]
		if target == nil {
			rep.fail(n, MissingTransitionTarget, "Missing 'Next' target: %s", n.text)
		}
		return target
	}
	l.start = find(l.node.get("StartAt"))
	for _, e := range l.entries {
		for _, n := range e.targets {
			if target := find(n); target != nil {
				e.next = append(e.next, target)
				target.before = append(target.before, e)
			}
		}
	}
}

// spread returns all entries that repeated steps lead to from the first ones, these included. Each call marks them
// with its own number, which is much cheaper than a set: a level may have thousands of states that ask.
func (b *builder) spread(first []*entry, step func(*entry) []*entry) []*entry {
	b.walks++
	var reached []*entry
	add := func(entries []*entry) {
		for _, e := range entries {
			if e.walk != b.walks {
				e.walk = b.walks
				reached = append(reached, e)
			}
		}
	}
	add(first)
	for i := 0; i < len(reached); i++ {
		add(step(reached[i]))
	}
	return reached
}
