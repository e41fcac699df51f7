package teststate

import (
	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// Mock stands in for what the state would call or run. One of Result and Error is given.
type Mock struct {
	Result     *string // JSON text
	Error      *MockError
	Validation Validation
}

// MockError is an error in place of a result.
type MockError struct{ Error, Cause string }

// Validation is how closely a mocked result is held against the model of the service, as the API spells it.
type Validation string

// The degrees of validation. Without one, it is strict.
const (
	Strict  Validation = "STRICT"
	Present Validation = "PRESENT"
	None    Validation = "NONE"
)

func (t *test) checkMock() error {
	switch m := t.Mock; {
	case m == nil:
		return nil
	case (m.Result == nil) == (m.Error == nil):
		return refuse("A test mock should have only one of the following fields: [result, errorOutput].")
	case m.Error != nil && m.Error.Error == "":
		return refuse("A mocked error must have a value for the field 'error'.")
	}
	return nil
}

// checkMocked holds a mock against the state that it is for.
func (t *test) checkMocked() error {
	m := t.Mock
	if m == nil {
		return nil
	}
	switch t.state.(type) {
	case *asl.Task, *asl.Parallel, *asl.Map:
	default:
		return refuse("State type '%s' is not supported when a mock is specified", t.state.Common().Type)
	}
	if m.Result == nil {
		return nil
	}
	d, err := query.NewDocument(*m.Result)
	if err != nil {
		return refuse("Mocked result must be valid JSON")
	}
	t.result = d
	kind := d.Value().Kind()
	switch state := t.state.(type) {
	case *asl.Parallel:
		if kind != query.Array {
			return refuse("Mocked result must be an array.")
		}
		if d.Value().Len() != len(state.Branches) {
			return refuse("Mocked result must contain the same number of items as number of Parallel branches.")
		}
	case *asl.Map:
		if exports(state) {
			if kind != query.Object {
				return refuse("Mocked result must be a JSON object.")
			}
		} else if kind != query.Array {
			return refuse("Mocked result must be an array.")
		}
	case *asl.Task:
		if m.Validation != None {
			return t.checkShape(state.Resource)
		}
	}
	return nil
}

// exports reports whether a Map's results go elsewhere, so that its own result says where.
func exports(state *asl.Map) bool {
	d := state.Distributed
	return d != nil && d.Writer != nil && d.Writer.Resource != ""
}

// checkShape holds the mocked result of a call against the model of the service, as far as that is known here. What
// comes through a task token has any shape.
func (t *test) checkShape(r asl.Resource) error {
	if r.Kind != asl.Integration || r.Pattern == asl.WaitForTaskToken {
		return nil
	}
	models := t.Models
	if models == nil {
		models = awsmodel.Builtin()
	}
	shape, ok := models.Result(r.Service, r.Action, r.Pattern.String())
	if !ok {
		return nil
	}
	if fault := (schema{required: t.Mock.Validation != Present}).check("", t.result.Value(), shape); fault != "" {
		return refuse("Mock result schema validation error: %s", fault)
	}
	return nil
}
