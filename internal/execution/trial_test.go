package execution_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/query"
)

var trialTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// anywhere is a world in which every activity exists.
type anywhere struct{}

func (anywhere) Token(execution.Attempt) string { return "a-token" }
func (anywhere) ActivityExists(string) bool     { return true }

// try starts the trial of a state that stands alone.
func try(t *testing.T, state, input string, change ...func(*execution.TrialRequest)) *execution.Trial {
	t.Helper()
	m, diagnostics := asl.CompileState(state, asl.Options{})
	if m == nil {
		t.Fatal(diagnostics)
	}
	return tryIn(m, asl.LoneState, input, change...)
}

func tryIn(m *asl.Machine, state asl.StateName, input string, change ...func(*execution.TrialRequest)) *execution.Trial {
	r := execution.TrialRequest{State: state, At: trialTime, Seed: 1, World: anywhere{}}
	r.Header = execution.Header{ARN: "arn:of:execution", Name: "name", StateMachineARN: "arn:of:machine", MachineName: "machine", Input: query.Trusted(input)}
	for _, c := range change {
		c(&r)
	}
	return execution.NewTrial(m, r)
}

// summary writes a result down in one line.
func summary(r execution.TrialResult) string {
	var b strings.Builder
	b.WriteString(string(r.Verdict))
	if r.Output != nil {
		b.WriteString(" " + r.Output.Text())
	}
	for _, s := range []string{r.Error, r.Cause} {
		if s != "" {
			b.WriteString(" " + s)
		}
	}
	if r.Next != "" {
		b.WriteString(" -> " + string(r.Next))
	}
	return b.String()
}

// data writes down what was inspected.
func data(in execution.Inspection) string {
	shown := map[string]any{}
	for at, d := range in.Data {
		shown[string(at)] = json.RawMessage(d.Text())
	}
	for _, v := range in.Variables {
		shown["$"+v.Name] = json.RawMessage(v.Value.Text())
	}
	if in.Retry != nil {
		shown["retry"] = []any{in.Retry.Index, in.Retry.Backoff.Seconds(), in.Retry.Exhausted}
	}
	if in.Catch != nil {
		shown["catch"] = *in.Catch
	}
	if in.Map != nil {
		shown["map"] = in.Map
	}
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(shown)) {
		text, _ := json.Marshal(shown[k])
		lines = append(lines, k+"="+string(text))
	}
	return strings.Join(lines, " ")
}

func succeeds(result string) func(*execution.Trial) {
	return func(t *execution.Trial) { t.Succeed(trialTime, query.Trusted(result)) }
}

func fails(name, cause string) func(*execution.Trial) {
	return func(t *execution.Trial) { t.Fail(trialTime, name, cause) }
}

const (
	call     = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke"`
	inline   = `"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}`
	outside  = `"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}`
	branches = `"Branches":[{"StartAt":"A","States":{"A":{"Type":"Fail"}}},{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}]`
	retry    = `"Retry":[{"ErrorEquals":["Slow"],"MaxAttempts":3},{"ErrorEquals":["Oops"],"IntervalSeconds":2,"MaxAttempts":2,"BackoffRate":2}]`
)

