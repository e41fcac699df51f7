package asl

import (
	"time"

	"github.com/cogstep/cogstep/query"
	"github.com/cogstep/cogstep/query/jsonpath"
)

// StateName names a state. It is unique in a whole definition, nested branches and processors included, so a
// name is all that an execution has to remember of its position.
type StateName string

// QueryLanguage is the language that a state's expressions are written in.
type QueryLanguage uint8

// The two query languages.
const (
	JSONPath QueryLanguage = iota
	JSONata
)

// Machine is a compiled definition. Whoever holds one knows that it came from [Compile] without an error: every
// target exists, every expression is parsed, every default is filled in. It is immutable and safe for concurrent
// use.
type Machine struct {
	Comment       string
	QueryLanguage QueryLanguage
	Timeout       time.Duration // of a whole execution; 0: none of its own
	Workflow      *Workflow     // the top level

	// VariableReferences lists, for each state that reads workflow variables, their names, sorted.
	VariableReferences map[StateName][]string

	states map[StateName]State
}

// State returns the state called name at any level, or nil.
func (m *Machine) State(name StateName) State { return m.states[name] }

// Child returns what the child executions of a Distributed Map run: a machine whose top level is the Map's processor. It
// is nil if there is no such Map. A processor has no time-out of its own.
func (m *Machine) Child(state StateName) *Machine {
	d, ok := m.states[state].(*Map)
	if !ok || d.Distributed == nil {
		return nil
	}
	return &Machine{
		Comment: d.Processor.Comment, QueryLanguage: m.QueryLanguage, Workflow: d.Processor,
		VariableReferences: m.VariableReferences, states: m.states,
	}
}

// Labelled returns the Distributed Map that has a label, at any level.
func (m *Machine) Labelled(label string) (StateName, bool) {
	for name, state := range m.states {
		if d, ok := state.(*Map); ok && d.Distributed != nil && d.Distributed.Label == label {
			return name, true
		}
	}
	return "", false
}

// Workflow is one level of states: the top, a branch of a Parallel, the processor of a Map.
type Workflow struct {
	Comment string
	StartAt StateName
	States  []State // in the definition's order
}

// State is one of *Pass, *Task, *Choice, *Wait, *Succeed, *Fail, *Parallel, *Map.
type State interface {
	Common() *Common
	isState()
}

// Common is what all states have.
type Common struct {
	Name          StateName
	Type          string // as in the definition: "Pass", "Task", …
	Comment       string
	QueryLanguage QueryLanguage

	// Owner is the Parallel or Map whose branch or processor holds the state; nil at the top level.
	Owner State
	// Branch is the index of that branch; 0 in a Map.
	Branch int

	// Next is the state that follows; "" if the state ends its level (End, Succeed, Fail) or chooses (Choice).
	Next StateName

	InputPath  Path // JSONPath
	OutputPath Path // JSONPath

	Output query.Expr // JSONata; nil: the result (or the input of a state without one)
	Assign []Assignment
}

// Common returns c; embedding it makes a struct a State but for isState.
func (c *Common) Common() *Common { return c }

// common is Common under the name by which states embed it: a field called Common would hide the method.
type common = Common

// Path is an InputPath or OutputPath. The zero value is the default, "$".
type Path struct {
	Null bool       // the field is null: the value is {}
	Expr query.Expr // nil: "$"
}

// ResultPath says where a result goes in the raw input. The zero value is the default, "$": the result replaces
// the input.
type ResultPath struct {
	Null bool                // the field is null: the result is discarded
	Ref  *jsonpath.Reference // nil: "$"
}

// Assignment gives a workflow variable a value.
type Assignment struct {
	Name  string
	Value query.Expr
}

// Number is a numeric field in one of its three forms. The zero value means: not given.
type Number struct {
	Field  string     // the member it came from: "Seconds", "SecondsPath", …; "" means not given
	Static float64    // if Expr is nil
	Expr   query.Expr // a path (…Path members) or a JSONata expression
}

// Given reports whether the definition has the field.
func (n Number) Given() bool { return n.Field != "" }

// Text is a string field in one of its three forms, like [Number].
type Text struct {
	Field  string
	Static string
	Expr   query.Expr
}

// Given reports whether the definition has the field.
func (t Text) Given() bool { return t.Field != "" }

// Pass passes its input on, perhaps changed.
type Pass struct {
	common
	Parameters query.Expr      // JSONPath template; nil: none
	Result     *query.Document // JSONPath, static; nil: none
	ResultPath ResultPath
}

// Succeed ends its level with success.
type Succeed struct{ common }

// Fail ends its level with an error.
type Fail struct {
	common
	Error Text
	Cause Text
}

// Wait waits. Exactly one of its two fields is given.
type Wait struct {
	common
	Seconds   Number
	Timestamp Text
}

// Choice continues with the first rule that holds.
type Choice struct {
	common
	Rules   []Rule
	Default StateName // "": none
}

// Rule is one top-level rule of a Choice.
type Rule struct {
	Test   Test       // JSONPath
	When   query.Expr // JSONata: Condition; nil if Static is to be taken
	Static bool       // JSONata: a literal Condition
	Next   StateName
	Assign []Assignment
	Output query.Expr // JSONata
}

// Test is one of *And, *Or, *Not, *Compare.
type Test interface{ isTest() }

// And holds if all of its tests hold, Or if one of them does; both stop at the first that decides.
type (
	And struct{ Tests []Test }
	Or  struct{ Tests []Test }
	Not struct{ Test Test }
)

