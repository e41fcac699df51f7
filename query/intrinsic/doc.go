// Package intrinsic is the intrinsic functions of JSONPath states: States.Format, States.Array and the others.
//
// A call is compiled once, its paths and its number of arguments included, into a [query.Expr]. The functions
// themselves are one table of pure functions over values. Randomness comes from the scope's entropy.
//
//	call     = "States." name "(" [ argument {"," argument} ] ")"        calls nest up to [NestingMax] deep
//	argument = call | path | "'" text "'" | number | "true" | "false" | "null"
//
// In quoted text \' \{ \} and \\ stand for the character behind the backslash; a backslash before anything else stands
// for itself.
//
// A call that fails gives a *query.Error of the kind IntrinsicFailed; a path among its arguments that leads nowhere
// keeps the error of the path.
//
// What the service does beyond its documentation was recorded from it: rounding, truncation, what counts as blank,
// and two traces of its being a Java program. JsonMerge gives keys in the order of java.util.HashMap, and Format and
// other functions that need text print arrays and objects as Java's collections do, {Arg1=1, Arg2=[]}, wherever the
// value came from.
package intrinsic
