// Package upgrade opens data directories that earlier releases wrote, with the current program: what is in them is
// readable, and executions that were under way go on to their end.
//
// A release adds its own directory, testdata/NAME, which stays as it is:
//
//	UPGRADE_WRITE=release-1 go test -count=1 ./test/upgrade
package upgrade

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/cogstep/cogstep/test/program"
)

func TestMain(m *testing.M) { program.Main(m) }

const (
	prefix   = "arn:aws:states:us-east-1:000000000000:"
	activity = prefix + "activity:hand"
	endMax   = 20 * time.Second
)

// express is the machine of an asynchronous Express execution that was accepted and has not been performed: its
// function does not answer before the directory is closed.
const express = `{"StartAt":"F","States":{"F":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:late","End":true}}}`

// stories are machines with one execution, named "open", and what has become of it when the directory is closed. Every
// execution that waits does so for a worker, or for longer than it takes to write the directory.
var stories = []struct {
	name, definition string
	written          types.ExecutionStatus
}{
	{"closed", `{"StartAt":"P","States":{"P":{"Type":"Pass","Result":[1,2],"End":true}}}`, types.ExecutionStatusSucceeded},
	{"failed", `{"StartAt":"W","States":{"W":` + hand(`,"TimeoutSeconds":1`) + `}}`, types.ExecutionStatusFailed},
	{"waits", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":8,"End":true}}}`, types.ExecutionStatusRunning},
	{"activity", `{"StartAt":"W","States":{"W":` + hand("") + `}}`, types.ExecutionStatusRunning},
	{"parallel", `{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":` + hand("") +
		`}},{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"End":true}}}`, types.ExecutionStatusRunning},
	{"map", `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"A","States":{"A":` +
		hand("") + `}},"End":true}}}`, types.ExecutionStatusRunning},
	{"maprun", `{"StartAt":"M","States":{"M":{"Type":"Map","Label":"M","ItemsPath":"$.items","ItemProcessor":{"ProcessorConfig":` +
		`{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"A","States":{"A":` + hand("") + `}},"End":true}}}`, types.ExecutionStatusRunning},
	{"callback", `{"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{` +
		`"FunctionName":"work","Payload":{"token.$":"$$.Task.Token"}},"End":true}}}`, types.ExecutionStatusRunning},
	{"backoff", `{"StartAt":"R","States":{"R":` + hand(`,"TimeoutSeconds":1,"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":8}]`) +
		`}}`, types.ExecutionStatusRunning},
}

// hand is a Task for the activity.
func hand(more string) string {
	return `{"Type":"Task","Resource":"` + activity + `"` + more + `,"End":true}`
}

func TestAnEarlierReleasesDirectoryGoesOn(t *testing.T) {
	if name := os.Getenv("UPGRADE_WRITE"); name != "" {
		write(t, filepath.Join("testdata", name))
	}
	releases, err := filepath.Glob("testdata/*")
	if err != nil || len(releases) == 0 {
		t.Fatalf("no directories: %v", err)
	}
	for _, release := range releases {
		t.Run(filepath.Base(release), func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			if err := os.CopyFS(data, os.DirFS(release)); err != nil {
				t.Fatal(err)
			}
			f := newFunctions(t)
			open(t, client(program.Start(t, nil, "--data", data, "--retention", "0", "--lambda-endpoint", f.url).URL), f)
		})
	}
}

func client(url string) *sfn.Client {
	return sfn.New(sfn.Options{Region: "us-east-1", BaseEndpoint: &url,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		})})
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func machine(name string) *string   { return aws.String(prefix + "stateMachine:" + name) }
func execution(name string) *string { return aws.String(prefix + "execution:" + name + ":open") }

// await waits until an execution has the status.
func await(t *testing.T, api *sfn.Client, name string, want types.ExecutionStatus) {
	t.Helper()
	for deadline := time.Now().Add(endMax); ; time.Sleep(20 * time.Millisecond) {
		out := must[*sfn.DescribeExecutionOutput](t)(api.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: execution(name)}))
		if out.Status == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is %s, want %s", name, out.Status, want)
		}
	}
}

