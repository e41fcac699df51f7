// Package execution is the pure core: it moves one execution forward by one event.
//
// An execution is a value: a [Header] and a set of [Frame]s. A frame is one thread of control: the top level, a
// branch of a Parallel, an iteration of a Map. [Apply] takes the value and an [Event] and returns [Effects]: what
// has changed, the history events to append, the tasks to hand out. It reads no clock, no random source, no file and
// no network; the event carries the time and a seed, so equal arguments give equal bytes anywhere.
//
// What an execution waits for is not a list of commands but part of the value: [Frame.Due] is the frame's next
// timer, [Frame.Task] its outstanding task. The shell compares a frame before and after and keeps its timer and
// task records in step, so that a timer or a task can neither be forgotten nor left over.
//
// Cost follows change: a frame is replaced, never changed in place, and nothing here is proportional to the number of
// frames but what has to be (gathering the results of a Parallel or a Map, ending an execution with open frames).
package execution

import (
	"errors"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// ErrStale is returned by Apply for an event that answers something the execution no longer waits for: a late or
// repeated answer, a timer that was replaced. The caller of a task token is told that the task timed out; timers and
// connectors just forget it.
var ErrStale = errors.New("execution no longer waits for this")

// Execution is the value.
type Execution struct {
	Header Header
	Frames map[FrameID]*Frame // open frames and finished ones whose output somebody still waits for; never nil
}

// Merge makes x the execution that fx leads to. It changes x in place and is called by the one who owns x.
func (x *Execution) Merge(fx *Effects) {
	x.Header = fx.Header
	for _, f := range fx.Frames {
		x.Frames[f.ID] = f
	}
	for _, id := range fx.Gone {
		delete(x.Frames, id)
	}
}

// Header is what there is once per execution.
type Header struct {
	ARN             string
	Name            string
	StateMachineARN string // unqualified
	MachineName     string
	VersionARN      string // "" if the execution was not started through a version or an alias
	AliasARN        string
	RoleARN         string
	Definition      string // key of the definition it runs
	Incarnation     string // of the state machine: differs if a machine of the same name was deleted and made again
	Express         bool
	Synchronous     bool // an Express execution whose starter waits for its end; it is never stored
	TestCase        string
	TraceHeader     string
	Input           *query.Document
	Parent          Parent // zero: none

	MapRunARN string // of a child of a map run; "": it is none
	Items     int    // the items that such a child was given

	StartedAt time.Time
	Deadline  time.Time // of the definition's TimeoutSeconds; zero: none

	LastEvent   int64 // id of the newest history event
	LastFrame   FrameID
	Transitions int64
	// Invocations counts the calls of each Task state. It is kept only for executions with a TestCase.
	Invocations map[asl.StateName]int

	Status    Status
	StoppedAt time.Time // zero while running

	Redrives      int            // how often it was redriven
	RedrivenAt    time.Time      // zero: never
	RedriveTokens []RedriveToken // of the last redrives, newest last; at most redriveTokensMax
}

// Parent is what waits in another execution for this one's end: a task (startExecution.sync), or a map run, of which
// Task.Frame is the child's frame.
type Parent struct {
	Attempt
	Pattern asl.Pattern // Sync or Sync2: the form of a task's answer
}

// Status is one of Running, Succeeded, Failed, TimedOut, Aborted.
type Status interface {
	isStatus()
	// Name is the status as the API spells it: "RUNNING", …
	Name() string
}

// The statuses of an execution.
type (
	Running   struct{}
	Succeeded struct{ Output *query.Document }
	Failed    struct{ Error, Cause string }
	TimedOut  struct{}
	Aborted   struct{ Error, Cause string }
)

func (Running) isStatus()   {}
func (Succeeded) isStatus() {}
func (Failed) isStatus()    {}
func (TimedOut) isStatus()  {}
func (Aborted) isStatus()   {}

// Name returns "RUNNING".
func (Running) Name() string { return "RUNNING" }

// Name returns "SUCCEEDED".
func (Succeeded) Name() string { return "SUCCEEDED" }

// Name returns "FAILED".
func (Failed) Name() string { return "FAILED" }

// Name returns "TIMED_OUT".
func (TimedOut) Name() string { return "TIMED_OUT" }

// Name returns "ABORTED".
func (Aborted) Name() string { return "ABORTED" }

// Open reports whether the execution is still running.
func (h *Header) Open() bool { _, ok := h.Status.(Running); return ok }

// FrameID numbers the frames of an execution in the order of their making; the top level is 1. The number 0 stands
// for the execution itself where a timer is meant: its deadline.
type FrameID int64

// TaskID names one attempt of a task within an execution: the frame, and the id of the event that scheduled the
// attempt. No two attempts ever share one.
type TaskID struct {
	Frame     FrameID
	Scheduled int64
}

// Attempt names one attempt of a task among those of all executions. The start time is part of it because the name of an
// execution may be used again.
type Attempt struct {
	ExecutionARN string
	StartedAt    time.Time // of the execution
	Task         TaskID
}

// Frame is one thread of control. It is immutable.
type Frame struct {
	ID     FrameID
	Parent FrameID // 0: the top level
	Index  int     // of the branch or item in the parent

	State     asl.StateName
	Input     *query.Document // the current state's raw input
	Entered   int64           // id of the current state's Entered event
	EnteredAt time.Time
	Previous  int64 // the event that the frame's next event links to

	Vars    []Variable // assigned in this frame, sorted by name
	Retries []int32    // per retrier: the retries in this visit of the state
	Retried int32      // their sum

	Focus Focus
}

// Variable is a workflow variable with its value.
type Variable struct {
	Name  string
	Value *query.Document
}

// Focus is what a frame waits for: one of Ready, InTask, InWait, InBackoff, InParallel, InMap, InMapRun, InChild,
// Done; Interrupted and Unsuccessful in a closed execution that can be redriven; and Answered, which does not outlast
// an Apply.
type Focus interface{ isFocus() }

// The things a frame can wait for.
type (
	// Ready waits for nothing: State is about to be entered.
	Ready struct{}

	// InTask waits for the answer of a task.
	InTask struct {
		Scheduled  int64 // id of the scheduling event
		Phase      Phase
		Parameters *query.Document
		RoleARN    string // of Credentials; "": the machine's
		Invocation int
		Deadline   time.Time     // of TimeoutSeconds; zero: none
		Timeout    time.Duration // to start the Deadline from when the task is started
		Heartbeat  time.Duration // 0: none
		Beat       time.Time     // when the next heartbeat is overdue; zero: not running
		Early      Occurrence    // an answer by token that came before the call itself was over
		Job        Job           // of a submitted .sync call
	}

	// InWait waits until a moment.
	InWait struct{ Until time.Time }

	// InBackoff waits until the current state is tried again.
	InBackoff struct{ Until time.Time }

	// InParallel waits for the branches: frames First to First+n-1.
	InParallel struct {
		First FrameID
		Open  int // branches that have not ended
	}

	// InMap waits for the iterations.
	InMap struct {
		First       FrameID         // iteration i is frame First+i
		Items       *query.Document // the array
		Count       int             // of the items
		Concurrency int             // at most this many iterations at once
		Next        int             // index of the next item to start
		Open        int             // iterations that have started and not ended
		Started     int64           // id of the MapStateStarted event
		LastDone    int64           // id of the last MapIterationSucceeded; 0: none
	}

	// InMapRun waits for a map run, see [MapRun].
	InMapRun struct {
		Run       MapRun
		First     FrameID         // child i is frame First+i
		Items     *query.Document // the array, or the object
		NextItem  int             // index of the first item that no child has got
		NextChild int             // the number of children that were made
		Redo      int             // index of the next child to look at for one that is to be redriven; NextChild: all done
		Bytes     int             // of the outputs that are kept
		Started   int64           // id of the MapRunStarted or MapRunRedriven event
	}

	// InChild waits for a child execution of a map run. The frame's Input is the child's.
	InChild struct {
		Items    int // how many items it was given
		Redrives int // how often the run that it belongs to has redriven it
	}

	// Unsuccessful is a child of a map run that did not succeed.
	Unsuccessful struct{ Items, Redrives int }

	// Interrupted is a state that was entered and not left when the execution closed.
	Interrupted struct{}

	// Answered is the moment between the end of an attempt and what Retry and Catch make of it.
	Answered struct{}

	// Done waits for the siblings; Output is what the parent gathers.
	Done struct{ Output *query.Document }
)

func (Ready) isFocus()        {}
func (InTask) isFocus()       {}
func (InWait) isFocus()       {}
func (InBackoff) isFocus()    {}
func (InParallel) isFocus()   {}
func (InMap) isFocus()        {}
func (InMapRun) isFocus()     {}
func (InChild) isFocus()      {}
func (Unsuccessful) isFocus() {}
func (Interrupted) isFocus()  {}
func (Answered) isFocus()     {}
func (Done) isFocus()         {}

// Phase is how far a task has got.
type Phase uint8

// The phases of a task. Before the shell sends a call, or gives an activity's task to a worker, it applies
// TaskStarted and makes that durable; so after a crash Scheduled means "never sent" and Started "sent, outcome
// unknown".
const (
	Scheduled Phase = iota
	Started
	Submitted // a .sync or .waitForTaskToken call was accepted; the answer comes from elsewhere
)

// Job is the work of a .sync call, which goes on elsewhere.
type Job struct {
	Name  string // in the words of whoever accepted it; "": there is nothing that could be stopped or asked
	Asked bool   // its end is found by asking; otherwise somebody tells
}

// Due returns the next moment at which the frame wants a TimerFired event; zero: none.
func (f *Frame) Due() time.Time {
	switch focus := f.Focus.(type) {
	case InWait:
		return focus.Until
	case InBackoff:
		return focus.Until
	case InTask:
		return earlier(focus.Deadline, focus.Beat)
	}
	return time.Time{}
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Task returns the attempt that the frame waits for.
func (f *Frame) Task() (id TaskID, focus InTask, ok bool) {
	focus, ok = f.Focus.(InTask)
	return TaskID{f.ID, focus.Scheduled}, focus, ok
}

// Event is something that happened, with what Apply may know about the world.
type Event struct {
	At    time.Time // UTC, whole milliseconds
	Seed  uint64    // of retry jitter, States.UUID, $random
	World World
	What  Occurrence
	// Hold lets no state be entered: what could enter one waits for a Continued event, which More asks for.
	Hold bool
}

// World answers the two questions about the outside that a definition can ask while it runs. Its answers must
// depend on nothing but its arguments and durable state.
type World interface {
	// Token returns the task token of an attempt.
	Token(Attempt) string
	// ActivityExists reports whether there is an activity of that name (its ARN).
	ActivityExists(activityARN string) bool
}

// Occurrence is what happened: one of the types below.
type Occurrence interface{ isOccurrence() }

// What can happen to an execution.
type (
	// TaskStarted: the attempt is about to be sent, or a worker has taken it (Worker is its name).
	TaskStarted struct {
		ID     TaskID
		Worker string
	}
	// TaskSubmitted: the call of a .sync or .waitForTaskToken task was accepted.
	TaskSubmitted struct {
		ID     TaskID
		Output *query.Document
		Job    Job
	}
	// TaskSucceeded: the attempt has a result. ByToken says that it came through a task token.
	TaskSucceeded struct {
		ID      TaskID
		Output  *query.Document
		ByToken bool
	}
	// TaskFailed: the attempt has failed.
	TaskFailed struct {
		ID           TaskID
		Error, Cause string
		ByToken      bool
	}
	// TaskBeat: a heartbeat arrived.
	TaskBeat struct{ ID TaskID }
	// TimerFired: a frame's timer is due; Frame 0 is the execution's deadline.
	TimerFired struct{ Frame FrameID }
	// StopRequested: somebody stops the execution.
	StopRequested struct{ Error, Cause string }
	// ChildEnded: the child execution that a frame waits for has closed.
	ChildEnded struct {
		Frame    FrameID
		Redrives int // of the child
		Status   Status
	}
	// MapRunUpdated: somebody changes a running map run; nil fields stay as they are.
	MapRunUpdated struct {
		ARN            string
		MaxConcurrency *int
		Tolerance
	}
	// RedriveRequested: somebody redrives the closed execution. Token, if not "", makes the request idempotent. Redrives is
	// the number that the redrive gets at least: a child has to count as its map run does, which may have redriven it
	// before without the child's ever hearing of it; 0: the next one.
	RedriveRequested struct {
		Token    string
		Redrives int
	}
	// Continued: the execution goes on after its budget of transitions was used up.
	Continued struct{}
)

func (TaskStarted) isOccurrence()      {}
func (TaskSubmitted) isOccurrence()    {}
func (TaskSucceeded) isOccurrence()    {}
func (TaskFailed) isOccurrence()       {}
func (TaskBeat) isOccurrence()         {}
func (TimerFired) isOccurrence()       {}
func (StopRequested) isOccurrence()    {}
func (ChildEnded) isOccurrence()       {}
func (MapRunUpdated) isOccurrence()    {}
func (RedriveRequested) isOccurrence() {}
func (Continued) isOccurrence()        {}

// Effects is what Apply asks for. The shell makes Header, Frames, Gone and Events durable in one batch; only
// then does it act on the rest.
type Effects struct {
	Header Header
	Frames []*Frame  // new and replaced frames, at most one per id
	Gone   []FrameID // frames that are no more
	Events []history.Event

	// Scheduled lists the tasks that wait to be started, Cancelled those whose answer nobody waits for any more
	// although none has come.
	Scheduled []TaskID
	Cancelled []TaskID

	// Children lists the frames whose child execution has to run (see InChild), Abandoned the ARNs of those that
	// nobody waits for any more, MapRuns the map runs that have changed.
	Children  []FrameID
	Abandoned []string
	MapRuns   []MapRun

	// More asks for a Continued event: the budget of transitions was used up, or there was none.
	More bool
}

// MaxTransitions is how many transitions one Apply makes before it asks for More.
const MaxTransitions = 1000

// StartRequest is what an execution starts from. Its fields are those of Header.
type StartRequest struct {
	Header Header // all that identifies the execution; Input is required
	At     time.Time
	Seed   uint64
	World  World
	Hold   bool // as in Event
}
