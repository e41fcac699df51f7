package asl_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func mustCompile(t *testing.T, source string, opts asl.Options) *asl.Machine {
	t.Helper()
	m, ds := asl.Compile(source, opts)
	if m == nil {
		t.Fatalf("refused:\n%s", ds)
	}
	return m
}

func mustCompileState[S asl.State](t *testing.T, source string) S {
	t.Helper()
	m, ds := asl.CompileState(source, asl.Options{})
	if m == nil {
		t.Fatalf("refused:\n%s", ds)
	}
	return m.State(asl.LoneState).(S)
}

const order = `{
  "Comment": "an order",
  "StartAt": "Look",
  "TimeoutSeconds": 60,
  "States": {
    "Look": {"Type": "Choice", "Choices": [{"Variable": "$.paid", "BooleanEquals": true, "Next": "Ship all"}], "Default": "Wait"},
    "Wait": {"Type": "Wait", "SecondsPath": "$pause", "Next": "Look"},
    "Ship all": {
      "Type": "Parallel", "End": true, "ResultPath": null,
      "Branches": [
        {"StartAt": "Tell", "States": {"Tell": {"Type": "Succeed"}}},
        {"Comment": "second", "StartAt": "Each", "States": {"Each": {
          "Type": "Map", "ItemsPath": "$.items", "End": true, "ItemProcessor": {"StartAt": "Ship", "States": {"Ship": {"Type": "Fail"}}}}}}
      ]
    }
  }
}`

func TestStatesKnowWhereTheyStand(t *testing.T) {
	m := mustCompile(t, order, asl.Options{})
	if m.Comment != "an order" || m.Timeout != time.Minute || m.Workflow.StartAt != "Look" {
		t.Errorf("machine is %+v", m)
	}
	var top []asl.StateName
	for _, s := range m.Workflow.States {
		top = append(top, s.Common().Name)
	}
	if diff := cmp.Diff([]asl.StateName{"Look", "Wait", "Ship all"}, top); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[asl.StateName]struct {
		kind   string
		owner  asl.State
		branch int
		next   asl.StateName
	}{
		"Look":     {"Choice", nil, 0, ""},
		"Wait":     {"Wait", nil, 0, "Look"},
		"Ship all": {"Parallel", nil, 0, ""},
		"Tell":     {"Succeed", m.State("Ship all"), 0, ""},
		"Each":     {"Map", m.State("Ship all"), 1, ""},
		"Ship":     {"Fail", m.State("Each"), 0, ""},
	} {
		c := m.State(name).Common()
		if c.Name != name || c.Type != want.kind || c.Owner != want.owner || c.Branch != want.branch || c.Next != want.next {
			t.Errorf("%s is %+v", name, c)
		}
	}
	if m.State("Nobody") != nil {
		t.Error("there is a state that nobody wrote")
	}
	if p := m.State("Ship all").(*asl.Parallel); !p.ResultPath.Null || p.Branches[1].Comment != "second" {
		t.Errorf("Parallel is %+v", p)
	}
}

func TestRetriersAndCatchersHaveTheirDefaults(t *testing.T) {
	task := mustCompileState[*asl.Task](t, `{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f:live", "End": true,
		"Retry": [
			{"ErrorEquals": ["A", "B"]},
			{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 0, "MaxAttempts": 0, "BackoffRate": 1.5, "MaxDelaySeconds": 9, "JitterStrategy": "FULL"}],
		"Catch": [{"ErrorEquals": ["A"], "Next": "X", "ResultPath": null}, {"ErrorEquals": ["States.ALL"], "Next": "Y"}]}`)
	want := []asl.Retrier{
		{ErrorEquals: []string{"A", "B"}, Interval: time.Second, MaxAttempts: 3, BackoffRate: 2},
		{ErrorEquals: []string{"States.ALL"}, BackoffRate: 1.5, MaxDelay: 9 * time.Second, Jitter: true},
	}
	if diff := cmp.Diff(want, task.Retry); diff != "" {
		t.Error(diff)
	}
	if c := task.Catch; len(c) != 2 || c[0].Next != "X" || !c[0].ResultPath.Null || c[1].ResultPath != (asl.ResultPath{}) {
		t.Errorf("catchers are %+v", c)
	}
	if r := task.Resource; r.Kind != asl.Function || r.Action != "f:live" {
		t.Errorf("resource is %+v", r)
	}
}

