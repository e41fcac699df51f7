package asl

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

const variableNameMax = 80

// variableName reports a name that no workflow variable can have; m is the member of the Assign.
func (s *scope) variableName(m *node, name string) {
	at := mark{at: m, where: m.parent, onName: true}
	switch {
	case name == "states":
		s.rep.report(SeverityError, ReservedVariableName, at, "Cannot assign to reserved variable '$states'.")
	case utf8.RuneCountInString(name) > variableNameMax:
		s.rep.report(SeverityError, InvalidVariableName, at, "Invalid variable name '%s': the variable name exceeds the %d-character limit.", name, variableNameMax)
	case !isIdentifier(name):
		s.rep.report(SeverityError, InvalidVariableName, at, "Invalid variable name '%s': the variable name contains invalid characters.", name)
	}
}

// isIdentifier reports whether a name is a Unicode identifier (ID_Start, then ID_Continue).
func isIdentifier(name string) bool {
	for i, r := range name {
		start := unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)
		if !start && (i == 0 || !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) {
			return false
		}
	}
	return name != ""
}

// variables lists what the states of a level read and checks that scopes are kept: a name that an outer scope can
// already have cannot be assigned to, and a child execution of a Distributed Map sees no outer scope at all.
func (b *builder) variables(m *Machine, l *level) {
	outer := b.outer(l)
	for _, e := range l.entries {
		for _, v := range e.assigns {
			if outer[v.name] {
				b.rep.report(SeverityError, SchemaFailed, mark{at: v.at, where: v.at.parent, onName: true},
					"Cannot assign to variable '%s': it is a variable of an outer scope.", v.name)
			}
		}
		var names []string
		for _, v := range e.reads {
			names = append(names, v.name)
			if l.outOfSight(v.name) {
				b.rep.fail(v.at, SchemaFailed, "Variable '%s' belongs to the workflow around the Distributed Map and cannot be read in a child execution.", v.name)
			}
		}
		if len(names) > 0 {
			slices.Sort(names)
			if m.VariableReferences == nil {
				m.VariableReferences = map[StateName][]string{}
			}
			m.VariableReferences[StateName(e.name)] = slices.Compact(names)
		}
	}
}

// outer returns those of the level's own variables that can exist when it is entered: some state on the way to its
// owner, on any level that is in sight, assigns to them. What the owner or a state behind it assigns to does not
// exist yet. Source: a recorded definition whose Catch assigns to the same name as the branch.
func (b *builder) outer(l *level) map[string]bool {
	own, names := l.assigned(), map[string]bool{}
	for ; len(own) > 0 && l.parent != nil && !l.distributed; l = l.parent {
		for _, e := range b.spread(l.owner.before, func(e *entry) []*entry { return e.before }) {
			for _, v := range e.assigns {
				if own[v.name] {
					names[v.name] = true
				}
			}
		}
	}
	return names
}

// assigned returns the variables that the level's own states assign to.
func (l *level) assigned() map[string]bool {
	if l.own == nil {
		l.own = map[string]bool{}
		for _, e := range l.entries {
			for _, v := range e.assigns {
				l.own[v.name] = true
			}
		}
	}
	return l.own
}

// outOfSight reports whether a name is a variable only beyond the boundary of a Distributed Map.
func (l *level) outOfSight(name string) bool {
	for beyond := false; l != nil; l = l.parent {
		if l.assigned()[name] {
			return beyond
		}
		beyond = beyond || l.distributed
	}
	return false
}
