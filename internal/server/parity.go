package server

import (
	"maps"
	"slices"
)

// Connected returns the services that Tasks of a server can call, as they stand in a Task's resource: "lambda",
// "aws-sdk:sfn". Functions and activities by their ARN, and mocks, come on top.
func Connected() ([]string, error) {
	connectors, err := (&Server{}).connectors(newOwnAPI())
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(connectors.Services)), nil
}