func TestRulesBecomeTests(t *testing.T) {
	c := mustCompileState[*asl.Choice](t, `{"Type": "Choice", "Choices": [{"Next": "X", "Not": {"Or": [
		{"Variable": "$.a", "NumericGreaterThanEqualsPath": "$limit"},
		{"And": [{"Variable": "$$.Execution.Name", "StringMatches": "a*"}, {"Variable": "$.b", "IsPresent": false}]}]}}]}`)
	or := c.Rules[0].Test.(*asl.Not).Test.(*asl.Or)
	first := or.Tests[0].(*asl.Compare)
	if first.Operator != (asl.Operator{Kind: asl.NumericOperand, Relation: asl.GreaterThanEquals}) || first.Operand.String() != "$limit" {
		t.Errorf("first is %+v", first)
	}
	and := or.Tests[1].(*asl.And)
	if m := and.Tests[0].(*asl.Compare); m.Operator.Relation != asl.Matches || m.Constant.Str() != "a*" || m.Variable.String() != "$$.Execution.Name" {
		t.Errorf("second is %+v", m)
	}
	if p := and.Tests[1].(*asl.Compare); p.Operator.Kind != asl.IsPresent || p.Constant.Bool() {
		t.Errorf("third is %+v", p)
	}
}

func TestTemplatesEvaluateWhatEndsInADollarAndKeepTheRest(t *testing.T) {
	p := mustCompileState[*asl.Pass](t, `{"Type": "Pass", "End": true,
		"Parameters": {"kept": [1.0,  {"x" : "y"}], "list": [{"v.$": "$.a[0]"}], "call.$": "States.Array($.a, 'b')"},
		"Assign": {"whole.$": "$", "part": {"p.$": "$.a"}}}`)
	s := &query.Scope{Input: query.Trusted(`{"a":[7]}`)}
	for _, c := range []struct {
		expr query.Expr
		want string
	}{
		{p.Parameters, `{"kept":[1.0,{"x":"y"}],"list":[{"v":7}],"call":[[7],"b"]}`},
		{p.Assign[0].Value, `{"a":[7]}`},
		{p.Assign[1].Value, `{"p":[7]}`},
	} {
		got, err := c.expr.Eval(s)
		if err != nil || got.JSON() != c.want {
			t.Errorf("%s gives %s, %v, want %s", c.expr, got.JSON(), err, c.want)
		}
	}
	if p.Assign[0].Name != "whole" || p.Assign[1].Name != "part" {
		t.Errorf("variables are %+v", p.Assign)
	}
	var missing *query.Error
	if _, err := p.Parameters.Eval(&query.Scope{Input: query.Trusted(`{}`)}); !errors.As(err, &missing) || missing.Field != "v.$" {
		t.Errorf("error is %v", err)
	}
}

func TestNumbersAndTextsHaveThreeForms(t *testing.T) {
	w := mustCompileState[*asl.Wait](t, `{"Type": "Wait", "Seconds": 5, "End": true}`)
	if w.Seconds != (asl.Number{Field: "Seconds", Static: 5}) || w.Timestamp.Given() {
		t.Errorf("static: %+v", w)
	}
	w = mustCompileState[*asl.Wait](t, `{"Type": "Wait", "TimestampPath": "$.t", "End": true}`)
	if w.Seconds.Given() || w.Timestamp.Field != "TimestampPath" || w.Timestamp.Expr.String() != "$.t" {
		t.Errorf("path: %+v", w)
	}
	w = mustCompileState[*asl.Wait](t, `{"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% 2 + 3 %}", "End": true}`)
	if w.Seconds.Field != "Seconds" || w.Seconds.Expr.String() != "2 + 3" {
		t.Errorf("expression: %+v", w)
	}
}

func TestDistributedMapIsComplete(t *testing.T) {
	const source = `{"Type": "Map", "End": true, "MaxConcurrency": 9, "ToleratedFailurePercentage": 2.5,
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key.$": "$.k"},
			"ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x", "y"], "MaxItemsPath": "$.m"}},
		"ItemBatcher": {"MaxItemsPerBatch": 10, "BatchInput": {"a": 1}},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}`
	d := mustCompileState[*asl.Map](t, source).Distributed
	if !d.Express || d.ToleratedFailurePercentage.Static != 2.5 || d.Batcher.MaxItems.Static != 10 || d.Batcher.MaxInputBytes.Given() {
		t.Errorf("Map is %+v", d)
	}
	if r := d.Reader; r.CSVDelimiter != "COMMA" || r.Transformation != "NONE" || len(r.CSVHeaders) != 2 || r.MaxItems.Expr.String() != "$.m" {
		t.Errorf("reader is %+v", r)
	}
	if w := d.Writer; w.Transformation != "NONE" || w.OutputType != "JSON" || w.Parameters == nil {
		t.Errorf("writer is %+v", w)
	}
	if again := mustCompileState[*asl.Map](t, source).Distributed; d.Label == "" || len(d.Label) > 40 || d.Label != again.Label {
		t.Errorf("labels are %q and %q", d.Label, again.Label)
	}
}

