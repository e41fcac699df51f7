package catalog

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/memory"
)

// commented is a definition that differs from others by its comment.
func commented(comment any) string {
	return fmt.Sprintf(`{"Comment":"%v","StartAt":"A","States":{"A":{"Type":"Succeed"}}}`, comment)
}

func create(t *testing.T, c *Catalog, publish bool) Machine {
	t.Helper()
	m, err := c.CreateMachine(t.Context(), CreateMachine{
		Name: "M", RoleARN: "role", Definition: commented(0), Publishing: Publishing{publish, ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// revise changes the definition of M and publishes.
func revise(t *testing.T, c *Catalog, comment any) Machine {
	t.Helper()
	text := commented(comment)
	m, err := c.UpdateMachine(t.Context(), "M", UpdateMachine{Definition: &text, Publishing: Publishing{true, fmt.Sprint("version ", comment)}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func numbers(versions []Version) (all []int) {
	for _, v := range versions {
		all = append(all, v.Number)
	}
	return all
}

func TestRevisionChangesWithAnythingThatReallyChanges(t *testing.T) {
	text := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		change UpdateMachine
		isNew  bool
	}{
		"nothing":         {UpdateMachine{}, false},
		"same definition": {UpdateMachine{Definition: text(definition)}, false},
		"same role":       {UpdateMachine{RoleARN: text("role")}, false},
		"definition":      {UpdateMachine{Definition: text(other)}, true},
		"role":            {UpdateMachine{RoleARN: text("another")}, true},
		"logging":         {UpdateMachine{Logging: text(`{"level":"ALL"}`)}, true},
		"tracing":         {UpdateMachine{Tracing: text(`{"enabled":true}`)}, true},
		"encryption":      {UpdateMachine{Encryption: text(`{}`)}, true},
	} {
		catalog := open(t, memory.New())
		if _, err := catalog.CreateMachine(t.Context(), CreateMachine{Name: "M", RoleARN: "role", Definition: definition}); err != nil {
			t.Fatal(err)
		}
		m, err := catalog.UpdateMachine(t.Context(), "M", c.change)
		if err != nil || (m.RevisionID != "") != c.isNew {
			t.Errorf("%s: revision %q, %v; want a new one: %t", name, m.RevisionID, err, c.isNew)
		}
	}
}

func TestARevisionIsPublishedOnce(t *testing.T) {
	c := open(t, memory.New())
	create(t, c, false)
	first, err := c.PublishVersion(t.Context(), "M", Initial, "first")
	if err != nil || first.Number != 1 {
		t.Fatal(first, err)
	}
	again, err := c.PublishVersion(t.Context(), "M", "", "other words")
	if err != nil || again != first {
		t.Errorf("published again: %+v, %v", again, err)
	}
	if m := revise(t, c, 0); m.Published != 1 || m.RevisionID != "" {
		t.Errorf("an update that changes nothing published %+v", m)
	}
	if m := revise(t, c, 1); m.Published != 2 {
		t.Errorf("a new revision published %+v", m)
	}
	for _, given := range []string{Initial, "no such revision"} {
		_, err = c.PublishVersion(t.Context(), "M", given, "")
		if other, ok := errors.AsType[*OtherRevisionError](err); !ok || other.Given != given || other.Current == Initial {
			t.Errorf("revision %s: %v", given, err)
		}
	}
	if _, err := c.PublishVersion(t.Context(), "N", "", ""); !errors.Is(err, ErrMachineDoesNotExist) {
		t.Errorf("no machine: %v", err)
	}
}

func TestCreatingAgainComparesWhatWasPublished(t *testing.T) {
	c := open(t, memory.New())
	in := CreateMachine{Name: "M", RoleARN: "role", Definition: definition, Publishing: Publishing{true, "first"}}
	m, err := c.CreateMachine(t.Context(), in)
	if err != nil || m.Published != 1 {
		t.Fatal(m, err)
	}
	if again, err := c.CreateMachine(t.Context(), in); err != nil || again != m {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	for _, p := range []Publishing{{}, {true, "other"}} {
		in.Publishing = p
		if _, err := c.CreateMachine(t.Context(), in); !errors.Is(err, ErrMachineAlreadyExists) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if versions, _ := c.ListVersions("M", 0, 10); len(versions) != 1 {
		t.Errorf("versions: %v", versions)
	}
}

func TestNumbersOfVersionsAreNotUsedAgain(t *testing.T) {
	s := memory.New()
	c := open(t, s)
	create(t, c, true)
	revise(t, c, 1)
	for range 2 { // a version that does not exist is fine
		if err := c.DeleteVersion(t.Context(), "M", 2); err != nil {
			t.Fatal(err)
		}
	}
	c = open(t, s)
	v, err := c.PublishVersion(t.Context(), "M", "", "")
	if err != nil || v.Number != 3 {
		t.Errorf("after a restart: %+v, %v", v, err)
	}
	versions, _ := c.ListVersions("M", 0, 10)
	if got := numbers(versions); !reflect.DeepEqual(got, []int{3, 1}) {
		t.Errorf("versions are %v", got)
	}
}

func TestVersionsAndAliasesAreThereAfterReopening(t *testing.T) {
	s := memory.New()
	c := open(t, s)
	m := create(t, c, true)
	for i := range 10 {
		revise(t, c, i+1)
	}
	alias, err := c.CreateAlias(t.Context(), "M", "live", "words", []Route{{1, 40}, {11, 60}})
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, s)
	for n := 1; n <= 11; n++ {
		want, err := c.Version("M", n)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Version("M", n); err != nil || got != want {
			t.Errorf("version %d: %+v, %v; want %+v", n, got, err, want)
		}
	}
	if got, err := again.Alias("M", "live"); err != nil || !reflect.DeepEqual(got, alias) {
		t.Errorf("alias: %+v, %v", got, err)
	}
	if r, err := again.Revision(t.Context(), m.ExecutionKey()); err != nil || r != m.Revision {
		t.Errorf("initial revision: %+v, %v", r, err)
	}
	if text, err := again.Definition(t.Context(), m.ExecutionKey()); err != nil || text != commented(0) {
		t.Errorf("definition by an execution's key: %s, %v", text, err)
	}
	page, next := again.ListVersions("M", 10, 2)
	if got := numbers(page); !reflect.DeepEqual(got, []int{9, 8}) || next != 8 {
		t.Errorf("page below 10: %v, next below %d", got, next)
	}
	if page, next = again.ListVersions("M", 3, 2); len(page) != 2 || next != 0 {
		t.Errorf("last page: %v, next below %d", page, next)
	}
}

func TestAQualifierMeansTheRevisionOfItsVersion(t *testing.T) {
	c := open(t, memory.New())
	create(t, c, true)
	revise(t, c, 1)
	revise(t, c, 2)
	if _, err := c.CreateAlias(t.Context(), "M", "live", "", []Route{{2, 30}, {1, 70}}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []struct {
		qualifier   string
		drawn       int
		definition  any
		wantVersion int
	}{
		{"", 0, 2, 0}, {"1", 0, 0, 1}, {"3", 0, 2, 3},
		{"live", 0, 1, 2}, {"live", 29, 1, 2}, {"live", 30, 0, 1}, {"live", 99, 0, 1},
	} {
		m, version, err := c.Resolve("M", q.qualifier, func(n int) int {
			if n != 100 {
				t.Errorf("drawn from %d, want 100", n)
			}
			return q.drawn
		})
		if err != nil || version != q.wantVersion || m.Definition != definitionKey(commented(q.definition), false) {
			t.Errorf("%+v: version %d, %+v, %v", q, version, m, err)
		}
		if r, err := c.Revision(t.Context(), m.ExecutionKey()); err != nil || r != m.Revision {
			t.Errorf("%+v: the execution would refer to %+v, %v", q, r, err)
		}
	}
	for qualifier, want := range map[string]error{
		"4": ErrVersionDoesNotExist, "01": ErrAliasDoesNotExist, "0": ErrAliasDoesNotExist, "dead": ErrAliasDoesNotExist,
	} {
		if _, _, err := c.Resolve("M", qualifier, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", qualifier, err, want)
		}
	}
	if _, _, err := c.Resolve("N", "1", nil); !errors.Is(err, ErrMachineDoesNotExist) {
		t.Errorf("no machine: %v", err)
	}
}

func TestAliases(t *testing.T) {
	c := open(t, memory.New())
	create(t, c, true)
	revise(t, c, 1)
	one := []Route{{1, 100}}
	first, err := c.CreateAlias(t.Context(), "M", "b", "words", one)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.CreateAlias(t.Context(), "M", "b", "words", one); err != nil || !reflect.DeepEqual(again, first) {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	for _, bad := range []struct {
		machine, name, description string
		routes                     []Route
		want                       error
	}{
		{"M", "b", "other words", one, ErrAliasAlreadyExists},
		{"M", "b", "words", []Route{{2, 100}}, ErrAliasAlreadyExists},
		{"M", "c", "", []Route{{1, 50}, {3, 50}}, ErrVersionDoesNotExist},
		{"N", "c", "", one, ErrMachineDoesNotExist},
	} {
		if _, err := c.CreateAlias(t.Context(), bad.machine, bad.name, bad.description, bad.routes); !errors.Is(err, bad.want) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	words := "new words"
	changed, err := c.UpdateAlias(t.Context(), "M", "b", UpdateAlias{Description: &words})
	if err != nil || changed.Description != words || !reflect.DeepEqual(changed.Routes, one) {
		t.Errorf("description: %+v, %v", changed, err)
	}
	if changed, err = c.UpdateAlias(t.Context(), "M", "b", UpdateAlias{Routes: []Route{{1, 1}, {2, 99}}}); err != nil || changed.Description != words {
		t.Errorf("routes: %+v, %v", changed, err)
	}
	if _, err := c.UpdateAlias(t.Context(), "M", "none", UpdateAlias{Description: &words}); !errors.Is(err, ErrAliasDoesNotExist) {
		t.Errorf("unknown alias: %v", err)
	}
	if _, err := c.CreateAlias(t.Context(), "M", "a", "", []Route{{2, 100}}); err != nil {
		t.Fatal(err)
	}
	for version, want := range map[int]string{0: "a b", 1: "b", 2: "a b", 3: ""} {
		var names []string
		aliases, _ := c.ListAliases("M", version, "", 10)
		for _, a := range aliases {
			names = append(names, a.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("aliases of version %d: %q, want %q", version, got, want)
		}
	}
	err = c.DeleteVersion(t.Context(), "M", 2)
	if referenced, ok := errors.AsType[*ReferencedError](err); !ok || strings.Join(referenced.Aliases, " ") != "a b" {
		t.Errorf("deleting a version in use: %v", err)
	}
	for _, name := range []string{"a", "b", "b"} { // one that does not exist is fine
		if err := c.DeleteAlias(t.Context(), "M", name); err != nil {
			t.Error(err)
		}
	}
	if err := c.DeleteVersion(t.Context(), "M", 2); err != nil {
		t.Errorf("deleting a version that nothing refers to: %v", err)
	}
}

func TestVersionsAndAliasesAreBounded(t *testing.T) {
	c := open(t, memory.New())
	create(t, c, true)
	for n := 2; n <= VersionsMax; n++ {
		revise(t, c, n)
	}
	text := commented("one more")
	before, _ := c.MachineByName("M")
	_, err := c.UpdateMachine(t.Context(), "M", UpdateMachine{Definition: &text, Publishing: Publishing{Publish: true}})
	if after, _ := c.MachineByName("M"); !errors.Is(err, ErrTooManyVersions) || after != before {
		t.Errorf("one version too many: %v; nothing must change, but %+v became %+v", err, before, after)
	}
	if err := c.DeleteVersion(t.Context(), "M", 1); err != nil {
		t.Fatal(err)
	}
	if m := revise(t, c, "one more"); m.Published != VersionsMax+1 {
		t.Errorf("after one was deleted: %+v", m)
	}
	for i := range AliasesMax {
		if _, err := c.CreateAlias(t.Context(), "M", fmt.Sprint("a", i), "", []Route{{2, 100}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.CreateAlias(t.Context(), "M", "b", "", []Route{{2, 100}}); !errors.Is(err, ErrTooManyAliases) {
		t.Errorf("one alias too many: %v", err)
	}
	if _, err := c.CreateAlias(t.Context(), "M", "a0", "", []Route{{2, 100}}); err != nil {
		t.Errorf("one of them again: %v", err)
	}
}

func TestARemovedMachineLeavesNoVersionsOrAliases(t *testing.T) {
	s := memory.New()
	c := open(t, s)
	m := create(t, c, true)
	revise(t, c, 1)
	if _, err := c.CreateAlias(t.Context(), "M", "live", "", []Route{{1, 100}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.MarkDeleting(t.Context(), "M"); err != nil {
		t.Fatal(err)
	}
	_, published := c.PublishVersion(t.Context(), "M", "", "")
	_, created := c.CreateAlias(t.Context(), "M", "more", "", []Route{{1, 100}})
	_, updated := c.UpdateAlias(t.Context(), "M", "live", UpdateAlias{Routes: []Route{{2, 100}}})
	for _, err := range []error{published, created, updated} {
		if !errors.Is(err, ErrMachineDeleting) {
			t.Errorf("while it is being deleted: %v", err)
		}
	}
	if err := c.RemoveMachine(t.Context(), "M"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Catalog{c, open(t, s)} {
		versions, _ := c.ListVersions("M", 0, 10)
		aliases, _ := c.ListAliases("M", 0, "", 10)
		if len(versions)+len(aliases) > 0 {
			t.Errorf("left over: %v, %v", versions, aliases)
		}
		if r, err := c.Revision(t.Context(), m.ExecutionKey()); err != nil || r != m.Revision {
			t.Errorf("executions lost their revision: %+v, %v", r, err)
		}
	}
	if again := create(t, open(t, s), true); again.Published != 1 {
		t.Errorf("a machine made again begins with %+v", again)
	}
}

func TestCreatingAndPublishingIsOneCommit(t *testing.T) {
	s := &counting{Store: memory.New()}
	c := open(t, s)
	create(t, c, true)
	revise(t, c, 1)
	if s.commits != 2 {
		t.Errorf("%d commits, want one for the creation and one for the update", s.commits)
	}
}

// counting counts the commits of a store.
type counting struct {
	store.Store
	commits int
}

func (s *counting) Open(ctx context.Context, id store.ShardID, owner string) (store.Shard, error) {
	shard, err := s.Store.Open(ctx, id, owner)
	return countingShard{shard, s}, err
}

type countingShard struct {
	store.Shard
	of *counting
}

func (s countingShard) Commit(ctx context.Context, b *store.Batch) error {
	s.of.commits++
	return s.Shard.Commit(ctx, b)
}
