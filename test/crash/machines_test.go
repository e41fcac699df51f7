package crash

import (
	"fmt"
	"strconv"
)

// machine is a definition and what may become of its executions.
type machine struct {
	name       string
	definition string
	retries    bool // every task has a retrier, or the client redrives, so every execution succeeds
	redriven   bool // the client redrives what fails, and each execution fails at first
	items      int  // of its map run; 0: it has none
	worked     bool // its task is one for the worker, and its output what the worker said
	express    bool // started asynchronously; it has no history, and may run more than once
	aliased    bool // started by the alias that the publisher moves, and its output tells the version
}

// machines are one of each thing that can be under way when the power goes.
var machines = []machine{
	{name: "once", definition: chain(task("A", "$", false), wait("W"), task("B", "$", false))},
	{name: "again", definition: chain(task("A", "$", true), wait("W"), task("B", "$", true)), retries: true},
	{name: "parallel", definition: chain(
		`"P":{"Type":"Parallel","ResultPath":null,"Branches":[` + chain(task("A", "$", true)) + `,` + chain(wait("W"), task("B", "$", true)) + `]`), retries: true},
	{name: "map", definition: chain(
		`"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ItemSelector":{"item.$":"$$.Map.Item.Index"},"ResultPath":null,` +
			`"ItemProcessor":` + chain(task("A", "$.item", true))), retries: true},
	{name: "callback-once", definition: chain(callback("A", false))},
	{name: "callback-again", definition: chain(callback("A", true)), retries: true},
	{name: "distributed", definition: chain(
		`"D":{"Type":"Map","Label":"D","ItemsPath":"$.items","MaxConcurrency":2,"ItemSelector":{"item.$":"$$.Map.Item.Index"},"ResultPath":null,` +
			`"ItemProcessor":` + distributed(chain(task("A", "$.item", true), wait("W"), task("B", "$.item", true)))), retries: true, items: 3},
	{name: "redriven", definition: chain(task("A", "$", false), wait("W"), task("B", "$", false)), retries: true, redriven: true},
	{name: "activity", definition: chain(hand("A")), retries: true, worked: true},
	{name: "express", definition: chain(task("A", "$", true), wait("W"), task("B", "$", true)), express: true},
	{name: versioned, definition: published(0), retries: true, aliased: true},
}

// chain puts states ("name":{… without its end) one after the other.
func chain(states ...string) string {
	text := ""
	for i, s := range states {
		if text += s; i < len(states)-1 {
			text += `,"Next":` + nameOf(states[i+1]) + `},`
		} else {
			text += `,"End":true}`
		}
	}
	return `{"StartAt":` + nameOf(states[0]) + `,"States":{` + text + `}}`
}

// distributed makes the processor of a Map's items that of a map run.
func distributed(processor string) string {
	return `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},` + processor[1:]
}

// nameOf returns the quoted name that a state's text begins with.
func nameOf(state string) string {
	name, _ := strconv.QuotedPrefix(state)
	return name
}

func wait(name string) string {
	return fmt.Sprintf(`%q:{"Type":"Wait","Seconds":%d`, name, waitSeconds)
}

const waitSeconds = 1

// call is what a function is told, so that the world can tell one call from another: item is a path.
func call(item string) string {
	return `{"execution.$":"$$.Execution.Name","state.$":"$$.State.Name","item.$":"` + item + `","retry.$":"$$.State.RetryCount"`
}

func task(name, item string, retry bool) string {
	return fmt.Sprintf(`%q:{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:work","Parameters":%s},"ResultPath":null%s`,
		name, call(item), retrier(retry))
}

func callback(name string, retry bool) string {
	return fmt.Sprintf(`%q:{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",`+
		`"Parameters":{"FunctionName":"work","Payload":%s,"token.$":"$$.Task.Token"}},"ResultPath":null%s`, name, call("$"), retrier(retry))
}

// hand is a task for the worker. A worker that a kill cut off before it heard of its task leaves it to the timeout.
func hand(name string) string {
	return fmt.Sprintf(`%q:{"Type":"Task","Resource":%q,"TimeoutSeconds":3,"Parameters":%s}%s`, name, activityARN, call("$"), retrier(true))
}

func retrier(retry bool) string {
	if !retry {
		return ""
	}
	return `,"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":99}]`
}
