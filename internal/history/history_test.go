package history

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cogstep/cogstep/internal/api/model"
)

func TestTableAgreesWithTheServiceModel(t *testing.T) {
	service := model.Load()
	names := service.Shapes["HistoryEventType"].Enum
	detailsOf := map[string][]string{}
	for member, ref := range service.Shapes["HistoryEvent"].Members {
		if strings.HasSuffix(member, "EventDetails") {
			detailsOf[member] = slices.Sorted(maps.Keys(service.Shapes[ref.Shape].Members))
		}
	}
	if got := int(typeEnd) - 1; got != 62 || len(names) != 62 {
		t.Fatalf("table has %d types, model %d, want 62", got, len(names))
	}
	byName := map[string]Type{}
	for i, row := range types {
		byName[row.name] = Type(i)
	}
	used := map[string]bool{}
	for _, name := range names {
		row := types[byName[name]]
		details := strings.ToLower(name[:1]) + name[1:] + "EventDetails"
		switch {
		case strings.HasSuffix(name, "StateEntered"):
			details = "stateEnteredEventDetails"
		case strings.HasSuffix(name, "StateExited"):
			details = "stateExitedEventDetails"
		}
		members, ok := detailsOf[details]
		if !ok {
			details = ""
		}
		used[details] = true
		if row.name != name || row.details != details {
			t.Errorf("%s: the table has %q with %q, want %q", name, row.name, row.details, details)
		}
		if diff := cmp.Diff(members, wireMembers(row.keys), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s, members (-model +table):\n%s", name, diff)
		}
	}
	for details := range detailsOf {
		if !used[details] {
			t.Errorf("no type has %s", details)
		}
	}
}

func wireMembers(ks []Key) (names []string) {
	for _, k := range ks {
		names = append(names, k.String())
		if f := keys[k].form; f == payload || f == variables {
			names = append(names, k.String()+"Details")
		}
	}
	slices.Sort(names)
	return names
}

func TestWireForm(t *testing.T) {
	for _, c := range []struct {
		name  string
		ev    Event
		bare  bool
		event string
	}{
		{"first event", Event{ID: 1, Type: ExecutionStarted, At: 1732275000250, Fields: []Field{{Key: Input, Text: `{"a": "é\n"}`}, {Key: RoleArn, Text: "r"}}}, false,
			`{"timestamp":1732275000.250,"type":"ExecutionStarted","id":1,"previousEventId":0,"executionStartedEventDetails":{"input":"{\"a\": \"é\\n\"}","inputDetails":{"truncated":false},"roleArn":"r"}}`},
		{"no details in the model", Event{ID: 2, Previous: 1, Type: LambdaFunctionStarted}, false,
			`{"timestamp":0.000,"type":"LambdaFunctionStarted","id":2,"previousEventId":1}`},
		{"no error and no cause", Event{ID: 3, Type: ExecutionFailed}, false,
			`{"timestamp":0.000,"type":"ExecutionFailed","id":3,"previousEventId":0,"executionFailedEventDetails":{}}`},
		{"variables", Event{ID: 4, Type: PassStateExited, Fields: []Field{{Key: Name, Text: "S"}, {Key: AssignedVariables, Vars: []Variable{{"x", `"t"`}, {"n", "1"}}}}}, false,
			`{"timestamp":0.000,"type":"PassStateExited","id":4,"previousEventId":0,"stateExitedEventDetails":{"name":"S","assignedVariables":{"x":"\"t\"","n":"1"},"assignedVariablesDetails":{"truncated":false}}}`},
		{"parameters stay without data", Event{ID: 5, Type: TaskScheduled, Fields: []Field{{Key: Parameters, Text: "{}"}, {Key: TimeoutInSeconds, Int: 30}, {Key: TaskCredentials, Text: "r"}}}, true,
			`{"timestamp":0.000,"type":"TaskScheduled","id":5,"previousEventId":0,"taskScheduledEventDetails":{"parameters":"{}","timeoutInSeconds":30,"taskCredentials":{"roleArn":"r"}}}`},
		{"payloads go without data", Event{ID: 6, Type: TaskSucceeded, Fields: []Field{{Key: Resource, Text: "invoke"}, {Key: Output, Text: "{}"}}}, true,
			`{"timestamp":0.000,"type":"TaskSucceeded","id":6,"previousEventId":0,"taskSucceededEventDetails":{"resource":"invoke"}}`},
		{"control and bad bytes", Event{ID: 7, Type: ExecutionAborted, Fields: []Field{{Key: Cause, Text: "\x00\xff\\"}}}, false,
			`{"timestamp":0.000,"type":"ExecutionAborted","id":7,"previousEventId":0,"executionAbortedEventDetails":{"cause":"\u0000` + "\ufffd" + `\\"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(AppendWire(nil, c.ev, !c.bare))
			if got != c.event {
				t.Errorf("got  %s\nwant %s", got, c.event)
			}
			if !json.Valid([]byte(got)) {
				t.Error("not JSON")
			}
		})
	}
}

func TestStateTypes(t *testing.T) {
	for name := range stateTypes {
		if got := StateEntered(name).String(); got != name+"StateEntered" {
			t.Errorf("StateEntered(%s) = %s", name, got)
		}
		got, ok := StateExited(name)
		if ok != (name != "Fail") || ok && got.String() != name+"StateExited" {
			t.Errorf("StateExited(%s) = %s, %v", name, got, ok)
		}
	}
	if StateEntered("Nap") != 0 {
		t.Error("a state type that does not exist has an event")
	}
}

func TestChunkWritesARepeatedTextOnce(t *testing.T) {
	big := strings.Repeat("x", 1000)
	b := EncodeChunk([]Event{
		{ID: 8, Type: PassStateExited, At: 5, Fields: []Field{{Key: Output, Text: big}}},
		{ID: 9, Type: PassStateEntered, At: 5, Fields: []Field{{Key: Input, Text: big}}},
	})
	if len(b) > 1100 {
		t.Errorf("chunk has %d bytes", len(b))
	}
}

func TestChunkOfANewerProgramIsRefused(t *testing.T) {
	if _, err := DecodeChunk([]byte{chunkVersion + 1}); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("err = %v", err)
	}
}

// FuzzDecodeChunk: any bytes either are refused or mean events that are the same after encoding again.
func FuzzDecodeChunk(f *testing.F) {
	f.Add(EncodeChunk(nil))
	f.Add(EncodeChunk([]Event{
		{ID: 1, Type: ExecutionStarted, At: 1732275000250, Fields: []Field{{Key: Input, Text: "{}"}}},
		{ID: 2, Previous: 1, Type: MapStateStarted, At: 1732275000249, Fields: []Field{{Key: Length, Int: -3}}},
		{ID: 3, Previous: 2, Type: PassStateExited, At: 1732275000251, Fields: []Field{{Key: AssignedVariables, Vars: []Variable{{"x", "{}"}}}}},
	}))
	f.Fuzz(func(t *testing.T, b []byte) {
		events, err := DecodeChunk(b)
		if err != nil {
			return
		}
		again, err := DecodeChunk(EncodeChunk(events))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(events, again, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}
