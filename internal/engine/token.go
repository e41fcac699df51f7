package engine

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/record"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/query"
)

const (
	tokenVersion  = 1
	tokenCharsMax = 1024
	sealBytes     = sha256.Size
)

// loadTokenKey reads the key that seals task tokens, or makes it durable if the store is new.
func (e *Engine) loadTokenKey(ctx context.Context) (err error) {
	s := e.shards[0].store
	e.tokenKey, err = s.Get(ctx, tokenKeyKey)
	if err == nil && len(e.tokenKey) != sha256.Size {
		err = fmt.Errorf("%w: %d bytes", record.ErrCorrupt, len(e.tokenKey))
	}
	if errors.Is(err, store.ErrNotFound) {
		e.tokenKey = make([]byte, sha256.Size)
		_, _ = rand.Read(e.tokenKey) // never fails
		w := new(work)
		w.batch.Put(tokenKeyKey, e.tokenKey)
		err = e.shards[0].commit(ctx, w)
	}
	if err != nil {
		return fmt.Errorf("key of task tokens: %w", err)
	}
	return nil
}

// Token implements execution.World: it returns the task token of an attempt. Equal arguments give equal tokens.
func (e *Engine) Token(a execution.Attempt) string {
	w := newWriter(tokenVersion)
	w.Int(int64(a.Task.Frame))
	w.Int(a.Task.Scheduled)
	w.Time(a.StartedAt)
	w.Text(a.ExecutionARN)
	return base64.RawURLEncoding.EncodeToString(append(w.B, e.seal(w.B)...))
}

// Key returns a secret of 32 bytes for a purpose of others, such as page tokens: the same for all who share the store,
// also after a restart.
func (e *Engine) Key(purpose string) []byte { return e.seal([]byte("key for " + purpose)) }

func (e *Engine) seal(b []byte) []byte {
	mac := hmac.New(sha256.New, e.tokenKey)
	mac.Write(b)
	return mac.Sum(nil)
}

// Attempt says which attempt of which execution a task token belongs to. Errors: ErrInvalidToken.
func (e *Engine) Attempt(token string) (a execution.Attempt, err error) {
	if len(token) > tokenCharsMax {
		return a, ErrInvalidToken
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < sealBytes {
		return a, ErrInvalidToken
	}
	body, seal := b[:len(b)-sealBytes], b[len(b)-sealBytes:]
	if !hmac.Equal(seal, e.seal(body)) && !planted(sealsIgnored) {
		return a, ErrInvalidToken
	}
	r, err := newReader(body, tokenVersion, "task token")
	if err != nil {
		return a, ErrInvalidToken
	}
	a.Task.Frame = execution.FrameID(r.Int())
	a.Task.Scheduled = r.Int()
	a.StartedAt = r.Time()
	a.ExecutionARN = r.Text()
	if r.Done() != nil {
		return a, ErrInvalidToken
	}
	return a, nil
}

// Parent returns what an execution has to know of the task that starts it and waits for its end; token is that of
// the task's call.
func (e *Engine) Parent(token string, pattern asl.Pattern) (execution.Parent, error) {
	a, err := e.Attempt(token)
	return execution.Parent{Attempt: a, Pattern: pattern}, err
}

// SendTaskSuccess ends a task with a result. Errors: ErrInvalidToken, ErrTaskTimedOut, ErrTaskDoesNotExist, and those
// of every request.
func (e *Engine) SendTaskSuccess(ctx context.Context, token string, output *query.Document) error {
	return e.byToken(ctx, token, func(id execution.TaskID) execution.Occurrence {
		return execution.TaskSucceeded{ID: id, Output: output, ByToken: true}
	})
}

// SendTaskFailure ends a task with a failure. Errors as for SendTaskSuccess.
func (e *Engine) SendTaskFailure(ctx context.Context, token, name, cause string) error {
	return e.byToken(ctx, token, func(id execution.TaskID) execution.Occurrence {
		return execution.TaskFailed{ID: id, Error: name, Cause: cause, ByToken: true}
	})
}

// SendTaskHeartbeat says that a task goes on. Errors as for SendTaskSuccess.
func (e *Engine) SendTaskHeartbeat(ctx context.Context, token string) error {
	return e.byToken(ctx, token, func(id execution.TaskID) execution.Occurrence { return execution.TaskBeat{ID: id} })
}

func (e *Engine) byToken(ctx context.Context, token string, what func(execution.TaskID) execution.Occurrence) error {
	a, err := e.Attempt(token)
	if err != nil {
		return err
	}
	_, err = e.ask(ctx, byAttempt(a, what(a.Task)))
	switch {
	case errors.Is(err, execution.ErrStale):
		return ErrTaskTimedOut
	case errors.Is(err, ErrExecutionDoesNotExist):
		return ErrTaskDoesNotExist
	}
	return err
}
