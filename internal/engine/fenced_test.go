package engine

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/cogstep/cogstep/internal/store/memory"
)

// An engine whose shards have a newer owner knows nothing of what that has done. It must not answer from memory, not
// even where nothing has to be written.
func TestFencedEngineDoesNotAnswerFromMemory(t *testing.T) {
	for name, request := range map[string]func(fixture) error{
		"start of what ran": func(f fixture) error {
			_, err := f.Start(f.t.Context(), order("wait", "x", `{"n":1}`))
			return err
		},
		"start of a name that was taken": func(f fixture) error {
			_, err := f.Start(f.t.Context(), order("wait", "x", `{}`))
			return err
		},
		"redrive": func(f fixture) error {
			_, err := f.Redrive(f.t.Context(), scope.Execution("wait", "x"), "")
			return err
		},
		"stop of what there is not": func(f fixture) error {
			_, err := f.Stop(f.t.Context(), scope.Execution("wait", "z"), "", "")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memory.New()
				old := open(t, m, nil)
				defer old.close()
				arn := old.start("wait", "x")
				f := open(t, m, nil)
				defer f.close()
				if _, err := f.Stop(t.Context(), arn, "", ""); err != nil {
					t.Fatal(err)
				}
				if err := request(old); !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrClosed) {
					t.Errorf("first: %v", err)
				}
				if err := request(old); !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrClosed) {
					t.Errorf("again: %v", err)
				}
				if h, err := old.Describe(t.Context(), arn); err != nil || h.Status.Name() != "ABORTED" {
					t.Errorf("what is durable: %v, %v", h.Status, err)
				}
			})
		})
	}
}
