package server

import (
	"context"
	"maps"
	"slices"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

// Connected returns the services that Tasks of a server can call, as they stand in a Task's resource: "lambda",
// "aws-sdk:sfn". Functions and activities by their ARN, and mocks, come on top.
func Connected() ([]string, error) {
	models := awsmodel.Builtin()
	connectors, err := (&Server{Models: models}).connectors(context.Background(), newOwnAPI())
	if err != nil {
		return nil, err
	}
	services := maps.Clone(connectors.Services)
	for _, e := range models.Services() {
		services["aws-sdk:"+e.Resource] = connectors.SDK
	}
	return slices.Sorted(maps.Keys(services)), nil
}
