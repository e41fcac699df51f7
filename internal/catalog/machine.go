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
}

// CreateMachine makes a state machine. If there is one of the same name, definition, type and configurations, that
// one is returned unchanged: role and tags are not compared.
//
// Errors: ErrMachineAlreadyExists, ErrMachineDeleting, ErrTooManyTags, those of the store.
func (c *Catalog) CreateMachine(ctx context.Context, in CreateMachine) (Machine, error) {
	c.write.Lock()
	defer c.write.Unlock()
	m := Machine{
		Format: format, Name: in.Name, Express: in.Express, RoleARN: in.RoleARN,
		Definition: definitionKey(in.Definition, in.Express),
		Logging:    in.Logging, Tracing: in.Tracing, Encryption: in.Encryption,
	}
	if old, ok := c.machine(in.Name); ok {
		switch {
		case old.Deleting:
			return old, ErrMachineDeleting
		case old.sameAs(m):
			return old, nil
		}
		return old, ErrMachineAlreadyExists
	}
	if len(in.Tags) > TagsMax {
		return Machine{}, ErrTooManyTags
	}
	m.Incarnation = c.cfg.NewID()
	m.CreatedAt = c.now()
	m.UpdatedAt = m.CreatedAt
	records := map[string]any{
		string(key(machinePrefix, m.Name)):          m,
		string(key(definitionPrefix, m.Definition)): in.Definition,
	}
	arn := c.cfg.Scope.StateMachine(m.Name)
	if len(in.Tags) > 0 {
		records[string(key(tagPrefix, arn))] = tagRecord{format, in.Tags}
	}
	if err := c.commit(ctx, records); err != nil {
		return Machine{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.machines[m.Name] = m
	if len(in.Tags) > 0 {
		c.tags[arn] = in.Tags
	}
	return m, nil
}

func (m Machine) sameAs(o Machine) bool {
	return m.Definition == o.Definition && m.Express == o.Express &&
		m.Logging == o.Logging && m.Tracing == o.Tracing && m.Encryption == o.Encryption
}

// UpdateMachine is what a state machine is changed to; nil fields stay as they are.
type UpdateMachine struct {
	Definition, RoleARN          *string
	Logging, Tracing, Encryption *string
}

// UpdateMachine changes a state machine. Its revision is new if the definition or the role really changed.
//
// Errors: ErrMachineDoesNotExist, ErrMachineDeleting, those of the store.
func (c *Catalog) UpdateMachine(ctx context.Context, name string, in UpdateMachine) (Machine, error) {
	c.write.Lock()
	defer c.write.Unlock()
	old, ok := c.machine(name)
	switch {
	case !ok:
		return Machine{}, ErrMachineDoesNotExist
	case old.Deleting:
		return old, ErrMachineDeleting
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
	if m.Definition != old.Definition || m.RoleARN != old.RoleARN {
		m.RevisionID = c.cfg.NewID()
	}
	m.UpdatedAt = c.now()
	records[string(key(machinePrefix, name))] = m
	if err := c.commit(ctx, records); err != nil {
		return Machine{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.machines[name] = m
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
	if err := c.commit(ctx, map[string]any{string(key(machinePrefix, name)): m}); err != nil {
		return true, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.machines[name] = m
	return true, nil
}

// RemoveMachine takes a state machine away, with its tags. Executions that ran it keep its definition.
func (c *Catalog) RemoveMachine(ctx context.Context, name string) error {
	c.write.Lock()
	defer c.write.Unlock()
	arn := c.cfg.Scope.StateMachine(name)
	err := c.commit(ctx, map[string]any{string(key(machinePrefix, name)): nil, string(key(tagPrefix, arn)): nil})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.machines, name)
	delete(c.tags, arn)
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
