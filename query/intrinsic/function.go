package intrinsic

import (
	"math"

	"github.com/cogstep/cogstep/query"
)

// function is an intrinsic function: how many arguments it takes, and what it makes of them. apply reports false if
// it refuses them.
type function struct {
	least, most int
	apply       func(arguments []query.Value, e *query.Entropy) (query.Value, bool)

	rawText bool // a literal first argument is given with its backslashes
}

var functions = map[string]function{
	"States.Format":         {1, math.MaxInt, pure(format), true},
	"States.StringToJson":   {1, 1, pure(stringToJSON), false},
	"States.JsonToString":   {1, 1, pure(jsonToString), false},
	"States.Array":          {0, math.MaxInt, pure(array), false},
	"States.ArrayPartition": {2, 2, pure(arrayPartition), false},
	"States.ArrayContains":  {2, 2, pure(arrayContains), false},
	"States.ArrayRange":     {3, 3, pure(arrayRange), false},
	"States.ArrayGetItem":   {2, 2, pure(arrayGetItem), false},
	"States.ArrayLength":    {1, 1, pure(arrayLength), false},
	"States.ArrayUnique":    {1, 1, pure(arrayUnique), false},
	"States.Base64Encode":   {1, 1, pure(base64Encode), false},
	"States.Base64Decode":   {1, 1, pure(base64Decode), false},
	"States.Hash":           {2, 2, pure(hash), false},
	"States.JsonMerge":      {3, 3, pure(jsonMerge), false},
	"States.MathRandom":     {2, 3, mathRandom, false},
	"States.MathAdd":        {2, 2, pure(mathAdd), false},
	"States.StringSplit":    {2, 2, pure(stringSplit), false},
	"States.UUID":           {0, 0, uuid, false},
}

// pure adapts a function that needs no randomness.
func pure(f func([]query.Value) (query.Value, bool)) func([]query.Value, *query.Entropy) (query.Value, bool) {
	return func(arguments []query.Value, _ *query.Entropy) (query.Value, bool) { return f(arguments) }
}

// refused is what functions return for arguments that they do not accept.
func refused() (query.Value, bool) { return query.Value{}, false }
