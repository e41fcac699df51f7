// Package clients drives a server by the public clients of AWS Step Functions: the SDK for Go, the SDK for Python and
// the AWS CLI. One scenario is played by all of them; what a client adds (signing, host prefixes, paging, its own
// checks) is what this is about.
package clients

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/test/program"
)

func TestMain(m *testing.M) { program.Main(m) }

// object is a request or an answer: members are named as in the API.
type object = map[string]any

// client calls one operation. A refusal by the server is a *refusal.
type client interface {
	call(operation string, params object) (object, error)
}

// refusal is an error that the server answered.
type refusal struct{ code, message string }

func (r *refusal) Error() string { return r.code + ": " + r.message }

// credentials are as good as any: the server does not check them.
var credentials = []string{
	"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1",
	"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
	"AWS_DISABLE_HOST_PREFIX_INJECTION=true", "AWS_MAX_ATTEMPTS=1",
}

func TestPublicClients(t *testing.T) {
	s := program.Start(t, nil, "--data", t.TempDir())
	for name, connect := range map[string]func(t *testing.T, url string) client{
		"SDK for Go": connectGo, "SDK for Python": connectPython, "AWS CLI": connectCLI,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			prefix := strings.ToLower(strings.ReplaceAll(name, " ", "-"))
			(&scenario{t: t, c: connect(t, s.URL), prefix: prefix}).play()
		})
	}
}

// scenario is one run of the story by one client; names begin with the prefix, so that runs do not meet.
type scenario struct {
	t      *testing.T
	c      client
	prefix string
}

const role = "arn:aws:iam::000000000000:role/any"

func (s *scenario) play() {
	for _, part := range []struct {
		name string
		play func()
	}{
		{"state machine", s.stateMachine},
		{"execution", s.execution},
		{"express", s.express},
		{"activity", s.activity},
		{"stop", s.stop},
		{"redrive", s.redrive},
		{"map run", s.mapRun},
		{"refusals", s.refusals},
	} {
		outer := s.t
		ok := outer.Run(part.name, func(t *testing.T) {
			s.t = t
			part.play()
		})
		if s.t = outer; !ok {
			return
		}
	}
}

// call expects an answer.
func (s *scenario) call(operation string, params object) object {
	s.t.Helper()
	answer, err := s.c.call(operation, params)
	if err != nil {
		s.t.Fatalf("%s: %v", operation, err)
	}
	return answer
}

// refused expects an error of the API.
func (s *scenario) refused(code, operation string, params object) {
	s.t.Helper()
	answer, err := s.c.call(operation, params)
	if r, ok := errors.AsType[*refusal](err); !ok || r.code != code {
		s.t.Errorf("%s: got %v, %v; want the error %s", operation, answer, err, code)
	}
}

// want compares one member of an answer; path is split at dots.
func (s *scenario) want(answer object, path string, want any) {
	s.t.Helper()
	var v any = answer
	for _, name := range strings.Split(path, ".") {
		m, _ := v.(object)
		v = m[name]
	}
	if fmt.Sprint(v) != fmt.Sprint(want) {
		s.t.Errorf("%s is %v, want %v", path, v, want)
	}
}

// list returns a member that is a list of objects.
func list(answer object, name string) []object {
	items, _ := answer[name].([]any)
	var all []object
	for _, item := range items {
		o, _ := item.(object)
		all = append(all, o)
	}
	return all
}

// create makes a state machine and returns its ARN.
func (s *scenario) create(name, kind, definition string, tags ...any) string {
	s.t.Helper()
	params := object{"name": s.prefix + "-" + name, "definition": definition, "roleArn": role, "type": kind}
	if len(tags) > 0 {
		params["tags"] = tags
	}
	return s.call("CreateStateMachine", params)["stateMachineArn"].(string)
}

func (s *scenario) start(machine, name, input string) string {
	s.t.Helper()
	params := object{"stateMachineArn": machine, "name": name, "input": input}
	return s.call("StartExecution", params)["executionArn"].(string)
}

// await follows an execution to its end.
func (s *scenario) await(execution string) object {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		answer := s.call("DescribeExecution", object{"executionArn": execution})
		if answer["status"] != "RUNNING" {
			return answer
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%s is still running", execution)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// history reads all events in pages of two.
func (s *scenario) history(execution string, reverse bool) []object {
	s.t.Helper()
	var all []object
	params := object{"executionArn": execution, "maxResults": 2, "reverseOrder": reverse}
	for {
		answer := s.call("GetExecutionHistory", params)
		page := list(answer, "events")
		all = append(all, page...)
		token, more := answer["nextToken"].(string)
		if !more || token == "" {
			return all
		}
		if len(page) != 2 {
			s.t.Fatalf("a page with a successor has %d events, want 2", len(page))
		}
		params["nextToken"] = token
	}
}

// id is an event's id, whatever number type the client made of it.
func id(event object) string { return fmt.Sprint(event["id"]) }

func types(events []object) string {
	var names []string
	for _, ev := range events {
		names = append(names, fmt.Sprint(ev["type"]))
	}
	return strings.Join(names, " ")
}

// quoted writes a Go value as JSON.
func quoted(v any) string {
	b, err := json.Marshal(v)
	return cmp.Or(string(b), fmt.Sprint(err))
}

func names(items []object) []string {
	var all []string
	for _, o := range items {
		all = append(all, fmt.Sprint(o["name"]))
	}
	slices.Sort(all)
	return all
}