// write makes a directory by the current program: a table, and a log of what came after it.
func write(t *testing.T, dir string) {
	ctx, dir := t.Context(), must[string](t)(filepath.Abs(dir))
	if _, err := os.Stat(dir); err == nil {
		t.Fatalf("%s is there already: a release's directory stays as it is", dir)
	}
	data, f := filepath.Join(t.TempDir(), "data"), newFunctions(t)
	s := program.Start(t, nil, "--data", data, "--lambda-endpoint", f.url)
	api := client(s.URL)
	must[*sfn.CreateActivityOutput](t)(api.CreateActivity(ctx, &sfn.CreateActivityInput{Name: aws.String("hand")}))
	for _, story := range stories {
		out := must[*sfn.CreateStateMachineOutput](t)(api.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: &story.name, Definition: &story.definition, RoleArn: aws.String("arn:aws:iam::000000000000:role/any"), Publish: true,
			Tags: []types.Tag{{Key: aws.String("story"), Value: &story.name}},
		}))
		must[*sfn.CreateStateMachineAliasOutput](t)(api.CreateStateMachineAlias(ctx, &sfn.CreateStateMachineAliasInput{
			Name: aws.String("live"), RoutingConfiguration: []types.RoutingConfigurationListItem{{StateMachineVersionArn: out.StateMachineVersionArn, Weight: 100}},
		}))
		must[*sfn.StartExecutionOutput](t)(api.StartExecution(ctx, &sfn.StartExecutionInput{
			StateMachineArn: out.StateMachineArn, Name: aws.String("open"), Input: aws.String(`{"items":["a","b"]}`),
		}))
	}
	await(t, api, "failed", types.ExecutionStatusFailed)
	for _, story := range stories {
		await(t, api, story.name, story.written)
	}
	f.await(t, "work")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s = program.Start(t, nil, "--data", data, "--lambda-endpoint", f.url) // it puts what it reads in the log into a table
	api = client(s.URL)
	late := must[*sfn.CreateStateMachineOutput](t)(api.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
		Name: aws.String("express"), Definition: aws.String(express), RoleArn: aws.String("arn:aws:iam::000000000000:role/any"), Type: types.StateMachineTypeExpress,
	}))
	must[*sfn.StartExecutionOutput](t)(api.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: late.StateMachineArn, Input: aws.String(`{"late":true}`)}))
	f.await(t, "late")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if tables := must[[]string](t)(filepath.Glob(filepath.Join(data, "db", "*.sst"))); len(tables) == 0 {
		t.Fatal("the directory has no table")
	}
	if err := os.CopyFS(dir, os.DirFS(data)); err != nil { // without the room that the store keeps for its log
		t.Fatal(err)
	}
}

// open judges what the current program makes of a directory.
func open(t *testing.T, api *sfn.Client, f *functions) {
	ctx := t.Context()
	f.answer("late")
	go work(ctx, api)
	callBack(t, api)
	must[*sfn.RedriveExecutionOutput](t)(api.RedriveExecution(ctx, &sfn.RedriveExecutionInput{ExecutionArn: execution("failed")}))
	for _, story := range stories {
		got := must[*sfn.DescribeStateMachineOutput](t)(api.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: machine(story.name)}))
		if *got.Definition != story.definition {
			t.Errorf("%s: definition %s", story.name, *got.Definition)
		}
		alias := must[*sfn.DescribeStateMachineAliasOutput](t)(api.DescribeStateMachineAlias(ctx, &sfn.DescribeStateMachineAliasInput{
			StateMachineAliasArn: aws.String(*machine(story.name) + ":live"),
		}))
		if r := alias.RoutingConfiguration; len(r) != 1 || *r[0].StateMachineVersionArn != *machine(story.name)+":1" {
			t.Errorf("%s: the alias leads to %v", story.name, r)
		}
		tags := must[*sfn.ListTagsForResourceOutput](t)(api.ListTagsForResource(ctx, &sfn.ListTagsForResourceInput{ResourceArn: machine(story.name)}))
		if len(tags.Tags) != 1 || *tags.Tags[0].Value != story.name {
			t.Errorf("%s: tags %v", story.name, tags.Tags)
		}
		version := must[*sfn.DescribeStateMachineOutput](t)(api.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(*machine(story.name) + ":1")}))
		if *version.Definition != story.definition {
			t.Errorf("%s: definition of version 1: %s", story.name, *version.Definition)
		}
		await(t, api, story.name, types.ExecutionStatusSucceeded)
		events := must[*sfn.GetExecutionHistoryOutput](t)(api.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: execution(story.name)})).Events
		if len(events) < 3 || events[0].Type != types.HistoryEventTypeExecutionStarted || events[len(events)-1].Type != types.HistoryEventTypeExecutionSucceeded {
			t.Errorf("%s: history %v", story.name, events)
		}
	}
	f.await(t, "late")
	if got := f.input("late"); got != `{"late":true}` {
		t.Errorf("the Express execution's function was called with %s", got)
	}
	started := must[*sfn.StartExecutionOutput](t)(api.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: aws.String(*machine("closed") + ":live"), Name: aws.String("by-alias"),
	}))
	end := must[*sfn.DescribeExecutionOutput](t)(api.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn}))
	if got := aws.ToString(end.StateMachineVersionArn); got != *machine("closed")+":1" {
		t.Errorf("an execution that was started by the alias runs %q", got)
	}
}

// callBack ends the task that waits for its token, by the token that an earlier release made. The history tells it.
func callBack(t *testing.T, api *sfn.Client) {
	t.Helper()
	events := must[*sfn.GetExecutionHistoryOutput](t)(api.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: execution("callback")})).Events
	for _, ev := range events {
		if ev.Type != types.HistoryEventTypeTaskScheduled {
			continue
		}
		var told struct{ Payload struct{ Token string } }
		if err := json.Unmarshal([]byte(*ev.TaskScheduledEventDetails.Parameters), &told); err != nil {
			t.Fatal(err)
		}
		must[*sfn.SendTaskSuccessOutput](t)(api.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{
			TaskToken: &told.Payload.Token, Output: aws.String("{}"),
		}))
		return
	}
	t.Fatalf("no task was scheduled: %v", events)
}

// work is the activity's worker, which says yes to everything.
func work(ctx context.Context, api *sfn.Client) {
	for ctx.Err() == nil {
		task, err := api.GetActivityTask(ctx, &sfn.GetActivityTaskInput{ActivityArn: aws.String(activity)})
		if err == nil && task.TaskToken != nil {
			_, _ = api.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: task.TaskToken, Output: aws.String("{}")}) // or it timed out, and is tried again
		}
	}
}
