//go:build planted

package engine

import "sync/atomic"

// bugNames are the names of the bugs, for the simulator.
var bugNames = [bugEnd]string{
	answersEarly:       "answers early",
	effectsEarly:       "effects early",
	refusedIsDone:      "refused is done",
	fencedGoesOn:       "fenced goes on",
	timersUnwritten:    "timers unwritten",
	tasksUnwritten:     "tasks unwritten",
	outboxUnwritten:    "outbox unwritten",
	abandonedUnwritten: "abandoned unwritten",
	jobsUnwritten:      "jobs unwritten",
	jobsUnasked:        "jobs unasked",
	framesKept:         "frames kept",
	framesStale:        "frames stale",
	sentAgain:          "sent again",
	expressForgotten:   "Express forgotten",
	namesReplaced:      "names replaced",
	redriveDrops:       "redrive drops",
	endsCountedTwice:   "ends counted twice",
	sealsIgnored:       "seals ignored",
}

// there is the bug that is planted; bugEnd: none.
var there atomic.Int32

func init() { there.Store(int32(bugEnd)) }

// planted reports whether a bug is there.
func planted(b bug) bool { return there.Load() == int32(b) }

// PlantedBugs returns the names of the bugs that Plant knows.
func PlantedBugs() []string { return bugNames[:] }

// Plant plants the bug of a name in every engine of the process, in place of the one before; "" removes it.
func Plant(name string) {
	there.Store(int32(bugEnd))
	for b, n := range bugNames {
		if n == name {
			there.Store(int32(b))
		}
	}
}
