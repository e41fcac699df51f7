// Package catalog keeps what executions are made from: state machines with their definitions, versions and aliases,
// activities, tags.
//
// The whole catalog but the definition texts lives in memory; every change is committed to the store before it shows.
// A definition is stored once under a key made from its content, so an execution that refers to the key keeps the
// definition it was started with whatever happens to its state machine. Compiled definitions are cached.
package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/store"
)

// Shard is the shard of the store that holds the catalog, beyond those of the engine.
const Shard = store.ShardIDMax

// Errors of the catalog.
var (
	ErrMachineDoesNotExist  = errors.New("state machine does not exist")
	ErrMachineAlreadyExists = errors.New("state machine already exists with other attributes")
	ErrMachineDeleting      = errors.New("state machine is being deleted")
	ErrActivityDoesNotExist = errors.New("activity does not exist")
	ErrResourceNotFound     = errors.New("resource not found")
	ErrTooManyTags          = errors.New("more than 50 tags")
	ErrTooManyMachines      = errors.New("too many state machines")
	ErrTooManyActivities    = errors.New("too many activities")
)

// TagsMax is how many tags a resource can have.
const TagsMax = 50

// format is the version of the catalog's records; it stands in each of them.
const format = 1

// Machine is a state machine at its current revision.
type Machine struct {
	Format      int
	Name        string
	Express     bool
	Incarnation string
	CreatedAt   time.Time
	UpdatedAt   time.Time // of the last update, even if it changed nothing
	Deleting    bool
	Revision

	LastVersion int        // the number that was given out last; 0: none
	Published   int        // the number of the version of the current revision; 0: it has none
	Creation    Publishing // as it was created with
}

// Activity is a named queue that workers poll.
type Activity struct {
	Format     int
	Name       string
	Encryption string
	CreatedAt  time.Time
}

// Tag is a label of a resource.
type Tag struct{ Key, Value string }

// Config is what a catalog needs.
type Config struct {
	Store store.Store
	Scope arn.Scope
	Now   func() time.Time
	NewID func() string // fresh UUIDs

	MachinesMax   int // 0: 100,000
	ActivitiesMax int // 0: 100,000
}

// resourcesMax is how many state machines, and how many activities, an account has by default.
// Source: the service's documentation, "Quotas related to accounts", 2026.
const resourcesMax = 100_000

// ErrUnavailable means that the store refused a change. It wraps the store's error.
var ErrUnavailable = errors.New("catalog is unavailable")

// Catalog is safe for concurrent use.
type Catalog struct {
	cfg   Config
	shard store.Shard

	write      sync.Mutex // one change at a time
	mu         sync.RWMutex
	machines   map[string]Machine
	activities map[string]Activity
	tags       map[string][]Tag            // by ARN
	versions   map[string]map[int]Version  // by state machine
	aliases    map[string]map[string]Alias // by state machine

	compiled compiled
}

// Open reads the catalog. Errors: those of the store; a record that is corrupt or newer than the program.
func Open(ctx context.Context, cfg Config) (*Catalog, error) {
	cfg.MachinesMax = cmp.Or(cfg.MachinesMax, resourcesMax)
	cfg.ActivitiesMax = cmp.Or(cfg.ActivitiesMax, resourcesMax)
	shard, err := cfg.Store.Open(ctx, Shard, "catalog")
	if err != nil {
		return nil, fmt.Errorf("open the catalog: %w", err)
	}
	c := &Catalog{
		cfg: cfg, shard: shard,
		machines: map[string]Machine{}, activities: map[string]Activity{}, tags: map[string][]Tag{},
		versions: map[string]map[int]Version{}, aliases: map[string]map[string]Alias{},
	}
	err = errors.Join(
		load(ctx, shard, machinePrefix, func(name string, m Machine) { c.machines[name] = m }),
		load(ctx, shard, activityPrefix, func(name string, a Activity) { c.activities[name] = a }),
		load(ctx, shard, tagPrefix, func(arn string, t tagRecord) { c.tags[arn] = t.Tags }),
		load(ctx, shard, versionPrefix, func(_ string, v Version) { c.addVersion(v) }),
		load(ctx, shard, aliasPrefix, func(_ string, a Alias) { c.addAlias(a) }),
	)
	if err != nil {
		shard.Close()
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	return c, nil
}

// Close gives the catalog's shard back.
func (c *Catalog) Close() error { return c.shard.Close() }

// The kinds of records, as the first byte of their keys.
const (
	machinePrefix    = 'm'
	activityPrefix   = 'a'
	tagPrefix        = 't'
	definitionPrefix = 'd'
	revisionPrefix   = 'r'
	versionPrefix    = 'v'
	aliasPrefix      = 'l'
)

type tagRecord struct {
	Format int
	Tags   []Tag
}

func key(prefix byte, name string) []byte { return append([]byte{prefix}, name...) }

func load[T any](ctx context.Context, r store.Reader, prefix byte, add func(name string, v T)) error {
	for pair, err := range r.Scan(ctx, []byte{prefix}, []byte{prefix + 1}, false) {
		if err != nil {
			return err
		}
		name := string(pair.Key[1:])
		var v T
		if err := decode(prefix, name, pair.Value, &v); err != nil {
			return err
		}
		add(name, v)
	}
	return nil
}

// decode reads a record of the kind prefix into v.
func decode(prefix byte, name string, text []byte, v any) error {
	var head struct{ Format int }
	if err := errors.Join(json.Unmarshal(text, &head), json.Unmarshal(text, v)); err != nil {
		return fmt.Errorf("catalog record %c %q is corrupt: %w", prefix, name, err)
	}
	if head.Format > format {
		return fmt.Errorf("catalog record %c %q has format %d; this program reads up to %d: use a newer cogstep", prefix, name, head.Format, format)
	}
	return nil
}

// commit makes records durable. A nil value deletes.
func (c *Catalog) commit(ctx context.Context, records map[string]any) error {
	var b store.Batch
	for _, k := range slices.Sorted(maps.Keys(records)) {
		switch v := records[k].(type) {
		case nil:
			b.Delete([]byte(k))
		case string:
			b.Put([]byte(k), []byte(v))
		default:
			text, err := json.Marshal(v)
			if err != nil {
				return err
			}
			b.Put([]byte(k), text)
		}
	}
	if err := c.shard.Commit(ctx, &b); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// page returns up to limit values in the order of their names, beginning after a name, and the name to go on after
// ("" at the end).
func page[T any](m map[string]T, after string, limit int) (values []T, next string) {
	names := slices.SortedFunc(maps.Keys(m), strings.Compare)
	i, found := slices.BinarySearch(names, after)
	if found {
		i++
	}
	if after == "" {
		i = 0
	}
	for ; i < len(names); i++ {
		if len(values) == limit {
			return values, next
		}
		values = append(values, m[names[i]])
		next = names[i]
	}
	return values, ""
}
