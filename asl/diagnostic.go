package asl

import (
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a definition can be used in spite of a diagnostic.
type Severity string

// The severities, as ValidateStateMachineDefinition spells them.
const (
	SeverityError   Severity = "ERROR"
	SeverityWarning Severity = "WARNING"
)

// Code is the machine-readable kind of a diagnostic, as ValidateStateMachineDefinition spells it.
type Code string

// The codes. The first three are warnings. Source: the service's list of diagnostics.
const (
	NoDollar           Code = "NO_DOLLAR"
	NoPath             Code = "NO_PATH"
	PassResultIsStatic Code = "PASS_RESULT_IS_STATIC"

	InvalidJSON             Code = "INVALID_JSON_DESCRIPTION"
	MissingDescription      Code = "MISSING_DESCRIPTION"
	SchemaFailed            Code = "SCHEMA_VALIDATION_FAILED"
	MissingEndState         Code = "MISSING_END_STATE"
	DuplicateStateName      Code = "DUPLICATE_STATE_NAME"
	InvalidStateName        Code = "INVALID_STATE_NAME"
	DuplicateLabelName      Code = "DUPLICATE_LABEL_NAME"
	InvalidLabelName        Code = "INVALID_LABEL_NAME"
	MissingTransitionTarget Code = "MISSING_TRANSITION_TARGET"
	TooDeeplyNested         Code = "TOO_DEEPLY_NESTED"
	InvalidJSONata          Code = "INVALID_JSONATA_EXPRESSION"
	UnsupportedJSONata      Code = "UNSUPPORTED_JSONATA_EXPRESSION"
	ReservedVariableName    Code = "RESERVED_VARIABLE_NAME"
	InvalidVariableName     Code = "INVALID_VARIABLE_NAME"
)

// Diagnostic is one remark about a definition.
type Diagnostic struct {
	Severity Severity
	Code     Code
	Message  string

	// Location is the place as the service names it: "/States/C/Choices[0]/Next". Often it is the object around
	// the culprit. "" means that the remark is about no single place.
	Location string
	// Pointer is the JSON pointer (RFC 6901) of the value that the remark is about.
	Pointer string
	// Line and Column are where that value, or the name of the member, begins. Both count from 1; columns count
	// characters.
	Line, Column int

	offset int
}

// String returns the diagnostic as a compiler prints one: "3:14: error: message (CODE at location)".
func (d Diagnostic) String() string {
	at := ""
	if d.Location != "" && d.Code != InvalidJSON {
		at = " at " + d.Location
	}
	return fmt.Sprintf("%d:%d: %s: %s (%s%s)", d.Line, d.Column, strings.ToLower(string(d.Severity)), d.Message, d.Code, at)
}

// Diagnostics are all remarks about one definition, in the order of the places they point to; those about no
// single place come last. At most 200 of each severity are kept.
type Diagnostics []Diagnostic

// HasErrors reports whether one of them is an ERROR: then there is no machine.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == SeverityError })
}

// InvalidDefinition returns the message of the service's InvalidDefinition exception. It lists the errors only.
func (ds Diagnostics) InvalidDefinition() string {
	var parts []string
	for _, d := range ds {
		if d.Severity != SeverityError {
			continue
		}
		at := d.Location
		if at == "" {
			at = "null"
		}
		parts = append(parts, fmt.Sprintf("%s: %s at %s", d.Code, d.Message, at))
	}
	return "Invalid State Machine Definition: '" + strings.Join(parts, ", ") + "'"
}

// String returns one line for each diagnostic.
func (ds Diagnostics) String() string { return ds.Format("") }

// Format returns one line for each diagnostic with the name of the file in front: "order.asl.json:3:14: error: …".
func (ds Diagnostics) Format(file string) string {
	var b strings.Builder
	for _, d := range ds {
		if file != "" {
			b.WriteString(file + ":")
		}
		b.WriteString(d.String() + "\n")
	}
	return b.String()
}

// A hostile definition of 1 MiB could earn a million diagnostics with a long location each.
const (
	diagnosticsMax     = 200     // of each severity
	diagnosticBytesMax = 1 << 20 // of texts, of each severity
)

// reporter collects diagnostics. The first error is always kept, so that no flood of others can hide that there is
// one.
type reporter struct {
	src   *source
	list  Diagnostics
	count map[Severity]int
	bytes map[Severity]int

	// outside is the node around the source's root if there is one that the source does not have.
	outside *node
}

func newReporter(src *source) *reporter {
	return &reporter{src: src, count: map[Severity]int{}, bytes: map[Severity]int{}}
}

func (r *reporter) add(d Diagnostic) {
	if r.full(d.Severity) {
		return
	}
	d.Line, d.Column = r.src.position(d.offset)
	if slices.Contains(r.list, d) {
		return // found by two passes
	}
	r.count[d.Severity]++
	r.bytes[d.Severity] += len(d.Message) + len(d.Location) + len(d.Pointer)
	r.list = append(r.list, d)
}

// full reports whether further diagnostics of severity s are dropped, which saves making them.
func (r *reporter) full(s Severity) bool {
	return r.count[s] >= diagnosticsMax || r.bytes[s] >= diagnosticBytesMax
}

// mark is one value to be reported: where it stands, and what the service calls the place.
type mark struct {
	at     *node // Pointer
	where  *node // Location; nil: none
	onName bool  // Line and Column of the member's name, not of its value
}

func (r *reporter) report(s Severity, code Code, m mark, format string, args ...any) {
	if r.full(s) {
		return
	}
	d := Diagnostic{Severity: s, Code: code, Message: fmt.Sprintf(format, args...), Pointer: m.at.pointer(r.outside), offset: m.at.start}
	if m.where != nil {
		d.Location = m.where.location()
	}
	if m.onName {
		d.offset = m.at.keyAt
	}
	r.add(d)
}

// fail reports an ERROR about n at the location of n.
func (r *reporter) fail(n *node, code Code, format string, args ...any) {
	r.report(SeverityError, code, mark{at: n, where: n}, format, args...)
}

// schema reports a SCHEMA_VALIDATION_FAILED about n at the location of n.
func (r *reporter) schema(n *node, format string, args ...any) {
	r.fail(n, SchemaFailed, format, args...)
}

// member reports a SCHEMA_VALIDATION_FAILED about the member n at the location of the object that holds it.
func (r *reporter) member(n *node, format string, args ...any) {
	r.report(SeverityError, SchemaFailed, mark{at: n, where: n.parent, onName: true}, format, args...)
}

// failed reports whether an error was found so far.
func (r *reporter) failed() bool { return r.count[SeverityError] > 0 }

// sorted returns what was collected in the order that [Diagnostics] promises.
func (r *reporter) sorted() Diagnostics {
	slices.SortStableFunc(r.list, func(a, b Diagnostic) int {
		if (a.Location == "") != (b.Location == "") {
			if a.Location == "" {
				return 1
			}
			return -1
		}
		return a.offset - b.offset
	})
	return r.list
}
