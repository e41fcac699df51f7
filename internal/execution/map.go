package execution

import (
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// mapState starts the iterations: when the state is entered, and on each retry.
func (s *step) mapState(f *Frame, state *asl.Map) {
	v := s.visit(f, state)
	items := v.items(state)
	concurrency := v.concurrency(state.MaxConcurrency)
	if v.failed(nil) {
		return
	}
	n := items.Value().Len()
	s.emitOn(f, history.MapStateStarted, number(history.Length, int64(n)))
	if state.Distributed != nil {
		s.mapRun(v, state, items, concurrency)
		return
	}
	if concurrency == 0 {
		concurrency = MapConcurrencyMax
	}
	concurrency = min(concurrency, MapConcurrencyMax)
	focus := InMap{Items: items, Count: n, Concurrency: concurrency, First: s.reserve(n), Started: f.Previous}
	f.Focus = focus
	if n == 0 {
		s.mapDone(f, state, focus)
		return
	}
	for range min(n, concurrency) {
		if !s.startIteration(f, state, focus.Started) {
			return
		}
	}
}

// items returns the array to iterate over; for a map run that may be an object too, whose items are its members.
func (v *visit) items(state *asl.Map) *query.Document {
	d := v.input
	iterable := func(value query.Value) bool {
		return value.Kind() == query.Array || state.Distributed != nil && value.Kind() == query.Object
	}
	switch {
	case v.failure != nil:
	case state.Distributed != nil && state.Distributed.Reader != nil:
		return query.Trusted("[]") // what it reads is known later
	case state.Items != nil:
		value, ok := v.value(state.Items, "Items")
		if ok && !iterable(value) {
			v.unexpectedType(state.Items, "Items", "array", value)
		}
		d = rewritten(value)
	case state.ItemsPath != nil:
		value, err := state.ItemsPath.Eval(v.scope(v.input))
		if err != nil {
			v.fault(pathTail(err))
		} else if !iterable(value) {
			v.fault(fmt.Sprintf("Reference path \"%s\" must point to array.", rooted(state.ItemsPath)))
		}
		v.note(AfterItemsPath, query.FromValue(value)) // with its white space (recorded)
		d = rewritten(value)
	case !iterable(d.Value()):
		if v.c.QueryLanguage == asl.JSONata {
			v.evaluationFailure("", "Map state input must be an array but was: "+d.Value().Compact())
		} else {
			v.fault("Reference path \"$\" must point to array.")
		}
	}
	if v.failure != nil {
		return query.EmptyObject
	}
	return d
}

// rooted returns a path as it is seen from what it looks into: "$$.x" leads to "$.x" in the context object (recorded).
func rooted(path query.Expr) string {
	if strings.HasPrefix(path.String(), "$$") {
		return path.String()[1:]
	}
	return path.String()
}

// concurrency evaluates MaxConcurrency in any of its forms. 0 means no limit of the definition's own.
func (v *visit) concurrency(n asl.Number) int {
	limit := int64(n.Static)
	if n.Given() && n.Expr != nil && v.failure == nil {
		value, ok := v.number(n)
		if !ok {
			return 0
		}
		limit = value
	}
	return int(min(max(limit, 0), MapRunConcurrencyMax))
}

// number evaluates the path or expression of a field that takes a whole number of at least 0.
func (v *visit) number(n asl.Number) (int64, bool) {
	if v.c.QueryLanguage == asl.JSONata {
		value, ok := v.value(n.Expr, n.Field)
		if !ok {
			return 0, false
		}
		if i, ok := wholeNumber(value); ok && i >= 0 {
			return i, true
		}
		v.unexpectedType(n.Expr, n.Field, "non-negative integer", value)
		return 0, false
	}
	value, err := n.Expr.Eval(v.scope(v.input))
	if err != nil {
		v.fault(pathTail(err))
		return 0, false
	}
	i, ok := lenientNumber(value)
	switch {
	case !ok:
		v.fault(fmt.Sprintf("The %s field refers to value \"%s\" which is not a valid integer: %s", n.Field, shown(value), n.Expr))
	case i < 0:
		v.fault("field MaxConcurrency must be positive")
	default:
		return i, true
	}
	return 0, false
}

// startIteration starts the next item. It reports false if that failed the Map.
func (s *step) startIteration(f *Frame, state *asl.Map, previous int64) bool {
	focus := f.Focus.(InMap)
	i := focus.Next
	value := focus.Items.Value().At(i)
	input := rewritten(value)
	v := s.visit(f, state)
	if state.ItemSelector != nil {
		input = v.selected(state, item{index: i, value: value})
	}
	if v.failure != nil {
		s.lose(f)
		s.abortChildren(f, f.Previous)
		f.Focus = Answered{}
		v.failed(nil)
		return false
	}
	focus.Next++
	focus.Open++
	f.Focus = focus
	child := s.newFrameAt(focus.First+FrameID(i), f.ID, i)
	child.Previous = s.emit(history.MapIterationStarted, previous, iterationFields(f, i)...)
	s.goTo(child, state.Processor.StartAt, input)
	return true
}

// selected applies the ItemSelector to an item.
func (v *visit) selected(state *asl.Map, it item) *query.Document {
	v.item = &it
	sc := v.scope(v.input)
	if v.c.QueryLanguage == asl.JSONata {
		sc = v.jsonataScope(nil, nil)
	}
	return v.template(state.ItemSelector, sc, "ItemSelector")
}

// iterationDone counts an iteration that has ended with success and starts the next one.
func (s *step) iterationDone(f *Frame, state *asl.Map, child *Frame) {
	focus := f.Focus.(InMap)
	focus.Open--
	focus.LastDone = s.emit(history.MapIterationSucceeded, child.Previous, iterationFields(f, child.Index)...)
	f.Focus = focus
	if focus.Next < focus.Count {
		// One at a time, an iteration links to the last event of the one before it, side by side they all link
		// to the start (recorded).
		previous := focus.Started
		if focus.Concurrency == 1 {
			previous = child.Previous
		}
		s.startIteration(f, state, previous)
		return
	}
	if focus.Open == 0 {
		s.mapDone(f, state, focus)
	}
}

// mapDone gathers the results.
func (s *step) mapDone(f *Frame, state *asl.Map, focus InMap) {
	result, _ := s.gather(focus.First, focus.Count)
	// Succeeded and Exited both link to the last iteration's success, or to the start if there was none (recorded).
	if focus.LastDone > 0 {
		f.Previous = focus.LastDone
	}
	s.emit(history.MapStateSucceeded, f.Previous)
	v := s.visit(f, state)
	v.finish(result, state.ResultSelector, state.ResultPath)
}

func iterationFields(f *Frame, index int) []history.Field {
	return []history.Field{text(history.Name, string(f.State)), number(history.Index, int64(index))}
}
