package bench

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// scenario is a state machine and what it is given.
type scenario struct {
	about     string
	express   bool
	waits     bool // its executions wait, and the lateness of their timers is what counts
	functions bool // its tasks call a function that answers at once
	machine   func(c Config) object
	// input is what an execution's input has behind its number, which has numberDigits digits.
	input string
}

type object = map[string]any

const (
	inputBytes   = 1024 // of the scenarios that carry a payload along
	numberBase   = 1_000_000_000
	numberDigits = 10
	mapItems     = 100
	taskStates   = 5
	passStates   = 10
)

var scenarios = map[string]scenario{
	"pass10":    {about: "ten Pass states, 1 KiB of input", machine: passes, input: padding()},
	"express10": {about: "StartSyncExecution of ten Pass states, 1 KiB of input", express: true, machine: passes, input: padding()},
	"task5":     {about: "five lambda:invoke Task states, answered at once", functions: true, machine: tasks},
	"map":       {about: "inline Map of one Pass state over 100 items", machine: inlineMap, input: `,"items":` + numbers(mapItems)},
	"wait":      {about: "executions that wait", waits: true, machine: waiting},
}

// Scenarios returns the names of the scenarios, sorted.
func Scenarios() []string { return slices.Sorted(maps.Keys(scenarios)) }

// padding fills an input up to inputBytes.
func padding() string {
	const frame = `{"n":,"padding":""}`
	return `,"padding":"` + strings.Repeat("x", inputBytes-numberDigits-len(frame)) + `"`
}

func numbers(n int) string {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	text, _ := json.Marshal(list) // integers always have a JSON text
	return string(text)
}

// chain is a definition of n states, one after the other. Their names are the prefix and a number from 1.
func chain(prefix string, n int, state func(i int) object) object {
	name := func(i int) string { return fmt.Sprint(prefix, i) }
	states := object{}
	for i := 1; i <= n; i++ {
		s := state(i)
		if i == n {
			s["End"] = true
		} else {
			s["Next"] = name(i + 1)
		}
		states[name(i)] = s
	}
	return object{"StartAt": name(1), "States": states}
}

func pass(int) object { return object{"Type": "Pass"} }

func passes(Config) object { return chain("Pass", passStates, pass) }

func tasks(c Config) object {
	name := c.Function
	if name == "" {
		name = "cogstep-bench"
	}
	return chain("Task", taskStates, func(i int) object {
		return object{
			"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": nil,
			"Parameters": object{"FunctionName": name, "Payload": object{"n.$": "$.n", "step": i}},
		}
	})
}

func inlineMap(Config) object {
	processor := chain("Item", 1, pass)
	processor["ProcessorConfig"] = object{"Mode": "INLINE"}
	return chain("Map", 1, func(int) object {
		return object{"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor}
	})
}

func waiting(c Config) object {
	return chain("Wait", 1, func(int) object { return object{"Type": "Wait", "Seconds": c.WaitSeconds} })
}

// starter writes the requests that start executions of one state machine. It is safe for concurrent use.
type starter struct {
	operation          string
	head, middle, tail string
}

func newStarter(s scenario, machineARN string) starter {
	operation := "StartExecution"
	if s.express {
		operation = "StartSyncExecution"
	}
	quoted := quote(s.input)
	return starter{operation, `{"stateMachineArn":` + quote(machineARN) + `,"name":"n-`, `","input":"{\"n\":`, quoted[1:len(quoted)-1] + `}"}`}
}

// body returns the request that starts execution n. Its name is unique within the state machine, its size always the
// same.
func (s starter) body(n int) []byte {
	number := fmt.Sprint(numberBase + n)
	return []byte(s.head + number + s.middle + number + s.tail)
}

func quote(s string) string {
	text, _ := json.Marshal(s) // a string always has a JSON text
	return string(text)
}
