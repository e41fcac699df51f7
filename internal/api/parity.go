package api

import (
	"cmp"
	"slices"
)

// Parity says of one operation of the service whether it is served here.
type Parity struct {
	Operation string
	Gap       string // why it is not; "" if it is
}

// Operations returns all operations of the service, by name.
func Operations() []Parity {
	var all []Parity
	for name := range operations {
		all = append(all, Parity{name, gaps[name]})
	}
	for name, reason := range gaps {
		if operations[name] == nil {
			all = append(all, Parity{name, reason})
		}
	}
	slices.SortFunc(all, func(a, b Parity) int { return cmp.Compare(a.Operation, b.Operation) })
	return all
}