func TestTrials(t *testing.T) {
	retries := func(n int) func(*execution.TrialRequest) {
		return func(r *execution.TrialRequest) { r.Retries = n }
	}
	failed := func(n int) func(*execution.TrialRequest) {
		return func(r *execution.TrialRequest) { r.FailedItems = n }
	}
	read := func(items string, pointed bool) func(*execution.TrialRequest) {
		return func(r *execution.TrialRequest) { r.Items, r.Pointed = query.Trusted(items), pointed }
	}
	for _, c := range []struct {
		name, state, input string
		change             func(*execution.TrialRequest)
		answer             func(*execution.Trial)
		want, inspect      string
	}{
		{
			name:  "a Pass shows each field, given or not",
			state: `{"Type":"Pass","InputPath":"$.a","Parameters":{"b.$":"$.c"},"ResultPath":"$.d","OutputPath":"$.d.b","Next":"N"}`, input: `{"a":{"c":1}}`,
			want:    `SUCCEEDED 1 -> N`,
			inspect: `afterInputPath={"c":1} afterParameters={"b":1} afterResultPath={"a":{"c":1},"d":{"b":1}} afterResultSelector={"b":1}`,
		}, {
			name:  "the effective input has no part in a Pass with a Result",
			state: `{"Type":"Pass","Result":7,"End":true}`, input: `{}`,
			want: `SUCCEEDED 7`, inspect: `afterResultPath=7 afterResultSelector=7 result=7`,
		}, {
			name:  "JSONata has no stations of its own in a Pass",
			state: `{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $states.input.a %}","End":true}`, input: `{"a":1}`,
			want: `SUCCEEDED 1`,
		}, {
			name:  "variables are those after the state",
			state: `{"Type":"Pass","QueryLanguage":"JSONata","Assign":{"new":"{% $old + 1 %}"},"End":true}`, input: `{}`,
			change: func(r *execution.TrialRequest) {
				r.Variables = []execution.Variable{{Name: "old", Value: query.Trusted("1")}}
			},
			want: `SUCCEEDED {}`, inspect: `$new=2 $old=1`,
		}, {
			name:  "what failed is not shown, nor what would have followed",
			state: `{"Type":"Pass","InputPath":"$.a","Parameters":{"b.$":"$.no"},"End":true}`, input: `{"a":{}}`,
			want:    `FAILED States.Runtime The JSONPath '$.no' specified for the field 'b.$' could not be found in the input '{}'`,
			inspect: `afterInputPath={}`,
		}, {
			name:  "a Choice goes on with the rule that holds",
			state: `{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":1,"Next":"One"}],"Default":"Other"}`, input: `{"n":1}`,
			want: `SUCCEEDED {"n":1} -> One`, inspect: `afterInputPath={"n":1}`,
		}, {
			name:  "a Fail fails",
			state: `{"Type":"Fail","Error":"E","Cause":"C"}`, input: `{}`, want: `FAILED E C`, inspect: `afterInputPath={}`,
		}, {
			name:  "a Succeed leads nowhere",
			state: `{"Type":"Succeed"}`, input: `1`, want: `SUCCEEDED 1`, inspect: `afterInputPath=1`,
		}, {
			name:  "a Wait whose time has come",
			state: `{"Type":"Wait","Timestamp":"2020-01-01T00:00:00Z","Next":"N"}`, input: `{}`, want: `SUCCEEDED {} -> N`, inspect: `afterInputPath={}`,
		}, {
			name:  "a Task",
			state: `{` + call + `,"Parameters":{"FunctionName":"f"},"ResultSelector":{"x.$":"$.y"},"ResultPath":"$.r","End":true}`, input: `{"i":0}`,
			answer: succeeds(`{"y": 2}`), want: `SUCCEEDED {"i":0,"r":{"x":2}}`,
			inspect: `afterInputPath={"i":0} afterParameters={"FunctionName":"f"} afterResultPath={"i":0,"r":{"x":2}} afterResultSelector={"x":2} result={"y":2}`,
		}, {
			name:  "a Task in JSONata",
			state: `{"QueryLanguage":"JSONata",` + call + `,"Arguments":{"FunctionName":"f"},"Output":"{% $states.result.y %}","End":true}`, input: `{}`,
			answer: succeeds(`{"y":2}`), want: `SUCCEEDED 2`, inspect: `afterArguments={"FunctionName":"f"} result={"y":2}`,
		}, {
			name:  "the first retrier that matches decides",
			state: `{` + call + `,"Parameters":{"FunctionName":"f"},` + retry + `,"End":true}`, input: `{}`,
			answer: fails("Oops", "why"), want: `RETRIABLE Oops why`,
			inspect: `afterInputPath={} afterParameters={"FunctionName":"f"} retry=[1,2,false]`,
		}, {
			name:  "retries that have been make the next one later",
			state: `{` + call + `,"Parameters":{"FunctionName":"f"},` + retry + `,"End":true}`, input: `{}`, change: retries(1),
			answer: fails("Oops", "why"), want: `RETRIABLE Oops why`,
			inspect: `afterInputPath={} afterParameters={"FunctionName":"f"} retry=[1,4,false]`,
		}, {
			name:  "a retrier can be exhausted",
			state: `{` + call + `,"Parameters":{"FunctionName":"f"},` + retry + `,"End":true}`, input: `{}`, change: retries(2),
			answer: fails("Oops", "why"), want: `FAILED Oops why`,
			inspect: `afterInputPath={} afterParameters={"FunctionName":"f"} retry=[1,0,true]`,
		}, {
			name:  "then a catcher may help",
			state: `{` + call + `,"Parameters":{"FunctionName":"f"},` + retry + `,"Catch":[{"ErrorEquals":["Other"],"Next":"A"},{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"B"}],"End":true}`, input: `{"i":0}`, change: retries(2),
			answer: fails("Oops", "why"), want: `CAUGHT_ERROR {"i":0,"e":{"Error":"Oops","Cause":"why"}} Oops why -> B`,
			inspect: `afterInputPath={"i":0} afterParameters={"FunctionName":"f"} catch=1`,
		}, {
			name:  "a token is there for those who wait for it",
			state: `{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"End":true}`, input: `{}`,
			answer: succeeds(`1`), want: `SUCCEEDED 1`,
			inspect: `afterInputPath={} afterParameters={"QueueUrl":"q","MessageBody":"a-token"} afterResultPath=1 afterResultSelector=1 result=1`,
		}, {
			name:  "a Parallel does not show what its branches get",
			state: `{"Type":"Parallel","InputPath":"$.a",` + branches + `,"ResultPath":"$.r","Next":"N"}`, input: `{"a":1}`,
			answer: succeeds(`[1, 2]`), want: `SUCCEEDED {"a":1,"r":[1,2]} -> N`,
			inspect: `afterResultPath={"a":1,"r":[1,2]} afterResultSelector=[1,2]`,
		}, {
			name:  "a Parallel can fail",
			state: `{"Type":"Parallel",` + branches + `,"Catch":[{"ErrorEquals":["Oops"],"Next":"H"}],"Next":"N"}`, input: `1`,
			answer: fails("Oops", ""), want: `CAUGHT_ERROR {"Error":"Oops"} Oops -> H`, inspect: `catch=0`,
		}, {
			name:  "the Arguments of a Parallel are evaluated all the same",
			state: `{"Type":"Parallel","QueryLanguage":"JSONata","Arguments":"{% $states.input.no %}",` + branches + `,"End":true}`, input: `{}`,
			want: `FAILED States.QueryEvaluationError The JSONata expression '$states.input.no' specified for the field 'Arguments' returned nothing (undefined).`,
		}, {
			name:  "a Map shows its items as they were written, and what each would get",
			state: `{"Type":"Map","ItemsPath":"$.v","ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value"},"MaxConcurrency":2,` + inline + `,"End":true}`, input: `{"v":[7, 8]}`,
			answer: succeeds(`[1]`), want: `SUCCEEDED [1]`,
			inspect: `afterInputPath={"v":[7,8]} afterItemSelector=[{"i":0,"v":7},{"i":1,"v":8}] afterItemsPath=[7,8] afterResultPath=[1] afterResultSelector=[1] map={"MaxConcurrency":2,"Tolerance":{"Count":null,"Percentage":null}}`,
		}, {
			name:  "a Map without items fails before it begins",
			state: `{"Type":"Map","ItemsPath":"$$",` + inline + `,"End":true}`, input: `{}`,
			want: `FAILED States.Runtime Reference path "$" must point to array.`, inspect: `afterInputPath={}`,
		}, {
			name:  "an ItemSelector can fail",
			state: `{"Type":"Map","ItemSelector":{"v.$":"$.no"},` + inline + `,"End":true}`, input: `[1]`,
			want:    `FAILED States.Runtime The JSONPath '$.no' specified for the field 'v.$' could not be found in the input '[1]'`,
			inspect: `afterInputPath=[1] afterItemsPath=[1] map={"MaxConcurrency":0,"Tolerance":{"Count":null,"Percentage":null}}`,
		}, {
			name:  "an ItemReader's data is what the test says",
			state: `{"Type":"Map","QueryLanguage":"JSONata","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON"},"Arguments":{"Bucket":"b","Key":"k"}},"ItemSelector":{"v":"{% $states.context.Map.Item.Value %}"},"ItemBatcher":{"MaxItemsPerBatch":2},` + outside + `,"End":true}`, input: `{}`,
			change: read(`[1,2,3]`, true), answer: succeeds(`[1]`), want: `SUCCEEDED [1]`,
			inspect: `afterItemBatcher=[{"Items":[{"v":1},{"v":2}]},{"Items":[{"v":3}]}] afterItemSelector=[{"v":1},{"v":2},{"v":3}] afterItemsPointer=[1,2,3] map={"MaxConcurrency":0,"Tolerance":{"Count":null,"Percentage":null}}`,
		}, {
			name:  "without it, the items are not known",
			state: `{"Type":"Map","QueryLanguage":"JSONata","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON"},"Arguments":{"Bucket":"b","Key":"k"}},"ItemSelector":{"v":"{% $states.context.Map.Item.Value %}"},` + outside + `,"End":true}`, input: `{}`,
			answer: succeeds(`[1]`), want: `SUCCEEDED [1]`,
			inspect: `map={"MaxConcurrency":0,"Tolerance":{"Count":null,"Percentage":null}}`,
		}, {
			name:  "as many items as are tolerated may fail",
			state: `{"Type":"Map",` + outside + `,"ToleratedFailureCount":1,"End":true}`, input: `[1,2]`, change: failed(1),
			answer: succeeds(`[1]`), want: `SUCCEEDED [1]`,
			inspect: `afterInputPath=[1,2] afterItemsPath=[1,2] afterResultPath=[1] afterResultSelector=[1] map={"MaxConcurrency":0,"Tolerance":{"Count":1,"Percentage":null}}`,
		}, {
			name:  "and not more",
			state: `{"Type":"Map",` + outside + `,"ToleratedFailurePercentage":50,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"H"}],"End":true}`, input: `[1,2,3]`, change: failed(2),
			answer:  succeeds(`[1]`),
			want:    `CAUGHT_ERROR {"Error":"States.ExceedToleratedFailureThreshold","Cause":"The specified tolerated failure threshold was exceeded"} States.ExceedToleratedFailureThreshold The specified tolerated failure threshold was exceeded -> H`,
			inspect: `afterInputPath=[1,2,3] afterItemsPath=[1,2,3] catch=0 map={"MaxConcurrency":0,"Tolerance":{"Count":null,"Percentage":50}}`,
		}, {
			name:  "where nothing is said of tolerance, all may fail",
			state: `{"Type":"Map",` + outside + `,"End":true}`, input: `[1]`, change: failed(1),
			answer: succeeds(`[1]`), want: `SUCCEEDED [1]`,
			inspect: `afterInputPath=[1] afterItemsPath=[1] afterResultPath=[1] afterResultSelector=[1] map={"MaxConcurrency":0,"Tolerance":{"Count":null,"Percentage":null}}`,
		}, {
			name:  "a mocked error goes by its own name however many have failed",
			state: `{"Type":"Map",` + outside + `,"ToleratedFailureCount":0,"End":true}`, input: `[1]`, change: failed(1),
			answer: fails("Oops", "why"), want: `FAILED Oops why`,
			inspect: `afterInputPath=[1] afterItemsPath=[1] map={"MaxConcurrency":0,"Tolerance":{"Count":0,"Percentage":null}}`,
		}, {
			name:  "a catcher can fail",
			state: `{"QueryLanguage":"JSONata",` + call + `,"Arguments":{"FunctionName":"f"},"Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% $no %}","Next":"H"}],"End":true}`, input: `{}`,
			answer: fails("Oops", "why"), want: `FAILED States.QueryEvaluationError The JSONata expression '$no' specified for the field 'Catch[0]/Output' returned nothing (undefined).`,
			inspect: `afterArguments={"FunctionName":"f"}`,
		}, {
			name:  "a result can be too large",
			state: `{` + call + `,"Parameters":{"FunctionName":"f"},"End":true}`, input: `{}`,
			answer: succeeds(`"` + strings.Repeat("x", execution.PayloadBytesMax) + `"`),
			want:   `FAILED States.DataLimitExceeded The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.`, inspect: `afterInputPath={} afterParameters={"FunctionName":"f"}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			change := c.change
			if change == nil {
				change = func(*execution.TrialRequest) {}
			}
			trial := try(t, c.state, c.input, change)
			if c.answer != nil {
				if trial.Over() {
					t.Fatalf("the trial waits for nothing: %s", summary(trial.Result()))
				}
				c.answer(trial)
			}
			if !trial.Over() {
				t.Fatalf("the trial is not over: it waits for %T", trial.Frame().Focus)
			}
			r := trial.Result()
			if got := summary(r); got != c.want {
				t.Errorf("result\n got %s\nwant %s", got, c.want)
			}
			if got := data(r.Inspection); got != c.inspect {
				t.Errorf("inspection\n got %s\nwant %s", got, c.inspect)
			}
		})
	}
}

func TestTrialWaitsForItsTimer(t *testing.T) {
	trial := try(t, `{"Type":"Wait","Seconds":10,"Next":"N"}`, `{}`)
	trial.Fire(trialTime.Add(9 * time.Second))
	if trial.Over() {
		t.Fatal("it is over before its time")
	}
	if due := trial.Frame().Due(); due.Sub(trialTime) != 10*time.Second {
		t.Errorf("due after %s", due.Sub(trialTime))
	}
	trial.Fire(trialTime.Add(10 * time.Second))
	if got := summary(trial.Result()); got != `SUCCEEDED {} -> N` {
		t.Error(got)
	}
}

func TestTrialOfATaskTimesOut(t *testing.T) {
	trial := try(t, `{`+call+`,"Parameters":{"FunctionName":"f"},"TimeoutSeconds":5,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"H"}],"End":true}`, `{}`)
	if !trial.Frame().Due().IsZero() {
		t.Error("the time runs before the call is sent")
	}
	trial.Start(trialTime)
	trial.Fire(trialTime.Add(5 * time.Second))
	if got := summary(trial.Result()); got != `CAUGHT_ERROR {"Error":"States.Timeout"} States.Timeout -> H` {
		t.Error(got)
	}
}

func TestExpiredTrialHasFailedWhateverIsCaught(t *testing.T) {
	trial := try(t, `{`+call+`,"Parameters":{"FunctionName":"f"},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"H"}],"End":true}`, `{}`)
	trial.Expire()
	if got := summary(trial.Result()); !trial.Over() || got != `FAILED States.Timeout` {
		t.Error(got)
	}
}

func TestContextObjectOfATrial(t *testing.T) {
	machine, diagnostics := asl.Compile(`{"QueryLanguage":"JSONata","StartAt":"M","States":{
		"M":{"Type":"Map","ItemProcessor":{"StartAt":"P","States":{
			"P":{"Type":"Parallel","Branches":[{"StartAt":"Deep","States":{"Deep":{"Type":"Pass","Output":"{% $states.context %}","End":true}}}],"End":true}
		}},"Next":"Top"},
		"Top":{"Type":"Pass","Output":"{% $states.context %}","End":true}}}`, asl.Options{})
	if machine == nil {
		t.Fatal(diagnostics)
	}
	pretended := `"Execution":{"Id":"arn:of:execution","Input":{"a": 1},"Name":"name","RoleArn":null,"StartTime":"2026-03-01T12:00:00Z"},` +
		`"StateMachine":{"Id":"arn:of:machine","Name":"machine"},"State":{"Name":"StateName","EnteredTime":"2026-03-01T12:00:00Z"}`
	for _, c := range []struct{ state, given, want string }{
		{"Top", "", `{` + pretended + `}`},
		{"Deep", "", `{` + pretended + `,"Map":{"Item":{"Index":0,"Value":{"a": 1},"Source":"STATE_DATA"}}}`},
		{"Top", `{}`, `{}`},
		{"Deep", `{"State": {"Name":"x"}}`, `{"State": {"Name":"x"}}`},
	} {
		trial := tryIn(machine, asl.StateName(c.state), `{"a": 1}`, func(r *execution.TrialRequest) {
			if c.given != "" {
				r.Context = query.Trusted(c.given)
			}
		})
		want, err := query.Parse(c.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := trial.Result().Output; got == nil || !query.Equal(got.Value(), want) {
			t.Errorf("%s with %q\n got %s\nwant %s", c.state, c.given, summary(trial.Result()), c.want)
		}
	}
}

func TestGivenContextObjectHasTheItemInAnItemSelector(t *testing.T) {
	trial := try(t, `{"Type":"Map","ItemSelector":{"v.$":"$$.Map.Item.Value","n.$":"$$.State.Name"},`+inline+`,"End":true}`, `[7]`,
		func(r *execution.TrialRequest) { r.Context = query.Trusted(`{"State":{"Name":"x"}}`) })
	trial.Succeed(trialTime, query.Trusted("[]"))
	if got := trial.Result().Inspection.Data[execution.AfterItemSelector].Text(); got != `[{"v":7,"n":"x"}]` {
		t.Error(got)
	}
}

// A thousand items, each with the whole input, are not shown, and not made either.
func TestPreviewsHaveABound(t *testing.T) {
	input := "[" + strings.Repeat(`"0123456789",`, 9_999) + "0]"
	trial := try(t, `{"Type":"Map","ItemSelector":{"all.$":"$"},`+inline+`,"End":true}`, input)
	trial.Succeed(trialTime, query.Trusted("[]"))
	r := trial.Result()
	if _, shown := r.Inspection.Data[execution.AfterItemSelector]; shown || r.Verdict != execution.TestSucceeded {
		t.Errorf("shown %t, %s", shown, r.Verdict)
	}
}

// A state does in a trial what it does in an execution: given the same results, it makes the same output.
func TestTrialsAgreeWithExecutions(t *testing.T) {
	const result = `{"Payload": {"n": 3}}`
	for _, c := range []struct{ state, input string }{
		{`"Type":"Pass","InputPath":"$.a","Parameters":{"b.$":"States.Format('{}', $.c)"},"ResultPath":"$.d","OutputPath":"$.d"`, `{"a":{"c":1}}`},
		{`"Type":"Pass","QueryLanguage":"JSONata","Assign":{"v":1},"Output":{"r":"{% $random() %}","i":"{% $states.input %}"}`, `{"a":  1}`},
		{`"Type":"Wait","Seconds":3,"OutputPath":"$.a"`, `{"a":[1, 2]}`},
		{call + `,"Parameters":{"FunctionName":"f","Payload.$":"$"},"ResultSelector":{"n.$":"$.Payload.n"},"ResultPath":"$.r"`, `{"a":1}`},
		{`"QueryLanguage":"JSONata",` + call + `,"Arguments":{"FunctionName":"f"},"Output":"{% $states.result.Payload %}"`, `{}`},
		{`"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":1},"End":true}}},{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"ResultSelector":{"all.$":"$"},"ResultPath":"$.p"`, `{"a": 1}`},
		{`"Type":"Map","ItemsPath":"$.v",` + inline + `,"ResultPath":"$.m"`, `{"v":[1,{"b": 2}]}`},
		{`"Type":"Map","QueryLanguage":"JSONata","Items":"{% $states.input.v %}",` + inline + `,"Output":"{% $count($states.result) %}"`, `{"v":[1,2,3]}`},
	} {
		m, diagnostics := asl.Compile(`{"StartAt":"S","States":{"S":{`+c.state+`,"Next":"E"},"E":{"Type":"Succeed"}}}`, asl.Options{})
		if m == nil {
			t.Fatal(diagnostics)
		}
		at := trialTime
		x, fx := execution.Start(m, execution.StartRequest{Header: execution.Header{ARN: "a", Input: query.Trusted(c.input)}, At: at, Seed: 1, World: anywhere{}})
		apply := func(what execution.Occurrence) {
			x.Merge(fx)
			var err error
			if fx, err = execution.Apply(m, x, execution.Event{At: at, Seed: 1, World: anywhere{}, What: what}); err != nil {
				t.Fatal(err)
			}
		}
		if _, ok := m.State("S").(*asl.Wait); ok {
			at = at.Add(3 * time.Second)
			apply(execution.TimerFired{Frame: 1})
		} else if len(fx.Scheduled) > 0 {
			id := fx.Scheduled[0]
			apply(execution.TaskStarted{ID: id})
			apply(execution.TaskSucceeded{ID: id, Output: query.Trusted(result)})
		}
		done, ok := fx.Header.Status.(execution.Succeeded)
		if !ok {
			t.Fatalf("%s: %s", c.state, fx.Header.Status.Name())
		}

		trial := tryIn(m, "S", c.input)
		switch m.State("S").(type) {
		case *asl.Task:
			trial.Succeed(trialTime, query.Trusted(result))
		case *asl.Parallel:
			trial.Succeed(trialTime, query.Trusted(`[{"x":1},`+c.input+`]`))
		case *asl.Map:
			items, _ := query.Trusted(c.input).Value().Get("v")
			trial.Succeed(trialTime, query.Compacted(items))
		case *asl.Wait:
			trial.Fire(at)
		}
		if r := trial.Result(); r.Output == nil || r.Output.Text() != done.Output.Text() {
			t.Errorf("%s\n     trial %s\nexecution %s", c.state, summary(r), done.Output.Text())
		}
	}
}
