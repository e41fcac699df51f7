package catalog

import (
	"errors"
	"testing"

	"github.com/cogstep/cogstep/internal/store/memory"
)

func TestMachinesAndActivitiesAreLimited(t *testing.T) {
	c := open(t, memory.New())
	if c.cfg.MachinesMax != 100_000 || c.cfg.ActivitiesMax != 100_000 {
		t.Errorf("limits: %+v", c.cfg)
	}
	c.cfg.MachinesMax, c.cfg.ActivitiesMax = 2, 2
	machine := func(name string) error {
		_, err := c.CreateMachine(t.Context(), CreateMachine{Name: name, RoleARN: "role", Definition: definition})
		return err
	}
	activity := func(name string) error {
		_, err := c.CreateActivity(t.Context(), name, "", nil)
		return err
	}
	for _, of := range []struct {
		create func(string) error
		limit  error
	}{{machine, ErrTooManyMachines}, {activity, ErrTooManyActivities}} {
		for _, name := range []string{"A", "B", "A"} { // the last is there already
			if err := of.create(name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := of.create("C"); !errors.Is(err, of.limit) {
			t.Errorf("above the limit: %v, want %v", err, of.limit)
		}
	}
	if err := c.DeleteActivity(t.Context(), "A"); err != nil {
		t.Fatal(err)
	}
	if err := activity("C"); err != nil {
		t.Errorf("after a deletion: %v", err)
	}
}