// Compare is one comparison.
type Compare struct {
	Variable query.Expr
	Operator Operator
	Constant query.Value // operand if Operand is nil; for Is… operators the boolean
	Operand  query.Expr  // the …Path form of the operator
}

func (*And) isTest()     {}
func (*Or) isTest()      {}
func (*Not) isTest()     {}
func (*Compare) isTest() {}

// Operator is a comparison without its operand's form: StringEquals and StringEqualsPath are one operator.
type Operator struct {
	Kind     OperandKind
	Relation Relation
}

// OperandKind is the type that both sides of a comparison must have for it to hold.
type OperandKind uint8

// The kinds of operands. The Is… kinds test the type of the variable alone.
const (
	StringOperand OperandKind = iota + 1
	NumericOperand
	BooleanOperand
	TimestampOperand
	IsNull
	IsPresent
	IsNumeric
	IsString
	IsBoolean
	IsTimestamp
)

// Relation is how the sides are compared.
type Relation uint8

// The relations; Matches is StringMatches.
const (
	Equals Relation = iota + 1
	LessThan
	GreaterThan
	LessThanEquals
	GreaterThanEquals
	Matches
)

// Task calls something outside.
type Task struct {
	common
	Resource       Resource
	Parameters     query.Expr // JSONPath Parameters or JSONata Arguments; nil: the effective input
	ResultSelector query.Expr // JSONPath
	ResultPath     ResultPath
	RoleArn        Text // Credentials.RoleArn
	Timeout        Number
	Heartbeat      Number
	Retry          []Retrier
	Catch          []Catcher
}

// Parallel runs its branches side by side.
type Parallel struct {
	common
	Branches       []*Workflow
	Parameters     query.Expr // JSONPath Parameters or JSONata Arguments; nil: the effective input
	ResultSelector query.Expr
	ResultPath     ResultPath
	Retry          []Retrier
	Catch          []Catcher
}

// Map runs its processor for each item.
type Map struct {
	common
	Processor      *Workflow
	ItemsPath      query.Expr // JSONPath; nil: "$"
	Items          query.Expr // JSONata; nil: the input
	ItemSelector   query.Expr // template; nil: the item itself
	MaxConcurrency Number
	ResultSelector query.Expr
	ResultPath     ResultPath
	Retry          []Retrier
	Catch          []Catcher

	// Distributed is nil for an inline Map, whose tolerances have no effect.
	Distributed *Distributed
}

// Distributed holds the fields of a Map whose items run as child executions.
type Distributed struct {
	Express                    bool   // ExecutionType EXPRESS
	Label                      string // the author's, or one made from the definition; never ""
	Source                     string // the text of the processor: what the children's definition is shown as
	ToleratedFailureCount      Number
	ToleratedFailurePercentage Number
	Reader                     *ItemReader
	Batcher                    *ItemBatcher
	Writer                     *ResultWriter
}

// ItemReader says where a Distributed Map's items come from.
type ItemReader struct {
	Resource   string
	Parameters query.Expr

	InputType, Transformation, ManifestType string
	CSVHeaderLocation, CSVDelimiter         string
	CSVHeaders                              []string
	MaxItems                                Number
	ItemsPointer                            string
}

// ItemBatcher joins items into batches.
type ItemBatcher struct {
	MaxItems      Number
	MaxInputBytes Number
	Input         query.Expr // BatchInput
}

// ResultWriter says where a Distributed Map's results go and in which form.
type ResultWriter struct {
	Resource                   string // "": not exported
	Parameters                 query.Expr
	Transformation, OutputType string
}

func (*Pass) isState()     {}
func (*Succeed) isState()  {}
func (*Fail) isState()     {}
func (*Wait) isState()     {}
func (*Choice) isState()   {}
func (*Task) isState()     {}
func (*Parallel) isState() {}
func (*Map) isState()      {}

// Retrier says which errors are tried again, how often and when.
type Retrier struct {
	ErrorEquals []string
	Interval    time.Duration
	MaxAttempts int64
	BackoffRate float64
	MaxDelay    time.Duration // 0: none
	Jitter      bool          // JitterStrategy FULL
}

// Catcher says which errors lead on to another state.
type Catcher struct {
	ErrorEquals []string
	Next        StateName
	ResultPath  ResultPath // JSONPath
	Output      query.Expr // JSONata; nil: the error output
	Assign      []Assignment
}

// Resource is what a Task calls, taken apart.
type Resource struct {
	ARN     string
	Kind    ResourceKind
	Service string  // "lambda", "sqs", "aws-sdk:dynamodb", …; for functions and activities "lambda", "states"
	Action  string  // "invoke", "startExecution", …; for functions and activities their name
	Pattern Pattern // RequestResponse for functions and activities
}

// ResourceKind is one of the three things a Task can call.
type ResourceKind uint8

// The kinds of resources.
const (
	Integration ResourceKind = iota // arn:aws:states:::service:action
	Function                        // a Lambda function's ARN
	Activity                        // an activity's ARN
)

// Pattern is how a Task knows that the work is done.
type Pattern uint8

// The integration patterns.
const (
	RequestResponse Pattern = iota
	Sync                    // .sync
	Sync2                   // .sync:2
	WaitForTaskToken
)

// String returns the suffix of the pattern: "", ".sync", ".sync:2", ".waitForTaskToken".
func (p Pattern) String() string {
	return [...]string{"", ".sync", ".sync:2", ".waitForTaskToken"}[p]
}
