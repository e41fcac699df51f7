package jsonata

import "slices"

// standard holds the built-in functions of the language.
var standard = library(stringFunctions, patternFunctions, codecFunctions, numberFunctions, booleanFunctions, arrayFunctions,
	objectFunctions, higherFunctions, evalFunctions, pictureFunctions)

// service holds those of the service: it has some of its own, and no $eval.
var service = withoutEval(library(stringFunctions, patternFunctions, codecFunctions, numberFunctions, booleanFunctions,
	arrayFunctions, objectFunctions, higherFunctions, evalFunctions, pictureFunctions, serviceFunctions))

// arities are the numbers of parameters that the reference's functions say they have, where that is not the number in
// the signature.
var arities = map[string]int{"string": 1, "zip": 0}

// library returns functions by name; of two with one name the last.
func library(families ...[]*builtin) map[string]value {
	all := map[string]value{}
	for _, b := range slices.Concat(families...) {
		f := &function{native: b.run, name: b.name}
		if b.signature != "" {
			f.signature = mustSignature(b.signature)
			f.arity = len(f.signature.params)
		}
		if n, ok := arities[b.name]; ok {
			f.arity = n
		}
		all[b.name] = functionValue(f)
	}
	return all
}

func withoutEval(all map[string]value) map[string]value {
	delete(all, "eval")
	return all
}
