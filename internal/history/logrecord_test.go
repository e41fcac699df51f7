package history

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/internal/api/model"
)

// Source: the table of log levels in the service's developer guide.
func TestLevelOfEveryType(t *testing.T) {
	shown := map[LogLevel][]string{}
	for _, name := range model.Load().Shapes["HistoryEventType"].Enum {
		at := Type(slices.IndexFunc(types[:], func(row eventType) bool { return row.name == name }))
		for l := LogOff; l <= LogAll; l++ {
			if l.Shows(at) {
				shown[l] = append(shown[l], name)
			}
		}
	}
	if len(shown[LogOff]) != 0 || len(shown[LogAll]) != 62 {
		t.Errorf("OFF shows %d types, ALL %d, want 0 and 62", len(shown[LogOff]), len(shown[LogAll]))
	}
	for level, want := range map[LogLevel]string{
		LogFatal: `ExecutionAborted ExecutionFailed ExecutionTimedOut`,
		LogError: `ExecutionAborted ExecutionFailed ExecutionTimedOut FailStateEntered
			LambdaFunctionFailed LambdaFunctionScheduleFailed LambdaFunctionStartFailed LambdaFunctionTimedOut
			MapIterationAborted MapIterationFailed MapRunAborted MapRunFailed MapStateAborted MapStateFailed
			ParallelStateAborted ParallelStateFailed
			TaskFailed TaskStartFailed TaskStateAborted TaskSubmitFailed TaskTimedOut WaitStateAborted`,
	} {
		got := slices.Sorted(slices.Values(shown[level]))
		if diff := cmp.Diff(slices.Sorted(slices.Values(strings.Fields(want))), got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", level, diff)
		}
	}
	if LogAll.Shows(0) || LogAll.Shows(typeEnd) {
		t.Error("a number that is no type is shown")
	}
}

func TestLogLevelNames(t *testing.T) {
	for _, name := range model.Load().Shapes["LogLevel"].Enum {
		if l, ok := ParseLogLevel(name); !ok || l.String() != name {
			t.Errorf("%s is read as %q, %v", name, l, ok)
		}
	}
	if l, ok := ParseLogLevel("error"); ok || l != LogOff {
		t.Errorf(`"error" is read as %v, %v`, l, ok)
	}
	if got := LogLevel(9).String(); got != "" {
		t.Errorf("level 9 is called %q", got)
	}
}

