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

// isClosure reports whether v is a function that was passed as an argument, or a matcher. The reference has such functions
// in another form than those that an expression defines or names: they are false, and their context item is null.
func (v value) isClosure() bool { return v.kind == functionKind && v.n == 1 }

// asClosure returns v as it is when it is passed as an argument.
func (v value) asClosure() value {
	if v.kind == functionKind {
		v.n = 1
	}
	return v
}

func functionValue(f *function) value { return value{kind: functionKind, ref: f} }
