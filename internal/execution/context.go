package execution

import (
	"strings"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// contextObject builds what "$$" and $states.context hold. Members and their order are as recorded.
func (v *visit) contextObject() query.Value {
	var execution, machine, state, object query.ObjectBuilder
	execution.Set("Id", query.StringValue(v.h.ARN))
	execution.Set("Input", v.h.Input.Value())
	execution.Set("StartTime", query.StringValue(timestamp(v.h.StartedAt)))
	execution.Set("Name", query.StringValue(v.h.Name))
	execution.Set("RoleArn", query.StringValue(v.h.RoleARN))
	execution.Set("RedriveCount", query.IntValue(0))
	machine.Set("Id", query.StringValue(v.h.StateMachineARN))
	machine.Set("Name", query.StringValue(v.h.MachineName))
	state.Set("Name", query.StringValue(string(v.f.State)))
	state.Set("EnteredTime", query.StringValue(timestamp(v.f.EnteredAt)))
	switch v.state.(type) {
	case *asl.Task, *asl.Parallel, *asl.Map:
		state.Set("RetryCount", query.IntValue(int64(v.f.Retried)))
	}
	object.Set("Execution", execution.Build())
	object.Set("StateMachine", machine.Build())
	object.Set("State", state.Build())
	if v.token != "" {
		var task query.ObjectBuilder
		task.Set("Token", query.StringValue(v.token))
		object.Set("Task", task.Build())
	}
	if v.item != nil {
		var it, m query.ObjectBuilder
		it.Set("Index", query.IntValue(int64(v.item.index)))
		it.Set("Value", v.item.value)
		it.Set("Source", query.StringValue("STATE_DATA"))
		m.Set("Item", it.Build())
		object.Set("Map", m.Build())
	}
	return object.Build()
}

// timestamp writes a moment as the context object does: UTC, milliseconds left out when they are zero.
func timestamp(t time.Time) string {
	return strings.Replace(t.UTC().Format("2006-01-02T15:04:05.000Z"), ".000Z", "Z", 1)
}
