package api

import (
	"maps"
	"slices"
)

// Operations returns the names of the operations that are served, sorted: all that the service has.
func Operations() []string { return slices.Sorted(maps.Keys(operations)) }
