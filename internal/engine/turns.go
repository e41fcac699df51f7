package engine

import (
	"container/list"
	"strings"
)

// turns lets those who wait come up by machine: whoever waits for one machine waits in the order of coming, and the
// machines take turns. So a machine for which ten thousand wait delays the next of another one by a single turn. The
// zero value is ready to use. It is not safe for concurrent use.
type turns[T any] struct {
	lines map[string]*line[T] // by machine; only those in which somebody waits
	order list.List           // of *line; the first has the next turn
}

// line is those who wait for one machine.
type line[T any] struct {
	machine string
	waiting list.List     // of *waiter
	at      *list.Element // in order
}

// waiter is one who waits, and where.
type waiter[T any] struct {
	value T
	line  *line[T]      // nil: it waits no more
	at    *list.Element // in line
}

// lineOf returns the line of a machine. A machine that comes anew has its turn after all others.
func (t *turns[T]) lineOf(machine string) *line[T] {
	l := t.lines[machine]
	if l == nil {
		if t.lines == nil {
			t.lines = make(map[string]*line[T])
		}
		l = &line[T]{machine: machine}
		l.at = t.order.PushBack(l)
		t.lines[machine] = l
	}
	return l
}

// push lets v wait at the end of a machine's line.
func (t *turns[T]) push(machine string, v T) *waiter[T] {
	l := t.lineOf(machine)
	w := &waiter[T]{value: v, line: l}
	w.at = l.waiting.PushBack(w)
	return w
}

// pushFront lets v wait in front of a machine's line and gives the machine the next turn: v had it already, and
// nothing came of it.
func (t *turns[T]) pushFront(machine string, v T) *waiter[T] {
	l := t.lineOf(machine)
	w := &waiter[T]{value: v, line: l}
	w.at = l.waiting.PushFront(w)
	t.order.MoveToFront(l.at)
	return w
}

// pop takes out who is next; ok is false if nobody waits.
func (t *turns[T]) pop() (v T, ok bool) {
	first := t.order.Front()
	if first == nil {
		return v, false
	}
	l := first.Value.(*line[T])
	t.order.MoveToBack(first)
	w := l.waiting.Front().Value.(*waiter[T])
	t.remove(w)
	return w.value, true
}

// remove takes out one who gives up. It reports whether w was still waiting.
func (t *turns[T]) remove(w *waiter[T]) bool {
	l := w.line
	if l == nil {
		return false
	}
	l.waiting.Remove(w.at)
	w.line = nil
	if l.waiting.Len() == 0 {
		t.order.Remove(l.at)
		delete(t.lines, l.machine)
	}
	return true
}

// count returns how many wait for a machine.
func (t *turns[T]) count(machine string) int {
	if l := t.lines[machine]; l != nil {
		return l.waiting.Len()
	}
	return 0
}

// empty reports whether nobody waits.
func (t *turns[T]) empty() bool { return t.order.Len() == 0 }

// machineOf returns the name of the state machine that an execution's ARN names, "" if it names none. Children of a map
// run count as their parent's machine.
func machineOf(executionARN string) string {
	fields := strings.SplitN(executionARN, ":", 8)
	if len(fields) < 7 {
		return ""
	}
	name, _, _ := strings.Cut(fields[6], "/")
	return name
}
