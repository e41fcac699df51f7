// Package jsonata is JSONata 2.0.6: the query and transformation language, complete, contained and fast.
//
// [Compile] turns a text into a [Program], which is immutable: any number of goroutines may evaluate it. An evaluation
// gets its input, variables, functions, clock and randomness from outside, so equal arguments give equal results. It
// is contained by a [Budget] that every node and every built-in function that loops or allocates consults before it
// works: no expression can hang, exhaust memory or overflow the stack.
//
// Values keep what the reference implementation keeps, and a little more: undefined is not null, objects keep the order of
// their keys, strings count code points, and numbers that nobody computed keep their text.
//
// Errors have the reference's codes, positions, tokens and messages.
package jsonata
