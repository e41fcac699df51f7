package engine

// bug is a defect that is planted on purpose, to see whether the simulator finds it. Without the build tag "planted"
// planted is the constant false, and the compiler removes every trace of it.
type bug uint8

// The bugs; their names are in planted_on.go.
const (
	answersEarly       bug = iota // callers are answered before the batch is durable
	effectsEarly                  // tasks are sent, and all else follows, before the batch is durable
	refusedIsDone                 // a refused commit counts as done
	fencedGoesOn                  // a fenced shard goes on as if it had committed
	timersUnwritten               // timers are kept in memory only
	tasksUnwritten                // pending tasks are kept in memory only
	outboxUnwritten               // the news of a nested execution's end is kept in memory only
	abandonedUnwritten            // that a child has to stop is kept in memory only
	jobsUnwritten                 // that a job has to stop is kept in memory only
	jobsUnasked                   // a job is not asked about after a crash
	framesKept                    // the record of a frame that is no more stays
	framesStale                   // the record of a frame is written once and never again
	sentAgain                     // a task that was under way is sent again after a crash
	expressForgotten              // asynchronous Express executions are not run again after a crash
	namesReplaced                 // a start replaces the execution that has its name
	redriveDrops                  // a redrive loses a frame
	endsCountedTwice              // the end of an execution is counted twice
	sealsIgnored                  // the seal of a task token is not looked at
	bugEnd
)
