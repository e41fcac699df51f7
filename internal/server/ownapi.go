package server

import (
	"context"

	"github.com/cogstep/cogstep/internal/integration/nested"
	"github.com/cogstep/cogstep/query"
)

// ownAPI lets Tasks call the server's own API. The engine needs its connectors before the API that stands on the
// engine can be made; calls that recovery makes in between wait here.
type ownAPI struct {
	ready chan struct{}
	api   nested.API
}

func newOwnAPI() *ownAPI { return &ownAPI{ready: make(chan struct{})} }

func (o *ownAPI) set(api nested.API) {
	o.api = api
	close(o.ready)
}

// Call implements nested.API.
func (o *ownAPI) Call(ctx context.Context, operation string, body query.Value, parent *nested.Parent) (query.Value, error) {
	select {
	case <-o.ready:
		return o.api.Call(ctx, operation, body, parent)
	case <-ctx.Done():
		return query.Value{}, ctx.Err()
	}
}
