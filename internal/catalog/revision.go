package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/store"
)

// Revision is what a state machine does, and how. It is immutable: a real change of any of it but the time makes
// another revision. Versions and executions hold on to theirs.
type Revision struct {
	RoleARN    string
	Definition string    // key of the definition
	RevisionID string    // "": the initial revision
	RevisedAt  time.Time // when it was made

	// Logging, Tracing and Encryption are the configurations as JSON texts, "" if they were not given.
	Logging, Tracing, Encryption string
}

// same reports whether two revisions differ in nothing but id and time. That logging counts was seen on the real
// service; the others count because a version is a snapshot of them too.
func (r Revision) same(o Revision) bool {
	o.RevisionID, o.RevisedAt = r.RevisionID, r.RevisedAt
	return r == o
}

// Initial is what clients call the revision that a state machine is created with.
const Initial = "INITIAL"

// name is the revision's name for clients.
func (r Revision) name() string { return cmp.Or(r.RevisionID, Initial) }

// revisionRecord is what stays of a revision when its state machine is changed or removed.
type revisionRecord struct {
	Format int
	Revision
}

// ExecutionKey is how an execution refers to the revision that it runs: Catalog.Machine and Catalog.Definition find
// the definition by it, Catalog.Revision the rest. It is good for ever.
func (m Machine) ExecutionKey() string {
	return m.Definition + revisionMark + cmp.Or(m.RevisionID, m.Incarnation)
}

// revisionMark stands between the key of a definition and what tells a revision from all others.
const revisionMark = "."

// putRevision adds the record of m's revision.
func (m Machine) putRevision(records map[string]any) {
	_, id, _ := strings.Cut(m.ExecutionKey(), revisionMark)
	records[string(key(revisionPrefix, id))] = revisionRecord{format, m.Revision}
}

// Revision returns the revision that an execution refers to, whatever has become of its state machine since. Errors:
// those of the store; a record that is missing, corrupt or newer than the program.
func (c *Catalog) Revision(ctx context.Context, executionKey string) (Revision, error) {
	of, _, _ := childKey(executionKey)
	_, id, _ := strings.Cut(of, revisionMark)
	text, err := c.shard.Get(ctx, key(revisionPrefix, id))
	if errors.Is(err, store.ErrNotFound) {
		return Revision{}, fmt.Errorf("revision %s is missing from the catalog", executionKey)
	}
	if err != nil {
		return Revision{}, err
	}
	var r revisionRecord
	err = decode(revisionPrefix, id, text, &r)
	return r.Revision, err
}
