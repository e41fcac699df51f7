package jsonata

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"math"

	"github.com/cogstep/cogstep/query"
)

// serviceFunctions are the built-ins that AWS Step Functions adds to the language; its $random takes a seed. Source: the
// service's documentation, "Transforming data with JSONata in Step Functions"; what it leaves open was measured.
var serviceFunctions = []*builtin{
	{name: "partition", signature: "<an?:a>", run: runPartition},
	{name: "range", signature: "<nnn:a>", run: runRange},
	{name: "hash", signature: "<ss:s>", run: runHash},
	{name: "random", signature: "<n?:n>", run: runRandom},
	{name: "uuid", signature: "<:s>", run: func(c *call, _ []value) (value, error) {
		return text(c.entropy().UUID()), nil
	}},
	{name: "parse", signature: "<s:x>", run: runParse},
}

// refused returns an error of a service function, which has no code of the language's.
func refused(message string) *Error { return &Error{Message: message} }

// runPartition cuts an array into arrays of a size, the last one perhaps smaller. Without a size there is one. For a size
// of zero or an empty array the result is undefined.
func runPartition(c *call, args []value) (value, error) {
	v, size := arg(args, 0), arg(args, 1)
	items := v.itemsOrSelf()
	width := len(items)
	if !size.isUndefined() {
		if size.n < 0 || math.IsNaN(size.n) {
			return undefined, refused("The second argument of the partition function must be a positive number")
		}
		width = int(min(math.Trunc(size.n), math.MaxInt32))
	}
	if width == 0 || len(items) == 0 {
		return undefined, nil
	}
	count := (len(items)-1)/width + 1
	if err := c.items(count); err != nil {
		return undefined, err
	}
	parts := make([]value, 0, count)
	for start := 0; start < len(items); {
		end := start + min(width, len(items)-start)
		parts = append(parts, list(items[start:end:end]...))
		start = end
	}
	return list(parts...), nil
}

// rangeItemsMax is the length of the longest result of $range, as measured: less than that of the operator.
const rangeItemsMax = 360_145

// runRange returns the numbers from the first to the last argument, both included, by steps; the fractions of the
// arguments are dropped. If the step leads away from the last, the result is undefined. Errors: U1002 for a result of more
// than rangeItemsMax numbers.
func runRange(c *call, args []value) (value, error) {
	for _, v := range args {
		if v.isUndefined() {
			return undefined, nil
		}
	}
	first, last, step := math.Trunc(arg(args, 0).n), math.Trunc(arg(args, 1).n), math.Trunc(arg(args, 2).n)
	if step == 0 || math.IsNaN(step) {
		return undefined, refused("The third argument of the range function must not be zero")
	}
	count := math.Floor((last-first)/step) + 1
	if math.IsNaN(count) || count < 1 {
		return undefined, nil
	}
	if count > rangeItemsMax {
		return undefined, errMemory()
	}
	if err := c.items(int(count)); err != nil {
		return undefined, err
	}
	numbers := make([]value, int(count))
	for i := range numbers {
		numbers[i] = number(first + float64(i)*step)
	}
	return sequence(numbers...), nil
}

// hashes are the algorithms of $hash by their names.
var hashes = map[string]func() hash.Hash{
	"MD5": md5.New, "SHA-1": sha1.New, "SHA-256": sha256.New, "SHA-384": sha512.New384, "SHA-512": sha512.New,
}

func runHash(c *call, args []value) (value, error) {
	v, algorithm := arg(args, 0), arg(args, 1)
	if v.isUndefined() || algorithm.isUndefined() {
		return undefined, nil
	}
	newHash, ok := hashes[algorithm.s]
	if !ok {
		return undefined, refused("The second argument of the hash function must be one of: MD5, SHA-1, SHA-256, SHA-384, SHA-512")
	}
	if err := c.reserve(len(v.s)); err != nil {
		return undefined, err
	}
	h := newHash()
	h.Write([]byte(v.s)) // never fails
	return text(hex.EncodeToString(h.Sum(nil))), nil
}

// runRandom returns a number from 0 to 1, 1 not included; the same one for the same seed.
func runRandom(c *call, args []value) (value, error) {
	seed := arg(args, 0)
	if seed.isUndefined() {
		return number(c.entropy().Float64()), nil
	}
	return number(query.NewEntropy(math.Float64bits(seed.n)).Float64()), nil
}

// runParse reads JSON.
func runParse(c *call, args []value) (value, error) {
	v := arg(args, 0)
	if v.isUndefined() {
		return undefined, nil
	}
	if err := c.reserve(len(v.s)); err != nil {
		return undefined, err
	}
	if err := c.spend(len(v.s) / 8); err != nil {
		return undefined, err
	}
	parsed, err := query.Parse(v.s)
	if err != nil {
		return undefined, refused("The argument of the parse function must be a JSON text: " + err.Error())
	}
	return c.fromQuery(parsed), nil
}
