package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
)

var scope = arn.Scope{Account: "123456789012", Region: "us-east-1"}

// itemsMax is how many items the input of an execution has at most.
const itemsMax = 4

// machine is a definition, with what a history of it can be held against.
type machine struct {
	compiled *asl.Machine
	source   string
	exits    map[string]int     // by state: how often one execution can leave it; unbounded if a retrier stands around it
	waits    map[string]float64 // seconds that a state waits
}

// unbounded is the number of exits that nothing bounds.
const unbounded = 1 << 30

// makeMachines makes the machines of a world. States only lead forward, so that every execution ends.
func (w *world) makeMachines(r *rand.Rand) {
	w.makeMachine("leaf", &generator{r: r}, 0)
	for i := range 2 + r.IntN(2) {
		name := fmt.Sprint("standard", i)
		w.makeMachine(name, &generator{r: r}, 2)
		w.names = append(w.names, name)
	}
	w.makeMachine("express", &generator{r: r, express: true}, 1)
	w.express = []string{"express"}
}

func (w *world) makeMachine(name string, g *generator, depth int) {
	g.m = &machine{exits: map[string]int{}, waits: map[string]float64{}}
	g.leaf = name == "leaf"
	top := g.workflow(depth, 1)
	if g.r.IntN(5) == 0 {
		top["TimeoutSeconds"] = 5 + g.r.IntN(60)
	}
	text, err := json.MarshalIndent(top, "", " ")
	if err != nil {
		panic(err) // maps of strings and numbers
	}
	g.m.source = string(text)
	compiled, diagnostics := asl.Compile(g.m.source, asl.Options{})
	if compiled == nil {
		panic(fmt.Sprintf("seed %d made an illegal machine:\n%s\n%s", w.seed, diagnostics, text))
	}
	g.m.compiled = compiled
	w.machines[name] = g.m
	w.tracef("machine %s: %s", name, strings.Join(strings.Fields(g.m.source), ""))
}

// Machine implements engine.Definitions.
func (w *world) Machine(_ context.Context, key string) (*asl.Machine, error) {
	name, state, child := strings.Cut(key, "/")
	m := w.machines[name]
	if m == nil {
		return nil, fmt.Errorf("there is no machine %q", name)
	}
	if child {
		return m.compiled.Child(asl.StateName(state)), nil
	}
	return m.compiled, nil
}

// generator writes a random legal definition.
type generator struct {
	r       *rand.Rand
	m       *machine
	n       int
	express bool // only what Express executions can do
	leaf    bool // it calls no other machine
}

// workflow writes the states of one level; exits is how often each of them can be left.
func (g *generator) workflow(depth, exits int) map[string]any {
	states := map[string]any{}
	names := make([]string, 1+g.r.IntN(3))
	for i := range names {
		g.n++
		names[i] = fmt.Sprint("s", g.n)
	}
	for i, name := range names {
		g.m.exits[name] = exits
		states[name] = g.state(name, depth, exits, names[i+1:])
	}
	return map[string]any{"StartAt": names[0], "States": states}
}

func (g *generator) state(name string, depth, exits int, later []string) map[string]any {
	kinds := []string{"Pass", "Task", "Task", "Task", "Wait", "Choice"}
	if depth > 0 {
		kinds = append(kinds, "Parallel", "Map", "Parallel", "Map", "Distributed", "Distributed")
	}
	if len(later) == 0 {
		kinds = append(kinds, "Succeed", "Fail")
	}
	kind := oneOf(g.r, kinds...)
	switch {
	case kind == "Choice" && len(later) == 0:
		kind = "Pass"
	case kind == "Distributed" && g.express:
		kind = "Map"
	}
	s := map[string]any{"Type": kind}
	switch kind {
	case "Succeed":
		return s
	case "Fail":
		s["Error"] = oneOf(g.r, "E1", "E2")
		return s
	case "Choice":
		s["Choices"] = []any{map[string]any{"Variable": "$", "IsPresent": g.r.IntN(2) == 0, "Next": later[0]}}
		s["Default"] = oneOf(g.r, later...)
		return s
	case "Wait":
		seconds := g.r.IntN(5)
		if g.r.IntN(5) == 0 {
			seconds = 30 + g.r.IntN(600)
		}
		s["Seconds"], g.m.waits[name] = seconds, float64(seconds)
	case "Task":
		g.task(s)
		g.handlers(s, later)
	case "Parallel":
		g.handlers(s, later)
		var branches []any
		for range 1 + g.r.IntN(3) {
			branches = append(branches, g.workflow(depth-1, within(s, exits)))
		}
		s["Branches"] = branches
	case "Map", "Distributed":
		g.handlers(s, later)
		s["Type"] = "Map"
		s["ItemsPath"] = "$$.Execution.Input.items"
		s["MaxConcurrency"] = g.r.IntN(3)
		s["ItemSelector"] = map[string]any{"i.$": "$$.Map.Item.Index", "items": []int{7, 8}}
		if kind == "Map" {
			s["ItemProcessor"] = g.workflow(depth-1, min(unbounded, itemsMax*within(s, exits)))
		} else {
			g.distribute(s, depth)
		}
	}
	if len(later) == 0 {
		s["End"] = true
	} else {
		s["Next"] = later[0] // every state is reachable
	}
	return s
}

