package catalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// VersionsMax is how many versions a state machine can have at a time. Source: the service's quotas.
const VersionsMax = 1000

// Errors about versions.
var (
	ErrVersionDoesNotExist = errors.New("version does not exist")
	ErrTooManyVersions     = errors.New("more than 1000 versions")
)

// OtherRevisionError says that the revision to be published is not the current one.
type OtherRevisionError struct{ Given, Current string }

func (e *OtherRevisionError) Error() string {
	return fmt.Sprintf("revision %s is not the current one, which is %s", e.Given, e.Current)
}

// ReferencedError says that aliases refer to the version that is to be deleted.
type ReferencedError struct{ Aliases []string }

func (e *ReferencedError) Error() string {
	return "aliases refer to the version: " + strings.Join(e.Aliases, ", ")
}

// Version is a revision of a state machine under a number that stays.
type Version struct {
	Format      int
	Machine     string // name
	Number      int    // 1, 2, …; the number of a deleted version is not used again
	Description string
	CreatedAt   time.Time
	Revision
}

// Publishing says whether a change of a state machine publishes what comes of it.
type Publishing struct {
	Publish            bool
	VersionDescription string
}

func versionKey(machine string, number int) string {
	return string(key(versionPrefix, machine+":"+strconv.Itoa(number)))
}

// publish makes a version of m's revision, which has none yet: m then knows its number, and records holds it.
// c.write is held. Errors: ErrTooManyVersions.
func (c *Catalog) publish(m *Machine, description string, records map[string]any) (Version, error) {
	c.mu.RLock()
	n := len(c.versions[m.Name])
	c.mu.RUnlock()
	if n >= VersionsMax {
		return Version{}, ErrTooManyVersions
	}
	m.LastVersion++
	m.Published = m.LastVersion
	v := Version{
		Format: format, Machine: m.Name, Number: m.Published, Description: description,
		CreatedAt: c.now(), Revision: m.Revision,
	}
	records[versionKey(v.Machine, v.Number)] = v
	return v, nil
}

// addVersion puts v into memory; c.mu is held.
func (c *Catalog) addVersion(v Version) {
	if c.versions[v.Machine] == nil {
		c.versions[v.Machine] = map[int]Version{}
	}
	c.versions[v.Machine][v.Number] = v
}

// PublishVersion makes a version of the current revision. If that has one already, it is returned as it is. revision
// is the name of the revision that the caller means, "" for the current one.
//
// Errors: ErrMachineDoesNotExist, ErrMachineDeleting, ErrTooManyVersions, *OtherRevisionError, those of the store.
func (c *Catalog) PublishVersion(ctx context.Context, machine, revision, description string) (Version, error) {
	c.write.Lock()
	defer c.write.Unlock()
	m, err := c.changeable(machine)
	if err != nil {
		return Version{}, err
	}
	if revision != "" && revision != m.Revision.name() {
		return Version{}, &OtherRevisionError{revision, m.Revision.name()}
	}
	if m.Published == 0 {
		if m, err = c.put(ctx, m, Publishing{true, description}, map[string]any{}); err != nil {
			return Version{}, err
		}
	}
	return c.Version(machine, m.Published)
}

// Version returns a version. Errors: ErrMachineDoesNotExist, ErrVersionDoesNotExist.
func (c *Catalog) Version(machine string, number int) (Version, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if _, ok := c.machines[machine]; !ok {
		return Version{}, ErrMachineDoesNotExist
	}
	v, ok := c.versions[machine][number]
	if !ok {
		return Version{}, ErrVersionDoesNotExist
	}
	return v, nil
}

// ListVersions returns up to limit versions, newest first, of those with numbers below a number (0: all of them), and
// the number to go on below (0: there are no more). A state machine that does not exist has none.
func (c *Catalog) ListVersions(machine string, below, limit int) (versions []Version, next int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	numbers := slices.Sorted(maps.Keys(c.versions[machine]))
	for _, n := range slices.Backward(numbers) {
		if below > 0 && n >= below {
			continue
		}
		if len(versions) == limit {
			return versions, next
		}
		versions = append(versions, c.versions[machine][n])
		next = n
	}
	return versions, 0
}

// DeleteVersion takes a version away; one that does not exist is fine. Its executions go on.
// Errors: *ReferencedError, those of the store.
func (c *Catalog) DeleteVersion(ctx context.Context, machine string, number int) error {
	c.write.Lock()
	defer c.write.Unlock()
	if _, err := c.Version(machine, number); err != nil {
		return nil
	}
	if aliases, _ := c.ListAliases(machine, number, "", AliasesMax); len(aliases) > 0 {
		var e ReferencedError
		for _, a := range aliases {
			e.Aliases = append(e.Aliases, a.Name)
		}
		return &e
	}
	m, _ := c.machine(machine)
	if m.Published == number {
		m.Published = 0
	}
	err := c.commit(ctx, map[string]any{versionKey(machine, number): nil, string(key(machinePrefix, machine)): m})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.versions[machine], number)
	c.machines[machine] = m
	return nil
}

// Resolve returns the state machine that a qualified name means, at the revision that is meant, and the number of the
// version (0: unqualified). The qualifier is "", the number of a version, or the name of an alias, of which one
// version is chosen by weight; draw returns a number from 0 to n-1, each as likely as the others.
//
// Errors: ErrMachineDoesNotExist, ErrVersionDoesNotExist, ErrAliasDoesNotExist.
func (c *Catalog) Resolve(name, qualifier string, draw func(n int) int) (m Machine, version int, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	m, ok := c.machines[name]
	switch {
	case !ok:
		return m, 0, ErrMachineDoesNotExist
	case qualifier == "":
		return m, 0, nil
	}
	version, ok = VersionNumber(qualifier)
	if !ok {
		a, ok := c.aliases[name][qualifier]
		if !ok {
			return m, 0, ErrAliasDoesNotExist
		}
		version = a.choose(draw(weightSum))
	}
	v, ok := c.versions[name][version]
	if !ok {
		return m, 0, ErrVersionDoesNotExist
	}
	m.Revision = v.Revision
	return m, version, nil
}

// VersionNumber reads the qualifier of a version, a number from 1 on in its only spelling.
func VersionNumber(qualifier string) (number int, ok bool) {
	n, err := strconv.Atoi(qualifier)
	return n, err == nil && n > 0 && strconv.Itoa(n) == qualifier
}
