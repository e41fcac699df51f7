package jsonpath

import (
	"math"
	"strings"

	"github.com/cogstep/cogstep/query"
)

// call is the function at the end of a path with its arguments.
type call struct {
	function  function
	arguments []operand
}

// function computes a value from what the path before it gives, a value or the array of an indefinite path, and its
// arguments. A reason other than "" says why it cannot.
type function func(v query.Value, arguments []query.Value) (result query.Value, reason string)

var functions = map[string]function{
	"length": length,
	"keys":   keys,
	"min":    aggregate(func(n []float64) float64 { return fold(n, math.Min) }),
	"max":    aggregate(func(n []float64) float64 { return fold(n, math.Max) }),
	"sum":    aggregate(sum),
	"avg":    aggregate(mean),
	"stddev": aggregate(deviation),
	"first":  func(v query.Value, _ []query.Value) (query.Value, string) { return element(v, 0) },
	"last":   func(v query.Value, _ []query.Value) (query.Value, string) { return element(v, -1) },
	"index":  at,
	"concat": concat,
	"append": appendTo,
}

const emptyArray = "Aggregation function attempted to calculate value using empty array"

func (c *call) apply(v query.Value, e *evaluation) (query.Value, string) {
	arguments := make([]query.Value, 0, len(c.arguments))
	for _, a := range c.arguments {
		if value := a.value(e.root, e); !value.IsUndefined() {
			arguments = append(arguments, value)
		}
	}
	if !e.spend(1 + v.Len()) {
		return query.Value{}, ""
	}
	return c.function(v, arguments)
}

// length is null for anything but arrays and objects.
func length(v query.Value, _ []query.Value) (query.Value, string) {
	if v.Kind() != query.Array && v.Kind() != query.Object {
		return query.NullValue(), ""
	}
	return query.IntValue(int64(v.Len())), ""
}

// keys is null for anything but objects.
func keys(v query.Value, _ []query.Value) (query.Value, string) {
	if v.Kind() != query.Object {
		return query.NullValue(), ""
	}
	found := make([]query.Value, 0, v.Len())
	for key := range v.Members() {
		found = append(found, query.StringValue(key))
	}
	return query.ArrayValue(found), ""
}

// aggregate makes a function of the numbers among the elements of an array and the arguments.
func aggregate(compute func([]float64) float64) function {
	return func(v query.Value, arguments []query.Value) (query.Value, string) {
		var numbers []float64
		for _, element := range v.Elements() {
			numbers = appendNumbers(numbers, element)
		}
		for _, argument := range arguments {
			numbers = appendNumbers(numbers, argument)
			for _, element := range argument.Elements() {
				numbers = appendNumbers(numbers, element)
			}
		}
		if len(numbers) == 0 {
			return query.Value{}, emptyArray
		}
		return query.FloatValue(compute(numbers)), ""
	}
}

func appendNumbers(dst []float64, v query.Value) []float64 {
	if v.Kind() != query.Number {
		return dst
	}
	return append(dst, v.Float())
}

func fold(numbers []float64, f func(a, b float64) float64) float64 {
	result := numbers[0]
	for _, n := range numbers[1:] {
		result = f(result, n)
	}
	return result
}

func sum(numbers []float64) float64 {
	return fold(numbers, func(a, b float64) float64 { return a + b })
}

func mean(numbers []float64) float64 { return sum(numbers) / float64(len(numbers)) }

// deviation is the standard deviation of the whole population.
func deviation(numbers []float64) float64 {
	average, squares := mean(numbers), 0.0
	for _, n := range numbers {
		squares += (n - average) * (n - average)
	}
	return math.Sqrt(squares / float64(len(numbers)))
}

func element(v query.Value, i int) (query.Value, string) {
	if found, ok := index(i).pick(v); ok {
		return found, ""
	}
	return query.Value{}, emptyArray
}

func at(v query.Value, arguments []query.Value) (query.Value, string) {
	if len(arguments) == 1 {
		if i, ok := arguments[0].Int(); ok && i >= math.MinInt32 && i <= math.MaxInt32 {
			return element(v, int(i))
		}
	}
	return query.Value{}, "The function index needs one integer"
}

// concat joins the strings among the elements of an array and the arguments.
func concat(v query.Value, arguments []query.Value) (query.Value, string) {
	var text strings.Builder
	for _, element := range v.Elements() {
		text.WriteString(element.Str())
	}
	for _, argument := range arguments {
		s, _ := scalarText(argument)
		text.WriteString(s)
	}
	return query.StringValue(text.String()), ""
}

// appendTo adds the arguments to an array; other values stay as they are.
func appendTo(v query.Value, arguments []query.Value) (query.Value, string) {
	if v.Kind() != query.Array {
		return v, ""
	}
	elements := make([]query.Value, 0, v.Len()+len(arguments))
	for _, element := range v.Elements() {
		elements = append(elements, element)
	}
	return query.ArrayValue(append(elements, arguments...)), ""
}
