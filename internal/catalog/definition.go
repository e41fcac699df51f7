package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/store"
)

// definitionKey is made from the text and the type, because the type decides what is legal.
func definitionKey(text string, express bool) string {
	sum := sha256.Sum256([]byte(text))
	kind := "s"
	if express {
		kind = "e"
	}
	return kind + hex.EncodeToString(sum[:])
}

// childKey takes the key of what the children of a Distributed Map run apart: part of a definition, named by the state.
func childKey(definition string) (of string, state asl.StateName, child bool) {
	of, name, child := strings.Cut(definition, "/")
	return of, asl.StateName(name), child
}

// Definition returns the text of a definition, byte for byte as it was given; its key may be an execution's.
func (c *Catalog) Definition(ctx context.Context, definition string) (string, error) {
	if of, state, ok := childKey(definition); ok {
		m, err := c.Machine(ctx, of)
		if err != nil {
			return "", err
		}
		d, ok := m.State(state).(*asl.Map)
		if !ok || d.Distributed == nil {
			return "", fmt.Errorf("definition %s has no Distributed Map %q", of, state)
		}
		return d.Distributed.Source, nil
	}
	definition, _, _ = strings.Cut(definition, revisionMark)
	text, err := c.shard.Get(ctx, key(definitionPrefix, definition))
	if errors.Is(err, store.ErrNotFound) {
		return "", fmt.Errorf("definition %s is missing from the catalog", definition)
	}
	return string(text), err
}

// compiledMax bounds the cache of compiled definitions.
const compiledMax = 1000

// compiled caches machines. When it is full it forgets some entry: a machine in use is compiled again in a
// millisecond.
type compiled struct {
	mu       sync.Mutex
	machines map[string]*asl.Machine
}

// Machine returns the compiled definition of a key, which may be an execution's. "KEY/STATE" is what the children of
// a Distributed Map run.
func (c *Catalog) Machine(ctx context.Context, definition string) (*asl.Machine, error) {
	if of, state, ok := childKey(definition); ok {
		m, err := c.Machine(ctx, of)
		if err == nil {
			if m = m.Child(state); m == nil {
				err = fmt.Errorf("definition %s has no Distributed Map %q", of, state)
			}
		}
		return m, err
	}
	definition, _, _ = strings.Cut(definition, revisionMark)
	c.compiled.mu.Lock()
	m := c.compiled.machines[definition]
	c.compiled.mu.Unlock()
	if m != nil {
		return m, nil
	}
	text, err := c.Definition(ctx, definition)
	if err != nil {
		return nil, err
	}
	m, diagnostics := asl.Compile(text, asl.Options{Express: definition[0] == 'e'})
	if m == nil {
		return nil, fmt.Errorf("definition %s no longer compiles: %s", definition, diagnostics)
	}
	c.compiled.mu.Lock()
	defer c.compiled.mu.Unlock()
	if c.compiled.machines == nil {
		c.compiled.machines = map[string]*asl.Machine{}
	}
	for k := range c.compiled.machines {
		if len(c.compiled.machines) < compiledMax {
			break
		}
		delete(c.compiled.machines, k)
	}
	c.compiled.machines[definition] = m
	return m, nil
}
