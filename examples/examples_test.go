// Package examples_test runs every input of every example, as `cogstep dev` would, and checks how it ends.
package examples_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/internal/localfunction"
	"github.com/cogstep/cogstep/internal/server"
	"github.com/cogstep/cogstep/internal/template"
	"github.com/cogstep/cogstep/query"
)

// endings says how the executions of the order pipeline end, by their input's name: a part of the output of those that
// succeed, the error of those that fail, and which states show that the right thing was done on the way.
var endings = map[string]struct {
	output, err string
	states      []string
}{
	"accepted":      {output: `{"orderId":"A-1001","status":"SHIPPED","total":150`},
	"invalid":       {err: "InvalidOrder"},
	"fraud":         {err: "FraudSuspected", states: []string{"Release items"}},
	"out-of-stock":  {err: "OutOfStock", states: []string{"Release items"}},
	"declined":      {err: "PaymentDeclined", states: []string{"Release items"}},
	"undeliverable": {err: "Undeliverable", states: []string{"Refund", "Release items"}},
	"large":         {output: `{"orderId":"A-1007","status":"SHIPPED","total":1947`, states: []string{"Ask for approval", "Approved?"}},
}

func TestOrderPipelineInGo(t *testing.T) { orderPipeline(t, "order-pipeline", "go") }

func TestOrderPipelineInPythonAndNode(t *testing.T) {
	orderPipeline(t, "order-pipeline-python-node", "python3", "node")
}

func orderPipeline(t *testing.T, dir string, needs ...string) {
	for _, program := range needs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: the example is not tested", program)
		}
	}
	s := serve(t, filepath.Join(dir, "template.yaml"))
	inputs, err := filepath.Glob("order-pipeline/events/*.json")
	if err != nil || len(inputs) != len(endings) {
		t.Fatalf("%d inputs and %d endings (%v); each input needs one", len(inputs), len(endings), err)
	}
	for _, path := range inputs {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		want, ok := endings[name]
		if !ok {
			t.Fatalf("nothing says how %s ends", path)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			h, states := runOrder(t, s, name, string(text))
			switch status := h.Status.(type) {
			case execution.Succeeded:
				if got := status.Output.Text(); want.output == "" || !strings.HasPrefix(got, want.output) {
					t.Errorf("succeeded with %s; want %s", got, want.output+want.err)
				}
			case execution.Failed:
				if status.Error != want.err || status.Cause == "" {
					t.Errorf("failed with %s: %s; want %s", status.Error, status.Cause, want.output+want.err)
				}
			default:
				t.Errorf("ended as %s", h.Status.Name())
			}
			for _, state := range want.states {
				if !states[state] {
					t.Errorf("did not go through %q", state)
				}
			}
		})
	}
}

// observer answers the executions that wait for approval: the token stands in what the task was sent.
type observer struct{ waits chan string } // task tokens

func (o observer) Recorded(_ engine.Origin, events []history.Event) {
	for _, ev := range events {
		var parameters struct{ Payload struct{ TaskToken string } }
		_ = json.Unmarshal([]byte(ev.Text(history.Parameters)), &parameters) // other tasks have other parameters, or none
		if token := parameters.Payload.TaskToken; token != "" && ev.Type == history.TaskScheduled {
			o.waits <- token
		}
	}
}

// serve runs the application of a template in memory for as long as the test takes.
func serve(t *testing.T, path string) *server.Server {
	t.Helper()
	scope := arn.Scope{Account: server.DefaultAccount, Region: server.DefaultRegion}
	app, err := template.Load([]string{path}, template.Options{Scope: scope})
	if err != nil {
		t.Fatal(err)
	}
	builder := localfunction.Builder{Cache: t.TempDir()}
	for i, f := range app.Functions {
		if f.Buildable() {
			if app.Functions[i], err = builder.Build(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
	}
	o := observer{make(chan string, 10)}
	s, err := server.Open(t.Context(), server.Config{
		Scope: scope, Functions: app.Functions, Observer: o,
		FunctionLog: func(function, line string) { t.Logf("[%s] %s", function, line) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{}, 2)
	go func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
		ended <- struct{}{}
	}()
	go func() { approve(ctx, t, s, o.waits); ended <- struct{}{} }()
	t.Cleanup(func() {
		cancel()
		<-ended
		<-ended
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, m := range app.StateMachines {
		if _, diagnostics := asl.Compile(m.Definition, asl.Options{Express: m.Express}); len(diagnostics) > 0 {
			t.Fatalf("%s: %s", m.Name, diagnostics)
		}
		if _, err := s.Catalog.CreateMachine(t.Context(), catalog.CreateMachine{Name: m.Name, RoleARN: m.RoleARN, Definition: m.Definition}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// approve says yes to every token.
func approve(ctx context.Context, t *testing.T, s *server.Server, tokens <-chan string) {
	answer, err := query.NewDocument(`{"approved":true}`)
	if err != nil {
		t.Error(err)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case token := <-tokens:
			if err := s.Engine.SendTaskSuccess(ctx, token, answer); err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("approve: %v", err)
			}
		}
	}
}

// runOrder runs one execution and returns how it ended and which states it entered.
func runOrder(t *testing.T, s *server.Server, name, input string) (execution.Header, map[string]bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	m, err := s.Catalog.MachineByName("OrderPipeline")
	if err != nil {
		t.Fatal(err)
	}
	document, err := query.NewDocument(strings.TrimSpace(input))
	if err != nil {
		t.Fatal(err)
	}
	started, err := s.Engine.Start(ctx, engine.StartExecution{
		Name: name, StateMachineARN: s.StateMachineARN(m.Name), MachineName: m.Name, RoleARN: m.RoleARN,
		Definition: m.Definition, Incarnation: m.Incarnation, Input: document,
	})
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Engine.Wait(ctx, started.ARN)
	if err != nil {
		t.Fatal(err)
	}
	events, _, err := s.Engine.History(ctx, started.ARN, 1, 1000, false)
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]bool{}
	for _, ev := range events {
		states[ev.Text(history.Name)] = true
	}
	return h, states
}
