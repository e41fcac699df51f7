// Package jsonpath is JSONPath as the service has it: Jayway's dialect, compiled once.
//
// A path has one of three roots: '$' (the input), '$$' (the context object) and '$name' (a workflow variable).
// A definite path leads to one value or nowhere; an indefinite one (wildcard, '..', slice, union of indexes,
// filter) always gives an array, perhaps an empty one. A reference path uses names and indexes only; it can be
// read and, as a ResultPath, written.
//
// A compiled path is a list of selectors. Those of a definite path pick one value each, so such a path is a short
// walk down the tree without any allocation. The selectors of an indefinite path turn a list of values into the
// list of everything they select, one after the other: no recursion but that of '..' over the data.
//
//	path     = root step*                   root = "$" | "$$" | "$" identifier
//	step     = "." name | "." "*" | bracket | ".." ( name | "*" | bracket ) | "." function
//	bracket  = "[" ( quoted {"," quoted} | int {"," int} | [int] ":" [int] | "*" | "?(" or ")" ) "]"
//	or       = and {"||" and}               and = unary {"&&" unary}
//	unary    = "!" unary | "(" or ")" | operand [ operator operand ]
//	operand  = "@" step* | "$" step* | number | string | "true" | "false" | "null" | "/regex/flags" | array | object
//	function = name "(" [ argument {"," argument} ] ")"      only at the end
//
// Jayway's peculiarities are kept: ['a','b'] at the end of a path is definite and gives an object; == compares the
// number 42 and the string "42" as equal; =~ matches the whole string; the step of a slice is read and ignored; a
// filter applied to an object tests that object. Where versions 2.0 and 2.10 of Jayway differ, this is 2.10, but
// for the reasons of failures, which 2.0 words without naming Java classes. An indefinite path never fails to find
// something, not even below a missing member: it gives [] (recorded from the service).
//
// Hostile paths are bounded: [LengthMax], [NestingMax] when compiling, [WorkMax] when evaluating. Regular
// expressions run in linear time, so they have neither back-references nor look-around.
package jsonpath
