package sdk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// service is an optimized integration of a service: how its errors are called, and what of it can be called.
type service struct {
	resource string // of its model, by its name in AWS SDK integrations
	names    optimizedNames
	metadata bool // results have SdkHttpMetadata and SdkResponseMetadata
	rows     map[string]*row
}

// row is a call of an optimized integration. The zero value calls the operation of the same name with the parameters as
// they are.
type row struct {
	resource  string // of its model, where it is another than the service's
	operation string // the action, where it is another than the call's

	// lookup asks for something before the call: parameters are then made of {"Input": …, "Answer": …}.
	lookup *lookup
	// before changes the parameters, after the answer; nil: not.
	before func(*integration.Call, query.Value) (query.Value, error)
	after  func(query.Value) (query.Value, *integration.Failed)

	job  *job // of the .sync pattern; nil: it has none
	job2 *job // of the .sync:2 pattern
}

// jobOf returns the job of a pattern, or nil. A nil row, of AWS SDK integrations, has none.
func (r *row) jobOf(p asl.Pattern) *job {
	switch {
	case r == nil:
		return nil
	case p == asl.Sync2:
		return r.job2
	}
	return r.job
}

type lookup struct {
	action string
	ask    *expression // of the parameters
	then   *expression
}

func (s *service) model(r *row) string { return cmp.Or(r.resource, s.resource) }

func (r *row) action(called string) string { return cmp.Or(r.operation, called) }

// Optimized lists the services whose optimized integrations this connector performs, in the order of the alphabet.
func Optimized() []string { return slices.Sorted(maps.Keys(services)) }

// awsNames are the names of errors of a service whose name in the SDK is label, and whose errors begin with prefix.
func awsNames(prefix, label string) optimizedNames {
	return optimizedNames{prefix, label, strings.TrimSuffix(label, "v2") + "Exception"}
}

// shaped changes parameters by an expression.
func shaped(source string) func(*integration.Call, query.Value) (query.Value, error) {
	x := expr(source)
	return func(_ *integration.Call, v query.Value) (query.Value, error) { return x.eval(v) }
}

// answered changes an answer by an expression.
func answered(source string) func(query.Value) (query.Value, *integration.Failed) {
	x := expr(source)
	return func(v query.Value) (query.Value, *integration.Failed) {
		out, err := x.eval(v)
		if err != nil {
			return v, &integration.Failed{Error: "States.TaskFailed", Cause: fmt.Sprintf("The answer cannot be read: %v", err)}
		}
		return out, nil
	}
}

// states splits a list of statuses.
func states(words string) []string { return strings.Fields(words) }