func TestLogRecord(t *testing.T) {
	const arn, tail = "arn:aws:states:us-east-1:111122223333:execution:M:x", `"execution_arn":"arn:aws:states:us-east-1:111122223333:execution:M:x","redrive_count":"0"}`
	exited := Event{ID: 3, Previous: 2, Type: PassStateExited, At: 1732275000250, Fields: []Field{
		{Key: Name, Text: "S"}, {Key: Output, Text: `{"a":1}`}, {Key: AssignedVariables, Vars: []Variable{{"v", `"t"`}}},
	}}
	started := Event{ID: 1, Type: ExecutionStarted, At: 1, Fields: []Field{{Key: Input, Text: "{}"}, {Key: RoleArn, Text: "r"}}}
	scheduled := Event{ID: 4, Previous: 3, Type: TaskScheduled, At: 2, Fields: []Field{
		{Key: ResourceType, Text: "lambda"}, {Key: Parameters, Text: "{}"}, {Key: TimeoutInSeconds, Int: 30},
	}}
	failed := Event{ID: 5, Previous: 4, Type: ExecutionFailed, At: 3, Fields: []Field{{Key: Error, Text: "E"}, {Key: Cause, Text: "two\nlines"}}}
	for _, c := range []struct {
		name string
		ev   Event
		data bool
		want string
	}{
		{"with data", exited, true, `{"id":"3","type":"PassStateExited","details":{"name":"S","output":"{\"a\":1}","outputDetails":{"truncated":false},"assignedVariables":{"v":"\"t\""},"assignedVariablesDetails":{"truncated":false}},"previous_event_id":"2","event_timestamp":"1732275000250",` + tail},
		{"without", exited, false, `{"id":"3","type":"PassStateExited","details":{"name":"S"},"previous_event_id":"2","event_timestamp":"1732275000250",` + tail},
		{"the first", started, true, `{"id":"1","type":"ExecutionStarted","details":{"input":"{}","inputDetails":{"truncated":false},"roleArn":"r"},"previous_event_id":"0","event_timestamp":"1",` + tail},
		{"the first without data", started, false, `{"id":"1","type":"ExecutionStarted","details":{"roleArn":"r"},"previous_event_id":"0","event_timestamp":"1",` + tail},
		{"parameters", scheduled, true, `{"id":"4","type":"TaskScheduled","details":{"resourceType":"lambda","parameters":"{}","timeoutInSeconds":30},"previous_event_id":"3","event_timestamp":"2",` + tail},
		{"parameters go without data", scheduled, false, `{"id":"4","type":"TaskScheduled","details":{"resourceType":"lambda","timeoutInSeconds":30},"previous_event_id":"3","event_timestamp":"2",` + tail},
		{"errors stay without data", failed, false, `{"id":"5","type":"ExecutionFailed","details":{"error":"E","cause":"two\nlines"},"previous_event_id":"4","event_timestamp":"3",` + tail},
		{"no details", Event{ID: 2, Previous: 1, Type: MapStateSucceeded, At: 4}, true, `{"id":"2","type":"MapStateSucceeded","details":{},"previous_event_id":"1","event_timestamp":"4",` + tail},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, string(AppendLogRecord(nil, c.ev, arn, 0, c.data))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if got := string(AppendLogRecord([]byte("x"), failed, arn, 12, true)); !strings.HasPrefix(got, `x{"id"`) || !strings.HasSuffix(got, `"redrive_count":"12"}`) {
		t.Errorf("got %s", got)
	}
}

func TestLongPayloadsAreCutInLogRecords(t *testing.T) {
	type record struct {
		Details struct {
			Name, Output, Parameters                string
			AssignedVariables                       map[string]string
			OutputDetails, AssignedVariablesDetails struct{ Truncated bool }
		}
	}
	read := func(fields ...Field) (r record, size int) {
		t.Helper()
		b := AppendLogRecord(nil, Event{ID: 1, Type: PassStateExited, Fields: fields}, "arn", 0, true)
		if err := json.Unmarshal(b, &r); err != nil {
			t.Fatal(err)
		}
		return r, len(b)
	}
	output := func(s string) Field { return Field{Key: Output, Text: s} }

	fits := strings.Repeat("x", LogDataBytesMax)
	if r, _ := read(output(fits)); r.Details.Output != fits || r.Details.OutputDetails.Truncated {
		t.Error("a payload of exactly the limit was cut")
	}
	if r, _ := read(output(fits + "x")); r.Details.Output != fits || !r.Details.OutputDetails.Truncated {
		t.Errorf("a payload of one byte more has %d bytes, truncated: %t", len(r.Details.Output), r.Details.OutputDetails.Truncated)
	}
	for _, unit := range []struct {
		text    string
		escaped int
	}{{`"`, 2}, {"\n", 2}, {"\x01", 6}, {"é", 2}, {"😀", 4}, {"\xff", 3}} {
		r, size := read(output(strings.Repeat(unit.text, LogDataBytesMax)))
		if got, want := utf8.RuneCountInString(r.Details.Output), LogDataBytesMax/unit.escaped; got != want || !r.Details.OutputDetails.Truncated {
			t.Errorf("%q: %d characters are left, want %d", unit.text, got, want)
		}
		if strings.Contains(r.Details.Output, "\ufffd") && unit.text != "\xff" {
			t.Errorf("%q: cut within a character", unit.text)
		}
		if size > 256<<10 {
			t.Errorf("%q: the record has %d bytes", unit.text, size)
		}
	}

	// All payloads of an event share the limit, so that the record fits into one event of CloudWatch Logs.
	half := strings.Repeat("y", LogDataBytesMax/2)
	r, _ := read(output(half), Field{Key: AssignedVariables, Vars: []Variable{{"a", half}, {"b", "lost"}}}, Field{Key: Name, Text: "S"})
	if d := r.Details; d.OutputDetails.Truncated || !d.AssignedVariablesDetails.Truncated || d.AssignedVariables["a"] != half || d.AssignedVariables["b"] != "" || d.Name != "S" {
		t.Error("the payloads do not share the limit in their order")
	}
}
