package api

import (
	"context"
	"strings"
)

// A Distributed Map's children run a part of their state machine's definition. Its ARN is the machine's with the label of
// the Map behind a slash; DescribeStateMachine alone takes it.

// labelOf returns the label in the ARN of a state machine, "" if there is none.
func labelOf(stateMachineARN string) string {
	name := stateMachineARN[strings.LastIndexByte(stateMachineARN, ':')+1:]
	_, label, _ := strings.Cut(name, "/")
	return label
}

func labelledNotSupported(arn string) *Error {
	return fail("ValidationException", "This operation does not take the ARN of a Distributed Map's child definition: '%s'. Use the ARN of its state machine.", arn).
		because("API_DOES_NOT_SUPPORT_LABELED_ARNS")
}

// describeLabelled describes what the children of a Distributed Map run, at the current revision.
func (a *API) describeLabelled(ctx context.Context, given, label string) (Reply, error) {
	name, err := a.machineName(strings.TrimSuffix(given, "/"+label))
	if err != nil {
		return nil, err
	}
	m, err := a.Catalog.MachineByName(name)
	if err != nil {
		return nil, machineError(err, given)
	}
	compiled, err := a.Catalog.Machine(ctx, m.ExecutionKey())
	if err != nil {
		return nil, err
	}
	state, ok := compiled.Labelled(label)
	if !ok {
		return nil, machineDoesNotExist(given)
	}
	revision := m.Revision
	revision.Definition += "/" + string(state)
	var o object
	o.text("stateMachineArn", given)
	o.text("name", m.Name)
	o.text("status", machineStatus(m))
	// METADATA_ONLY has no effect on child definitions.
	if err := a.describeRevision(ctx, &o, revision, false); err != nil {
		return nil, err
	}
	o.text("type", machineType(m.Express))
	o.time("creationDate", m.CreatedAt)
	o.text("label", label)
	return o.Build(), nil
}
