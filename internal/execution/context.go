package execution

import (
	"strings"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// contextObject builds what "$$" and $states.context hold. Members and their order are as recorded.
func (v *visit) contextObject() query.Value {
	if v.probe != nil {
		return v.probe.contextObject(v)
	}
	var execution, object query.ObjectBuilder
	execution.Set("Id", query.StringValue(v.h.ARN))
	execution.Set("Input", v.h.Input.Value())
	execution.Set("StartTime", query.StringValue(timestamp(v.h.StartedAt)))
	execution.Set("Name", query.StringValue(v.h.Name))
	execution.Set("RoleArn", query.StringValue(v.h.RoleARN))
	if !v.h.Synchronous { // recorded: such an execution has no RedriveCount, other Express executions have one
		execution.Set("RedriveCount", query.IntValue(int64(v.h.Redrives)))
	}
	if v.h.Redrives > 0 {
		execution.Set("RedriveTime", query.StringValue(timestamp(v.h.RedrivenAt)))
	}
	object.Set("Execution", execution.Build())
	object.Set("StateMachine", v.machineContext())
	object.Set("State", v.stateContext(v.f.State))
	if v.token != "" {
		object.Set("Task", tokenContext(v.token))
	}
	if v.item != nil {
		object.Set("Map", v.item.context())
	}
	return object.Build()
}

func (v *visit) machineContext() query.Value {
	var machine query.ObjectBuilder
	machine.Set("Id", query.StringValue(v.h.StateMachineARN))
	machine.Set("Name", query.StringValue(v.h.MachineName))
	return machine.Build()
}

func (v *visit) stateContext(name asl.StateName) query.Value {
	var state query.ObjectBuilder
	state.Set("Name", query.StringValue(string(name)))
	state.Set("EnteredTime", query.StringValue(timestamp(v.f.EnteredAt)))
	switch v.state.(type) {
	case *asl.Task, *asl.Parallel, *asl.Map:
		state.Set("RetryCount", query.IntValue(int64(v.f.Retried)))
	}
	return state.Build()
}

func tokenContext(token string) query.Value {
	var task query.ObjectBuilder
	task.Set("Token", query.StringValue(token))
	return task.Build()
}

// context is what $$.Map holds.
func (i *item) context() query.Value {
	var it, m query.ObjectBuilder
	it.Set("Index", query.IntValue(int64(i.index)))
	if i.keyed {
		it.Set("Key", query.StringValue(i.key))
	}
	it.Set("Value", i.value)
	it.Set("Source", query.StringValue("STATE_DATA"))
	m.Set("Item", it.Build())
	return m.Build()
}

// timestamp writes a moment as the context object does: UTC, milliseconds left out when they are zero.
func timestamp(t time.Time) string {
	return strings.Replace(t.UTC().Format("2006-01-02T15:04:05.000Z"), ".000Z", "Z", 1)
}
