package jsonata

// function is what a value of kind functionKind refers to: a lambda or something native.
type function struct {
	// native is the body of a built-in, a matcher or a partial application; nil for lambdas.
	native func(c *call, args []value) (value, error)
	lambda *node    // the definition, if native is nil
	params []string // names of the parameters of a lambda that are still open
	frame  *frame   // where the lambda was made
	input  value    // the context item there

	signature *signature // nil takes anything
	arity     int        // the number of parameters, as $map and friends ask
	name      string     // of a built-in
	matcher   *regex     // the regular expression that native runs, if it is one
	thunk     bool       // a call in tail position that waits for the trampoline
}

// native returns the function value of a Go function with a number of parameters.
func native(arity int, run func(c *call, args []value) (value, error)) value {
	return functionValue(&function{native: run, arity: arity})
}

func functionValue(f *function) value { return value{kind: functionKind, ref: f} }
