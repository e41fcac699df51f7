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

func TestExecutionsAreInTheListsOfTheirVersionAndAlias(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, memory.New(), nil)
		defer f.close()
		machine := scope.StateMachine("wait")
		start := func(name, incarnation, version, alias string) {
			t.Helper()
			o := order("wait", name, "{}")
			o.Incarnation, o.VersionARN, o.AliasARN = incarnation, version, alias
			if _, err := f.Start(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		list := func(arn string) (names []string) {
			t.Helper()
			rows, _, err := f.List(t.Context(), ListExecutions{StateMachineARN: arn, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				names = append(names, r.Name+r.Status+r.VersionARN+r.AliasARN)
			}
			return names
		}
		start("plain", "1", "", "")
		start("version", "1", "v1", "")
		start("alias", "1", "v1", "live")
		equal(t, list(machine), []string{"aliasRUNNINGv1live", "versionRUNNINGv1", "plainRUNNING"})
		equal(t, list("v1"), []string{"aliasRUNNINGv1live", "versionRUNNINGv1"})
		equal(t, list("live"), []string{"aliasRUNNINGv1live"})
		time.Sleep(time.Hour)
		equal(t, list("v1"), []string{"aliasSUCCEEDEDv1live", "versionSUCCEEDEDv1"})
		equal(t, list("live"), []string{"aliasSUCCEEDEDv1live"})

		start("alias", "2", "v2", "") // takes the place of a closed one, which leaves all its lists
		equal(t, list("live"), []string(nil))
		equal(t, list("v1"), []string{"versionSUCCEEDEDv1"})
		equal(t, list(machine), []string{"aliasRUNNINGv2", "versionSUCCEEDEDv1", "plainSUCCEEDED"})
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
