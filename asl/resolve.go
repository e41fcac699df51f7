package asl

import (
	"slices"
	"unicode/utf8"
)

const stateNameMax = 80

// resolve checks what no single state can know of itself and completes the machine. sound says that the schema was
// kept: otherwise the ends and the reachability of states are not judged.
func (b *builder) resolve(m *Machine, sound bool) {
	b.names(m)
	for _, l := range b.levels {
		if !b.alone || l.parent != nil {
			l.link(b.rep)
		}
	}
	if sound && !b.alone && b.endless(b.levels[0]) {
		sound = false
	}
	for _, l := range b.levels {
		if sound {
			b.reachable(l)
		}
		b.variables(m, l)
	}
}

// names enters the states into the machine, in the order of the text, so that of two with one name the second is
// reported. Names of states and of labels are unique over all levels.
func (b *builder) names(m *Machine) {
	var all []*entry
	for _, l := range b.levels {
		all = append(all, l.entries...)
	}
	slices.SortFunc(all, func(x, y *entry) int { return x.node.start - y.node.start })
	m.states = make(map[StateName]State, len(all))
	labels := map[string]bool{}
	for _, e := range all {
		if name := StateName(e.name); b.name(e, m.states) {
			m.states[name] = e.state
		}
		b.label(e, labels)
	}
}

// name reports whether the state can have its name.
func (b *builder) name(e *entry, taken map[StateName]State) bool {
	at := mark{at: e.node, where: e.node, onName: true}
	_, again := taken[StateName(e.name)]
	switch {
	case again:
		b.rep.report(SeverityError, DuplicateStateName, at, "Duplicate State name: %s", e.name)
	case e.name == "":
		b.rep.report(SeverityError, InvalidStateName, at, "Invalid State name: '' must have at least one character")
	case utf8.RuneCountInString(e.name) > stateNameMax:
		b.rep.report(SeverityError, InvalidStateName, at, "Invalid State name: '%s' exceeds the %d-character limit allowed by the service", e.name, stateNameMax)
	default:
		return true
	}
	return false
}

// label reports a second use of a label.
func (b *builder) label(e *entry, taken map[string]bool) {
	n := e.node.get("Label")
	if !n.is(stringNode) || e.node.get("Type").str() != "Map" {
		return
	}
	if taken[n.text] {
		b.rep.fail(n, DuplicateLabelName, "Duplicate Label name: %s", n.text)
	}
	taken[n.text] = true
}
