//go:build !planted

package engine

// planted reports whether a bug is there: never.
func planted(bug) bool { return false }
