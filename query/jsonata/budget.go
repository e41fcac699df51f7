package jsonata

// Budget bounds an evaluation. A field that is 0 has the default. Evaluations that exceed a budget fail with U1001 (steps,
// depth, calls, the end of the context) or U1002 (bytes, items, total).
type Budget struct {
	// Steps is the number of things looked at: nodes, items, pieces of 64 bytes. Default: 12 million.
	Steps int
	// Depth is how deeply evaluations of nodes may be nested, and calls of built-ins. Default: 10,000.
	Depth int
	// Calls is how deeply calls of lambdas may be nested; calls in tail position are not. Default: 5,000.
	Calls int
	// Bytes is the size of any single value, where each item of an array counts as 8 bytes. Default: 16 MiB.
	Bytes int
	// Items is the length of any sequence. Default: 10 million.
	Items int
	// Total is the memory in bytes that all values of the evaluation together may take. Default: 128 MiB.
	Total int
}

// defaultBudget holds the evaluation of any expression below 200 MB and 2 seconds.
var defaultBudget = Budget{Steps: 12e6, Depth: 10e3, Calls: 5e3, Bytes: 16 << 20, Items: 1e7, Total: 128 << 20}

// filled returns b with defaults in the place of zeros.
func (b Budget) filled() Budget {
	for _, f := range []struct {
		field    *int
		standard int
	}{
		{&b.Steps, defaultBudget.Steps}, {&b.Depth, defaultBudget.Depth}, {&b.Calls, defaultBudget.Calls},
		{&b.Bytes, defaultBudget.Bytes}, {&b.Items, defaultBudget.Items}, {&b.Total, defaultBudget.Total},
	} {
		if *f.field == 0 {
			*f.field = f.standard
		}
	}
	return b
}
