package jsonata

import (
	"context"
	"time"

	"github.com/cogstep/cogstep/query"
)

// evaluation is one run of a program: its budget, its clock and its randomness. It belongs to one goroutine.
type evaluation struct {
	ctx     context.Context
	budget  Budget
	steps   int // left
	pause   int // steps until the context is looked at again
	bytes   int // left of Budget.Total
	depth   int // nodes that are being evaluated
	calls   int // lambdas that are being called
	natives int // built-ins that are being called: $map(…, function(){$map(…)}) nests nothing else
	levels  int // of data that a function goes through

	clock    time.Time
	random   *query.Entropy // nil until somebody asks if the input has none
	vars     query.Variables
	builtins map[string]value
	root     *frame // holds the input as "$", and the variables that were looked up
	ground   ground // where root is
}

// ground is a frame with room for what nearly every expression binds.
type ground struct {
	frame  frame
	names  [4]string
	values [4]value
}

// pauseSteps is the number of steps between two looks at the context.
const pauseSteps = 4096

// spend takes steps from the budget: one for each item or 64 bytes looked at.
func (e *evaluation) spend(steps int) error {
	e.steps -= steps
	e.pause -= steps
	if e.pause > 0 && e.steps >= 0 {
		return nil
	}
	e.pause = pauseSteps
	if e.steps < 0 || e.ctx.Err() != nil {
		return errTimeout()
	}
	return nil
}

// reserve asks for room before a result of so many bytes is made.
func (e *evaluation) reserve(bytes int) error {
	if bytes < 0 || bytes > e.budget.Bytes || bytes > e.bytes {
		return errMemory()
	}
	e.bytes -= bytes
	return e.spend(bytes / 64)
}

// items asks for room before a sequence of n items is made.
func (e *evaluation) items(n int) error {
	if n < 0 || n > e.budget.Items {
		return errMemory()
	}
	if n > e.budget.Bytes/itemBytes || n > e.bytes/valueBytes {
		return errMemory()
	}
	e.bytes -= n * valueBytes
	return e.spend(n)
}

const (
	itemBytes  = 8  // what an item counts as part of one value
	valueBytes = 48 // what it takes in memory
)

// owe charges for n values that exist already. If that is too much, whatever is asked for next is refused.
func (e *evaluation) owe(n int) {
	e.bytes -= n * valueBytes
	e.steps -= n
	e.pause -= n
}

// now returns the time of the evaluation.
func (e *evaluation) now() time.Time { return e.clock }

// entropy returns the randomness of the evaluation.
func (e *evaluation) entropy() *query.Entropy {
	if e.random == nil {
		e.random = query.NewEntropy(0)
	}
	return e.random
}

// arity returns the number of parameters that fn takes.
func (e *evaluation) arity(fn value) int { return fn.function().arity }

func errTimeout() *Error {
	return &Error{Code: "U1001", Message: "Expression evaluation timeout: Check for infinite loop"}
}

func errDepth() *Error {
	return &Error{Code: "U1001", Message: "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive."}
}

func errMemory() *Error {
	return &Error{Code: "U1002", Message: "Expression evaluation memory limit exceeded: Check for excessive memory usage"}
}
