package engine

// turns lets those who wait for a place come up by machine: whoever waits for one machine waits in the order of
// coming, and the machines take turns. So a machine with ten thousand waiting tasks delays the next task of another
// one by a single turn. The zero value is ready to use.
type turns struct {
	lines map[string][]func() // by machine; only those in which somebody waits
	order []string            // the machines of lines; the first has the next turn
}

// push lets grant wait at the end of a machine's line. A machine that comes anew has its turn after all others.
func (t *turns) push(machine string, grant func()) {
	line, waits := t.lines[machine]
	if !waits {
		if t.lines == nil {
			t.lines = make(map[string][]func())
		}
		t.order = append(t.order, machine)
	}
	t.lines[machine] = append(line, grant)
}

// pop takes out who is next; nil: nobody waits.
func (t *turns) pop() func() {
	if len(t.order) == 0 {
		return nil
	}
	machine := t.order[0]
	t.order = t.order[1:]
	line := t.lines[machine]
	grant := line[0]
	line[0] = nil // what it holds on to is free as soon as it is done
	if line = line[1:]; len(line) > 0 {
		t.lines[machine] = line
		t.order = append(t.order, machine)
	} else {
		delete(t.lines, machine)
	}
	return grant
}
