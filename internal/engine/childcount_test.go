package engine

import (
	"testing"
	"testing/synctest"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

// A map run may have redriven a child that never heard of it: stopped before it was asked. When it is asked at last, it
// counts as its run does, or the run would wait for ever for the end of redrive 2 of a child that has been redriven
// once. (Found by the simulator.)
func TestChildCountsItsRedrivesAsItsRunDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), answering(integration.Failed{Error: "E"}))
		defer f.close()
		r := order("task", "child", "{}")
		r.Parent = execution.Parent{Attempt: execution.Attempt{ExecutionARN: "gone", Task: execution.TaskID{Frame: 2}}}
		head := r.header(scope.Execution("task", "child"))
		head.MapRunARN = "run"
		for _, redrives := range []int{0, 2, 3} {
			head.Redrives = redrives
			if _, err := f.ask(t.Context(), message{id: idOf(head.ARN), arn: head.ARN, what: adopt{head}}); err != nil {
				t.Fatal(err)
			}
			if h := f.wait(head.ARN, "FAILED", "E"); h.Redrives != redrives {
				t.Errorf("the child counts %d redrives, its run %d", h.Redrives, redrives)
			}
		}
	})
}