// within is how often what is inside s can be left, if s is entered so often.
func within(s map[string]any, exits int) int {
	if s["Retry"] != nil {
		return unbounded
	}
	return exits
}

// distribute makes a Map a Distributed Map.
func (g *generator) distribute(s map[string]any, depth int) {
	kind := oneOf(g.r, "STANDARD", "STANDARD", "EXPRESS")
	if g.r.IntN(4) == 0 {
		s["ItemBatcher"] = map[string]any{"MaxItemsPerBatch": 2}
		depth = 1 // a batch has no items of its own to map over
	}
	switch g.r.IntN(4) {
	case 0:
		s["ToleratedFailureCount"] = g.r.IntN(3)
	case 1:
		s["ToleratedFailurePercentage"] = 50
	}
	was := g.express
	g.express = kind == "EXPRESS"
	p := g.workflow(depth-1, 1)
	g.express = was
	p["ProcessorConfig"] = map[string]any{"Mode": "DISTRIBUTED", "ExecutionType": kind}
	s["ItemProcessor"] = p
}

func (g *generator) task(s map[string]any) {
	kinds := []string{"function", "invoke", "read"}
	if !g.express {
		kinds = append(kinds, "invoke", "token", "activity")
		if !g.leaf {
			kinds = append(kinds, "nested", "job")
		}
	}
	if g.r.IntN(2) == 0 {
		s["TimeoutSeconds"] = 3 + g.r.IntN(20)
	}
	switch oneOf(g.r, kinds...) {
	case "function":
		s["Resource"] = "arn:aws:lambda:us-east-1:123456789012:function:f"
	case "invoke":
		s["Resource"] = "arn:aws:states:::lambda:invoke"
		s["Parameters"] = map[string]any{"FunctionName": "f"}
	case "read":
		s["Resource"] = "arn:aws:states:::dynamodb:getItem"
		s["Parameters"] = map[string]any{"TableName": "t", "Key": map[string]any{"k": map[string]any{"S": "v"}}}
	case "token":
		s["Resource"] = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
		s["Parameters"] = map[string]any{"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}
		g.bounded(s)
	case "activity":
		s["Resource"] = scope.Activity(oneOf(g.r, "a", "b"))
		g.bounded(s)
	case "job":
		g.job(s)
	case "nested":
		s["Resource"] = oneOf(g.r, "arn:aws:states:::states:startExecution.sync:2", "arn:aws:states:::states:startExecution.sync", "arn:aws:states:::states:startExecution")
		s["Parameters"] = map[string]any{"StateMachineArn": scope.StateMachine("leaf"), "Input": map[string]any{"items": []int{1}}}
	}
}

// job makes a task that waits for a job outside: one that ends, or one that its time-out has to end.
func (g *generator) job(s map[string]any) {
	name := oneOf(g.r, "finite", endless)
	if name == endless {
		s["TimeoutSeconds"] = 20 + g.r.IntN(200)
	} else {
		delete(s, "TimeoutSeconds")
	}
	s["Resource"] = "arn:aws:states:::batch:submitJob.sync"
	s["Parameters"] = map[string]any{"JobName": name, "JobQueue": "q", "JobDefinition": "d"}
}

// bounded gives a task a time-out, because who has its token may never use it.
func (g *generator) bounded(s map[string]any) {
	s["TimeoutSeconds"] = 20 + g.r.IntN(100)
	if g.r.IntN(3) == 0 {
		s["HeartbeatSeconds"] = 2 + g.r.IntN(10)
	}
}

func (g *generator) handlers(s map[string]any, later []string) {
	if g.r.IntN(3) == 0 {
		s["Retry"] = []any{map[string]any{
			"ErrorEquals":     []string{oneOf(g.r, "E1", "States.TaskFailed", "States.Timeout", "States.ALL")},
			"IntervalSeconds": 1 + g.r.IntN(3), "MaxAttempts": g.r.IntN(3), "JitterStrategy": oneOf(g.r, "FULL", "NONE"),
		}}
	}
	if len(later) > 0 && g.r.IntN(3) == 0 {
		s["Catch"] = []any{map[string]any{"ErrorEquals": []string{"States.ALL"}, "Next": oneOf(g.r, later...), "ResultPath": "$.error"}}
	}
}
