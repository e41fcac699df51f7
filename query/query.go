// Package query is the one face of Cogstep's query languages.
//
// A payload is a [Document]: immutable JSON text that is parsed at most once, when somebody first looks into
// it. Looking into it gives a [Value]: an immutable node of an ordered tree that remembers the text it was
// parsed from, so that whatever nobody rewrote is written out again byte for byte. Expressions of either
// language (JSONPath with intrinsic functions, JSONata) are compiled once into an [Expr] and evaluated any
// number of times, by any number of goroutines, against a [Scope].
//
// Nothing in this tree of packages reads a clock, a random source, a file or a network: the scope carries
// everything, so equal arguments give equal bytes anywhere.
package query

import "time"

// Expr is a compiled expression or payload template: immutable, safe for concurrent use.
type Expr interface {
	// Eval evaluates against s. It never returns an undefined value without an error.
	// Errors: *Error when the evaluation fails for a reason that belongs to the workflow's author.
	Eval(s *Scope) (Value, error)

	// String returns the source text (for a template: its JSON text).
	String() string

	// Variables returns the names of the workflow variables that the expression reads, sorted, without
	// duplicates and without the leading '$'.
	Variables() []string
}

// Scope is what an expression can see. The zero value sees nothing: every root is undefined.
type Scope struct {
	Input   *Document // JSONPath "$"; JSONata "$states.input"
	Context *Document // JSONPath "$$"; JSONata "$states.context"

	// Result and ErrorOutput are JSONata's $states.result and $states.errorOutput; nil where the field that is
	// being evaluated has none.
	Result      *Document
	ErrorOutput *Document

	// Vars looks up workflow variables; nil means that there are none.
	Vars Variables

	// Entropy feeds States.UUID, States.MathRandom, $random and $uuid; Now feeds $now and $millis.
	Entropy *Entropy
	Now     time.Time
}

// Variables looks up workflow variables by name (without '$').
type Variables interface {
	Lookup(name string) (Value, bool)
}

// ErrorKind says which sentence of the service an evaluation error becomes.
type ErrorKind uint8

const (
	// PathNotFound: a definite path leads nowhere. Message holds Jayway's reason, for example
	// "No results for path: $['a']", "Missing property in path $['no']" or "Index out of bounds when …".
	PathNotFound ErrorKind = iota + 1
	// VariableNotFound: a workflow variable that was never assigned.
	VariableNotFound
	// IntrinsicFailed: an intrinsic function refused its arguments.
	IntrinsicFailed
	// JSONataFailed: a JSONata expression failed; Code holds the JSONata code, "" for uncoded messages.
	JSONataFailed
	// JSONataUndefined: a JSONata expression returned nothing.
	JSONataUndefined
	// JSONataUnsupported: a JSONata expression returned what is no JSON, a function.
	JSONataUnsupported
	// LimitExceeded: a budget (depth, steps, bytes) was used up.
	LimitExceeded
)

// Error is a failed evaluation. Path is the source text of the path or expression that failed; Field is set by
// templates: the place inside the field, as "value.$" (JSONPath: the key) or "a/b[0]" (JSONata: the location).
type Error struct {
	Kind    ErrorKind
	Path    string
	Field   string
	Code    string
	Message string
}

// Error returns the message with the path in front.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}
