package catalog

import (
	"context"
	"time"
)

// CreateMachine is what a new state machine is made from.
type CreateMachine struct {
	Name       string
	Express    bool
	RoleARN    string
	Definition string // text that compiles
	Logging    string
	Tracing    string
	Encryption string
	Tags       []Tag
	Publishing
}

// CreateMachine makes a state machine, and its first version if that is to be published. If there is one of the same
// name, definition, type and configurations, created with the same Publishing, that one is returned unchanged: role
// and tags are not compared.
//
// Errors: ErrMachineAlreadyExists, ErrMachineDeleting, ErrTooManyMachines, ErrTooManyTags, those of the store.
func (c *Catalog) CreateMachine(ctx context.Context, in CreateMachine) (Machine, error) {
	c.write.Lock()
	defer c.write.Unlock()
	m := Machine{
		Format: format, Name: in.Name, Express: in.Express, Creation: in.Publishing,
		Revision: Revision{
			RoleARN: in.RoleARN, Definition: definitionKey(in.Definition, in.Express),
			Logging: in.Logging, Tracing: in.Tracing, Encryption: in.Encryption,
		},
	}
	if old, ok := c.machine(in.Name); ok {
		switch {
		case old.Deleting:
			return old, ErrMachineDeleting
		case old.createdAs(m):
			return old, nil
		}
		return old, ErrMachineAlreadyExists
	}
	if len(c.machines) >= c.cfg.MachinesMax {
		return Machine{}, ErrTooManyMachines
	}
	if len(in.Tags) > TagsMax {
		return Machine{}, ErrTooManyTags
	}
	m.Incarnation = c.cfg.NewID()
	m.CreatedAt = c.now()
	m.UpdatedAt, m.RevisedAt = m.CreatedAt, m.CreatedAt
	arn := c.cfg.Scope.StateMachine(m.Name)
	records := map[string]any{string(key(definitionPrefix, m.Definition)): in.Definition}
	if len(in.Tags) > 0 {
		records[string(key(tagPrefix, arn))] = tagRecord{format, in.Tags}
	}
	m.putRevision(records)
	m, err := c.put(ctx, m, in.Publishing, records)
	if err == nil && len(in.Tags) > 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.tags[arn] = in.Tags
	}
	return m, err
}

// createdAs reports whether creating o again means m.
func (m Machine) createdAs(o Machine) bool {
	o.RoleARN = m.RoleARN
	return m.Express == o.Express && m.Creation == o.Creation && m.Revision.same(o.Revision)
}

// UpdateMachine is what a state machine is changed to; nil fields stay as they are.
type UpdateMachine struct {
	Definition, RoleARN          *string
	Logging, Tracing, Encryption *string
	Publishing
}

// UpdateMachine changes a state machine. Its revision is new if any of it really changed. If that is to be published
// and the revision has a version already, it keeps that one.
//
// Errors: ErrMachineDoesNotExist, ErrMachineDeleting, ErrTooManyVersions, those of the store.
func (c *Catalog) UpdateMachine(ctx context.Context, name string, in UpdateMachine) (Machine, error) {
	c.write.Lock()
	defer c.write.Unlock()
	old, err := c.changeable(name)
	if err != nil {
		return old, err
	}
	m := old
	records := map[string]any{}
	if in.Definition != nil {
		m.Definition = definitionKey(*in.Definition, m.Express)
		records[string(key(definitionPrefix, m.Definition))] = *in.Definition
	}
	set(&m.RoleARN, in.RoleARN)
	set(&m.Logging, in.Logging)
	set(&m.Tracing, in.Tracing)
	set(&m.Encryption, in.Encryption)
	m.UpdatedAt = c.now()
	if !m.Revision.same(old.Revision) {
		m.RevisionID, m.RevisedAt, m.Published = c.cfg.NewID(), m.UpdatedAt, 0
		m.putRevision(records)
	}
	return c.put(ctx, m, in.Publishing, records)
}

// put makes a new state of a state machine durable, with a version if that is to be published, and with further
// records, all in one batch; then it shows. c.write is held.
func (c *Catalog) put(ctx context.Context, m Machine, p Publishing, records map[string]any) (Machine, error) {
	var version Version
	if p.Publish && m.Published == 0 {
		var err error
		if version, err = c.publish(&m, p.VersionDescription, records); err != nil {
			return m, err
		}
	}
	records[string(key(machinePrefix, m.Name))] = m
	if err := c.commit(ctx, records); err != nil {
		return m, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.machines[m.Name] = m
	if version.Number > 0 {
		c.addVersion(version)
	}
	return m, nil
}

// changeable returns a state machine that exists and stays. Errors: ErrMachineDoesNotExist, ErrMachineDeleting.
func (c *Catalog) changeable(name string) (Machine, error) {
	m, ok := c.machine(name)
	switch {
	case !ok:
		return m, ErrMachineDoesNotExist
	case m.Deleting:
		return m, ErrMachineDeleting
	}
	return m, nil
}

func set(field *string, v *string) {
	if v != nil {
		*field = *v
	}
}

// MarkDeleting makes a state machine refuse new executions until it is removed. ok is false if there is none.
func (c *Catalog) MarkDeleting(ctx context.Context, name string) (ok bool, err error) {
	c.write.Lock()
	defer c.write.Unlock()
	m, ok := c.machine(name)
	if !ok {
		return false, nil
	}
	m.Deleting = true
	_, err = c.put(ctx, m, Publishing{}, map[string]any{})
	return true, err
}

// RemoveMachine takes a state machine away, with its tags, versions and aliases. Executions that ran it keep its
// definition and revision.
func (c *Catalog) RemoveMachine(ctx context.Context, name string) error {
	c.write.Lock()
	defer c.write.Unlock()
	arn := c.cfg.Scope.StateMachine(name)
	records := map[string]any{string(key(machinePrefix, name)): nil, string(key(tagPrefix, arn)): nil}
	c.mu.RLock()
	for number := range c.versions[name] {
		records[versionKey(name, number)] = nil
	}
	for alias := range c.aliases[name] {
		records[aliasKey(name, alias)] = nil
	}
	c.mu.RUnlock()
	if err := c.commit(ctx, records); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.machines, name)
	delete(c.tags, arn)
	delete(c.versions, name)
	delete(c.aliases, name)
	return nil
}

// MachineByName returns a state machine. Errors: ErrMachineDoesNotExist.
func (c *Catalog) MachineByName(name string) (Machine, error) {
	m, ok := c.machine(name)
	if !ok {
		return Machine{}, ErrMachineDoesNotExist
	}
	return m, nil
}

// ListMachines returns up to limit state machines by name, beginning after a name, and the name to go on after.
func (c *Catalog) ListMachines(after string, limit int) (machines []Machine, next string) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return page(c.machines, after, limit)
}

// Deleting returns the names of the state machines that wait to be removed.
func (c *Catalog) Deleting() []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var names []string
	for name, m := range c.machines {
		if m.Deleting {
			names = append(names, name)
		}
	}
	return names
}

func (c *Catalog) machine(name string) (Machine, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	m, ok := c.machines[name]
	return m, ok
}

func (c *Catalog) now() time.Time { return c.cfg.Now().UTC().Truncate(time.Millisecond) }
