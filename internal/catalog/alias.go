package catalog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// AliasesMax is how many aliases a state machine can have. Source: the service's quotas.
const AliasesMax = 100

// weightSum is the sum of the weights of an alias's routes.
const weightSum = 100

// Errors about aliases.
var (
	ErrAliasDoesNotExist  = errors.New("alias does not exist")
	ErrAliasAlreadyExists = errors.New("alias already exists with other attributes")
	ErrTooManyAliases     = errors.New("more than 100 aliases")
)

// Alias is a name for one or two versions of a state machine; each execution that it starts gets one of them.
type Alias struct {
	Format               int
	Machine, Name        string
	Description          string
	Routes               []Route
	CreatedAt, UpdatedAt time.Time
}

// Route is a version and how many of a hundred executions it gets. The weights of an alias have the sum 100.
type Route struct{ Version, Weight int }

// choose returns the version for a number from 0 to weightSum-1.
func (a Alias) choose(drawn int) (version int) {
	for _, r := range a.Routes {
		if drawn < r.Weight {
			return r.Version
		}
		drawn -= r.Weight
	}
	return 0
}

func (a Alias) leadsTo(version int) bool {
	return slices.ContainsFunc(a.Routes, func(r Route) bool { return r.Version == version })
}

func aliasKey(machine, name string) string { return string(key(aliasPrefix, machine+":"+name)) }

// CreateAlias makes an alias. If there is one of the same name, description and routes, that one is returned.
//
// Errors: ErrMachineDoesNotExist, ErrMachineDeleting, ErrVersionDoesNotExist, ErrAliasAlreadyExists,
// ErrTooManyAliases, those of the store.
func (c *Catalog) CreateAlias(ctx context.Context, machine, name, description string, routes []Route) (Alias, error) {
	c.write.Lock()
	defer c.write.Unlock()
	if err := c.routable(machine, routes); err != nil {
		return Alias{}, err
	}
	if old, err := c.Alias(machine, name); err == nil {
		if old.Description == description && slices.Equal(old.Routes, routes) {
			return old, nil
		}
		return old, ErrAliasAlreadyExists
	}
	if all, _ := c.ListAliases(machine, 0, "", AliasesMax); len(all) == AliasesMax {
		return Alias{}, ErrTooManyAliases
	}
	a := Alias{Format: format, Machine: machine, Name: name, Description: description, Routes: slices.Clone(routes), CreatedAt: c.now()}
	a.UpdatedAt = a.CreatedAt
	return a, c.putAlias(ctx, a)
}

// UpdateAlias is what an alias is changed to; nil fields stay as they are.
type UpdateAlias struct {
	Description *string
	Routes      []Route
}

// UpdateAlias changes an alias. Errors: ErrAliasDoesNotExist, ErrMachineDeleting, ErrVersionDoesNotExist, those of the
// store.
func (c *Catalog) UpdateAlias(ctx context.Context, machine, name string, in UpdateAlias) (Alias, error) {
	c.write.Lock()
	defer c.write.Unlock()
	a, err := c.Alias(machine, name)
	if err != nil {
		return a, err
	}
	if err := c.routable(machine, in.Routes); err != nil {
		return a, err
	}
	set(&a.Description, in.Description)
	if in.Routes != nil {
		a.Routes = slices.Clone(in.Routes)
	}
	a.UpdatedAt = c.now()
	return a, c.putAlias(ctx, a)
}

// routable reports whether a state machine can have aliases changed, and has the versions.
func (c *Catalog) routable(machine string, routes []Route) error {
	if _, err := c.changeable(machine); err != nil {
		return err
	}
	for _, r := range routes {
		if _, err := c.Version(machine, r.Version); err != nil {
			return err
		}
	}
	return nil
}

func (c *Catalog) putAlias(ctx context.Context, a Alias) error {
	if err := c.commit(ctx, map[string]any{aliasKey(a.Machine, a.Name): a}); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addAlias(a)
	return nil
}

// addAlias puts a into memory; c.mu is held.
func (c *Catalog) addAlias(a Alias) {
	if c.aliases[a.Machine] == nil {
		c.aliases[a.Machine] = map[string]Alias{}
	}
	c.aliases[a.Machine][a.Name] = a
}

// Alias returns an alias. Errors: ErrAliasDoesNotExist.
func (c *Catalog) Alias(machine, name string) (Alias, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	a, ok := c.aliases[machine][name]
	if !ok {
		return a, ErrAliasDoesNotExist
	}
	return a, nil
}

// ListAliases returns up to limit aliases by name, beginning after a name, and the name to go on after. If version is
// not 0, they are those that lead to it.
func (c *Catalog) ListAliases(machine string, version int, after string, limit int) (aliases []Alias, next string) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	found := c.aliases[machine]
	if version != 0 {
		found = maps.Clone(found)
		maps.DeleteFunc(found, func(_ string, a Alias) bool { return !a.leadsTo(version) })
	}
	return page(found, after, limit)
}

// DeleteAlias takes an alias away; one that does not exist is fine.
func (c *Catalog) DeleteAlias(ctx context.Context, machine, name string) error {
	c.write.Lock()
	defer c.write.Unlock()
	if _, err := c.Alias(machine, name); err != nil {
		return nil
	}
	if err := c.commit(ctx, map[string]any{aliasKey(machine, name): nil}); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.aliases[machine], name)
	return nil
}
