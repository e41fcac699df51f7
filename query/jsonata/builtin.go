package jsonata

// builtin is a function of the language.
type builtin struct {
	name string
	// signature is the reference's notation, "<s-nn?:s>"; "" takes anything. Arguments are checked against it, and the
	// context is filled in, before run is called.
	signature string
	// run does the work. args has an entry for each parameter of the signature that was given (undefined ones
	// included). Errors are *Error without a position: the caller adds that.
	run func(c *call, args []value) (value, error)
}

// call is what a built-in sees of the evaluation that calls it.
type call struct {
	*evaluation
	context value  // the context item, the reference's "input"
	name    string // what the function was called as
	frame   *frame // where it was called
}

// The evaluation offers built-ins (its file is evaluation.go):
//
//	spend(steps int) error                      take steps from the budget: one for each item or 64 bytes looked at
//	reserve(bytes int) error                    ask before allocating: the projected size of a result
//	items(n int) error                          ask before making a sequence of n items (D2014 above 1e7)
//	apply(fn value, args ...value) (value, error)   call a function value (lambda, built-in, regex matcher)
//	arity(fn value) int                         parameters that fn takes, as $map and friends ask
//	now() time.Time, entropy() *query.Entropy   the clock and the randomness of the scope