// The definitions are those of recorded answers of DescribeStateMachine.
func TestVariableReferencesAreListedByState(t *testing.T) {
	for source, want := range map[string]map[asl.StateName][]string{
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"q": 1}, "Assign": {"question.$": "$.q", "answer": 42}, "Next": "B"},
			"B": {"Type": "Pass", "InputPath": "$answer", "ResultPath": "$.theAnswer", "OutputPath": "$answer", "Assign": {"answer": ""}, "End": true}}}`: {"B": {"answer"}},
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"e": "E", "c": "C"}, "Next": "F"}, "F": {"Type": "Fail", "ErrorPath": "$e", "CausePath": "$c"}}}`: {"F": {"c", "e"}},
		`{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$list", "MaxConcurrencyPath": "$max", "ItemSelector": {"a.$": "States.Format($template, $$.Map.Item.Value)"}, "End": true,
			"ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"q.$": "$question"}, "End": true}}}}}}`: {"M": {"list", "max", "template"}, "P": {"question"}},
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}`: nil,
	} {
		if diff := cmp.Diff(want, mustCompile(t, source, asl.Options{}).VariableReferences); diff != "" {
			t.Errorf("%s\n%s", source, diff)
		}
	}
}

func TestInvalidDefinitionReadsAsTheServiceWritesIt(t *testing.T) {
	_, ds := asl.Compile(`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"warning": "$.a"}, "Next": "B"}}}`, asl.Options{})
	want := "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'"
	if got := ds.InvalidDefinition(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	_, ds = asl.Compile(`not a definition`, asl.Options{})
	want = "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n" +
		` at [Source: (String)"not a definition"; line: 1, column: 4] at [Source: (String)"not a definition"; line: 1, column: 4]'`
	if got := ds.InvalidDefinition(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDiagnosticsReadAsACompilerWritesThem(t *testing.T) {
	_, ds := asl.Compile("{\"StartAt\": \"B\",\n \"States\": {\"A\": {\"Type\": \"Succeed\"}}}", asl.Options{})
	want := "order.asl.json:1:13: error: Missing 'Next' target: B (MISSING_TRANSITION_TARGET at /StartAt)\n"
	if got := ds.Format("order.asl.json"); got != want {
		t.Errorf("got %s", got)
	}
	if got := ds.String(); got != strings.TrimPrefix(want, "order.asl.json:") {
		t.Errorf("got %s", got)
	}
}

func TestJSONataErrorsBecomeDiagnostics(t *testing.T) {
	for expr, want := range map[string]asl.Diagnostic{
		"foo":           {Code: asl.UnsupportedJSONata, Message: "Reference to 'foo' at the top level is not supported."},
		"$$.a":          {Code: asl.UnsupportedJSONata, Message: "Reference to '$$' is not supported."},
		"$states.other": {Code: asl.UnsupportedJSONata, Message: "Field '$states.other' does not exist."},
		"1 +":           {Code: asl.InvalidJSONata, Message: "Unexpected end of expression"},
	} {
		_, ds := asl.Compile(`{"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": {"Type": "Pass", "Output": {"a": ["{% `+expr+` %}"]}, "End": true}}}`, asl.Options{})
		if len(ds) != 1 || ds[0].Code != want.Code || ds[0].Message != want.Message || ds[0].Location != "/States/A/Output/a[0]" {
			t.Errorf("%s gives %s", expr, ds)
		}
	}
}

func TestAFailedExpressionNamesItsPlaceInTheField(t *testing.T) {
	m := mustCompile(t, `{"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": {"Type": "Pass", "Output": {"a": {"b": ["{% 1 + $x %}"]}, "c": "{ % literal"}, "End": true}}}`, asl.Options{})
	_, err := m.State("A").Common().Output.Eval(&query.Scope{})
	var failed *query.Error
	if !errors.As(err, &failed) || failed.Kind != query.JSONataUndefined || failed.Field != "a/b[0]" || failed.Path != "1 + $x" {
		t.Errorf("error is %v", err)
	}
}

// A hostile definition costs no more than its size allows: not the stack, not quadratic time, not endless reports.
func TestHostileDefinitionsAreRefusedCheaply(t *testing.T) {
	long := strings.Repeat("k", 400_000)
	for name, c := range map[string]struct {
		source string
		want   asl.Code
	}{
		"deep arrays":       {strings.Repeat("[", 100_000), asl.TooDeeplyNested},
		"deep objects":      {strings.Repeat(`{"a":`, 100_000), asl.TooDeeplyNested},
		"big":               {strings.Repeat(" ", 1<<20) + "{}", asl.SchemaFailed},
		"invalid UTF-8":     {"{\"StartAt\": \"\xff\"}", asl.InvalidJSON},
		"lone quote":        {`"`, asl.InvalidJSON},
		"many members":      {`{"a":1` + strings.Repeat(`,"b":1`, 100_000) + `}`, asl.InvalidJSON},
		"long key":          {`{"` + long + `":1` + strings.Repeat(`,"b":1`, 50_000) + `}`, asl.InvalidJSON},
		"long state name":   {`{"StartAt":"A","States":{"` + long + `":{"Type":"Pass","a":[` + strings.Repeat(`1,`, 50_000) + `1]` + strings.Repeat(`,"x":1`, 30_000) + `}}}`, asl.InvalidJSON},
		"many expressions":  {`{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","Output":{"` + long + `":[` + strings.Repeat(`"{%1%}",`, 60_000) + `"{%"]}}}}`, asl.SchemaFailed},
		"deep template":     {`{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":` + strings.Repeat(`{"a":[`, 490) + strings.Repeat(`{"b.$":"$.c"},`, 50_000) + `1` + strings.Repeat(`]}`, 490) + `}}}`, asl.SchemaFailed},
		"loop of parallels": {loopOfParallels(1500), asl.MissingTransitionTarget},
		"many parallels":    {`{"StartAt":"A","States":{` + strings.Repeat(`"A":{"Type":"Parallel","Branches":[]},`, 20_000) + `"B":1}}`, asl.DuplicateStateName},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			m, ds := asl.Compile(c.source, asl.Options{})
			if m != nil || len(ds) > 400 {
				t.Fatalf("machine %v, %d diagnostics", m, len(ds))
			}
			found := false
			for _, d := range ds {
				found = found || d.Code == c.want
			}
			if !found {
				t.Errorf("no %s among %d diagnostics", c.want, len(ds))
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// loopOfParallels asks of each of n states which variables can exist before it: those of all others.
func loopOfParallels(n int) string {
	var b strings.Builder
	b.WriteString(`{"StartAt":"a0","States":{`)
	for i := range n {
		fmt.Fprintf(&b, `"a%d":{"Type":"Parallel","Assign":{"v%d":1},"Next":"a%d",
			"Branches":[{"StartAt":"b%d","States":{"b%d":{"Type":"Pass","Assign":{"w":1},"End":true}}}]},`, i, i, (i+1)%n, i, i)
	}
	b.WriteString(`"unreachable":{"Type":"Succeed"}}}`)
	return b.String()
}

func TestWarningsNeverHideAnError(t *testing.T) {
	_, ds := asl.CompileState(`{"Type": "Pass", "Parameters": {"a": [`+strings.Repeat(`{"x": "$.x"},`, 5000)+`1], "e.$": ""}, "End": true}`, asl.Options{})
	if !ds.HasErrors() {
		t.Error("the error is lost")
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(order)
	files, _ := filepath.Glob("testdata/diagnostics/*.txtar")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, a := range txtar.Parse(data).Files {
			if !strings.HasSuffix(a.Name, ".want") {
				f.Add(string(a.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, source string) {
		m, ds := asl.Compile(source, asl.Options{})
		if (m == nil) != ds.HasErrors() {
			t.Errorf("machine %v with %s", m, ds)
		}
		if _, again := asl.Compile(source, asl.Options{}); !cmp.Equal(ds.String(), again.String()) {
			t.Errorf("first %s\nthen %s", ds, again)
		}
		asl.CompileState(source, asl.Options{Express: true})
	})
}
