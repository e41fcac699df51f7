package jsonata

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cogstep/cogstep/query"
)

// fixedNow is the clock of all tests that compare with the reference implementation.
var fixedNow = time.Date(2026, time.January, 15, 10, 30, 45, 678e6, time.UTC)

// bindings are variables of a test case.
type bindings map[string]query.Value

func (b bindings) Lookup(name string) (query.Value, bool) {
	v, ok := b[name]
	return v, ok
}

// question is an expression with what it is evaluated against.
type question struct {
	expr   string
	data   query.Value
	vars   bindings
	budget Budget
	limit  time.Duration // of the evaluation
}

// ask compiles and evaluates. A panic is an error, so that a run over many cases shows all of them.
func (q question) ask() (result query.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	program, err := Compile(q.expr)
	if err != nil {
		return query.Value{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), q.limit)
	defer cancel()
	return program.Eval(ctx, Input{
		Data: q.data, Vars: q.vars, Now: fixedNow, Entropy: query.NewEntropy(1), Budget: q.budget,
	})
}

// coded returns the *Error in err; one without a code if err is none.
func coded(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Message: err.Error()}
}
