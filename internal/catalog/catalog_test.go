package catalog

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/memory"
)

const (
	definition = `{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}`
	other      = `{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`
)

func open(t *testing.T, s store.Store) *Catalog {
	t.Helper()
	n := 0
	c, err := Open(t.Context(), Config{
		Store: s, Scope: arn.Scope{Account: "000000000000", Region: "us-east-1"},
		Now:   func() time.Time { return time.UnixMilli(1_795_000_000_000) },
		NewID: func() string { n++; return fmt.Sprint("id", n) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestCreatingAgainGivesTheSameMachineOnlyForTheSameText(t *testing.T) {
	c := open(t, memory.New())
	in := CreateMachine{Name: "M", RoleARN: "role", Definition: definition, Tags: []Tag{{"a", "1"}}}
	first, err := c.CreateMachine(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	in.RoleARN, in.Tags = "another", nil
	if again, err := c.CreateMachine(t.Context(), in); err != nil || again != first {
		t.Errorf("role and tags must not count: %v, %v", again, err)
	}
	in.Definition = other
	if _, err := c.CreateMachine(t.Context(), in); !errors.Is(err, ErrMachineAlreadyExists) {
		t.Errorf("other white space: %v", err)
	}
}

func TestEverythingIsThereAfterReopening(t *testing.T) {
	s := memory.New()
	c := open(t, s)
	m, err := c.CreateMachine(t.Context(), CreateMachine{Name: "M", RoleARN: "role", Definition: definition, Tags: []Tag{{"k", "v"}}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.CreateActivity(t.Context(), "A", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, s)
	if got, err := again.MachineByName("M"); err != nil || got != m {
		t.Errorf("machine: %v, %v", got, err)
	}
	if got, err := again.Activity("A"); err != nil || got != a {
		t.Errorf("activity: %v, %v", got, err)
	}
	if text, err := again.Definition(t.Context(), m.Definition); err != nil || text != definition {
		t.Errorf("definition: %q, %v", text, err)
	}
	if tags, err := again.Tags("arn:aws:states:us-east-1:000000000000:stateMachine:M"); err != nil || len(tags) != 1 || tags[0] != (Tag{"k", "v"}) {
		t.Errorf("tags: %v, %v", tags, err)
	}
	if _, err := c.CreateActivity(context.Background(), "B", "", nil); !errors.Is(err, store.ErrFenced) {
		t.Errorf("the older owner must be fenced: %v", err)
	}
}

func TestExecutionsKeepTheDefinitionOfARemovedMachine(t *testing.T) {
	c := open(t, memory.New())
	m, err := c.CreateMachine(t.Context(), CreateMachine{Name: "M", RoleARN: "role", Definition: definition})
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := c.MarkDeleting(t.Context(), "M"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, err := c.CreateMachine(t.Context(), CreateMachine{Name: "M", RoleARN: "role", Definition: definition}); !errors.Is(err, ErrMachineDeleting) {
		t.Errorf("while it is being deleted: %v", err)
	}
	if err := c.RemoveMachine(t.Context(), "M"); err != nil {
		t.Fatal(err)
	}
	if compiled, err := c.Machine(t.Context(), m.Definition); err != nil || compiled.State("A") == nil {
		t.Errorf("definition: %v", err)
	}
	next, err := c.CreateMachine(t.Context(), CreateMachine{Name: "M", RoleARN: "role", Definition: definition})
	if err != nil || next.Incarnation == m.Incarnation {
		t.Errorf("a machine made again is another one: %v, %v", next, err)
	}
}

func TestTagsAreBoundedAndOverwritten(t *testing.T) {
	c := open(t, memory.New())
	if _, err := c.CreateActivity(t.Context(), "A", "", []Tag{{"a", "1"}, {"b", "2"}}); err != nil {
		t.Fatal(err)
	}
	resource := "arn:aws:states:us-east-1:000000000000:activity:A"
	if err := c.ChangeTags(t.Context(), resource, []Tag{{"b", "3"}, {"c", ""}}, []string{"a", "none"}); err != nil {
		t.Fatal(err)
	}
	tags, err := c.Tags(resource)
	if err != nil || fmt.Sprint(tags) != "[{b 3} {c }]" {
		t.Errorf("got %v, %v", tags, err)
	}
	var many []Tag
	for i := range TagsMax {
		many = append(many, Tag{fmt.Sprint("t", i), ""})
	}
	if err := c.ChangeTags(t.Context(), resource, many, nil); !errors.Is(err, ErrTooManyTags) {
		t.Errorf("52 tags: %v", err)
	}
	if err := c.ChangeTags(t.Context(), resource+"x", nil, nil); !errors.Is(err, ErrResourceNotFound) {
		t.Errorf("unknown resource: %v", err)
	}
}

func TestListsGoOnAfterANameThatIsGone(t *testing.T) {
	c := open(t, memory.New())
	for _, name := range []string{"a", "b", "c", "d"} {
		if _, err := c.CreateActivity(t.Context(), name, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	first, next := c.ListActivities("", 2)
	if len(first) != 2 || next != "b" {
		t.Fatalf("got %v, %q", first, next)
	}
	if err := c.DeleteActivity(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	rest, next := c.ListActivities(next, 2)
	if len(rest) != 2 || rest[0].Name != "c" || next != "" {
		t.Errorf("got %v, %q", rest, next)
	}
}
