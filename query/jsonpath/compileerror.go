package jsonpath

import "fmt"

// LengthMax is the length of a path in bytes.
const LengthMax = 64 << 10

// NestingMax is the depth to which filters, parentheses and lists may be nested in a path.
const NestingMax = 50

// CompileError says why a text is not a path.
type CompileError struct {
	Offset  int // in bytes, where the trouble was seen
	Message string
}

// Error returns the message and the offset.
func (e *CompileError) Error() string { return fmt.Sprintf("%s (at offset %d)", e.Message, e.Offset) }
