package engine

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
)

func TestListIsNewestFirstFilteredAndPaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		for i := range 10 {
			f.start("wait", fmt.Sprint(i))
			time.Sleep(12 * time.Second)
		}
		q := ListExecutions{StateMachineARN: scope.StateMachine("wait"), Limit: 3}
		var names []string
		for {
			rows, next, err := f.List(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				names = append(names, r.Name+r.Status)
			}
			if q.After = next; next == "" {
				break
			}
		}
		equal(t, names, []string{"9RUNNING", "8RUNNING", "7RUNNING", "6RUNNING", "5RUNNING", "4RUNNING", "3RUNNING", "2RUNNING", "1SUCCEEDED", "0SUCCEEDED"})
		rows, next, err := f.List(t.Context(), ListExecutions{StateMachineARN: q.StateMachineARN, Status: "SUCCEEDED", Limit: 2})
		if err != nil || len(rows) != 2 || next != "" {
			t.Errorf("filtered: %v, %q, %v", rows, next, err)
		}
		if _, _, err := f.List(t.Context(), ListExecutions{After: "?", Limit: 1}); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("bad cursor: %v", err)
		}
		if err := f.StopAll(t.Context(), q.StateMachineARN); err != nil || f.OpenCount() != 0 {
			t.Errorf("StopAll: %v, %d open", err, f.OpenCount())
		}
	})
}

func TestHistoryPagesBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), answering(integration.Succeeded{Output: "1"}))
		defer f.close()
		arn := f.start("task", "x")
		f.wait(arn, "SUCCEEDED", "1")
		page := func(from int64, reverse bool) (ids []int64) {
			for {
				events, more, err := f.History(t.Context(), arn, from, 2, reverse)
				if err != nil {
					t.Fatal(err)
				}
				for _, ev := range events {
					ids = append(ids, ev.ID)
				}
				if !more {
					return ids
				}
				if from = ids[len(ids)-1] + 1; reverse {
					from -= 2
				}
			}
		}
		equal(t, page(0, false), []int64{1, 2, 3, 4, 5, 6, 7})
		equal(t, page(4, false), []int64{4, 5, 6, 7})
		equal(t, page(0, true), []int64{7, 6, 5, 4, 3, 2, 1})
		equal(t, page(4, true), []int64{4, 3, 2, 1})
	})
}
