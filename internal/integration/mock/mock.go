// Package mock answers Tasks from the mock configuration of Step Functions Local.
//
// The file names, for each state machine and test case, which mocked response stands for which state, and for each
// mocked response what the n-th call of the state answers: {"0": {"Return": …}, "1-2": {"Throw": …}}.
package mock

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
)

// Config is a parsed mock configuration. It is immutable and safe for concurrent use.
type Config struct {
	machines  map[string]map[string]map[string]string // machine, test case, state → response
	responses map[string][]answer
}

// answer is what the calls first to last get.
type answer struct {
	first, last int
	returns     string // JSON text
	throws      *integration.Failed
}

// Load reads a file. Errors name the file and the member that is wrong.
func Load(path string) (*Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the mock configuration: %w", err)
	}
	c, err := Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("mock configuration %s: %w", path, err)
	}
	return c, nil
}

// Parse reads the text of a mock configuration.
func Parse(raw []byte) (*Config, error) {
	var file struct {
		StateMachines map[string]struct {
			TestCases map[string]map[string]string
		}
		MockedResponses map[string]map[string]struct {
			Return json.RawMessage
			Throw  *struct{ Error, Cause string }
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, err
	}
	c := &Config{map[string]map[string]map[string]string{}, map[string][]answer{}}
	for name, calls := range file.MockedResponses {
		for key, call := range calls {
			first, last, err := span(key)
			if err != nil {
				return nil, fmt.Errorf("MockedResponses/%s: %w", name, err)
			}
			a := answer{first: first, last: last, returns: string(call.Return)}
			switch {
			case call.Throw != nil && call.Return == nil:
				a.throws = &integration.Failed{Error: call.Throw.Error, Cause: call.Throw.Cause}
			case call.Throw != nil || call.Return == nil:
				return nil, fmt.Errorf("MockedResponses/%s/%s must have either Return or Throw", name, key)
			}
			c.responses[name] = append(c.responses[name], a)
		}
	}
	for name, m := range file.StateMachines {
		for testCase, states := range m.TestCases {
			for state, response := range states {
				if c.responses[response] == nil {
					return nil, fmt.Errorf("StateMachines/%s/TestCases/%s/%s names the response %q, which MockedResponses does not have", name, testCase, state, response)
				}
			}
		}
		c.machines[name] = m.TestCases
	}
	return c, nil
}

// span reads "3" or "1-2".
func span(key string) (first, last int, err error) {
	from, to, isRange := strings.Cut(key, "-")
	first, err = strconv.Atoi(from)
	last = first
	if err == nil && isRange {
		last, err = strconv.Atoi(to)
	}
	if err != nil || first < 0 || last < first {
		return 0, 0, fmt.Errorf("%q is not the number of a call or a range such as \"1-2\"", key)
	}
	return first, last, nil
}

// For returns the connector that answers c from the configuration, or nil if the call is not mocked. Activities
// cannot be mocked.
func (c *Config) For(call integration.Call) integration.Connector {
	if call.TestCase == "" || call.Resource.Kind == asl.Activity {
		return nil
	}
	response, ok := c.machines[call.MachineName][call.TestCase][call.State]
	if !ok {
		return nil
	}
	return connector(c.responses[response])
}

// HasTestCase reports whether a test case is in the configuration.
func (c *Config) HasTestCase(machine, testCase string) bool {
	_, ok := c.machines[machine][testCase]
	return ok
}

// resultOf returns what a mocked answer means to a task. A task that names a function by its ARN gets what the function
// returned, so of an answer in the form of lambda:invoke it gets the Payload (recorded: local_mocking,
// test_map_state_lambda).
func resultOf(kind asl.ResourceKind, returns string) string {
	if kind != asl.Function {
		return returns
	}
	var invoked struct {
		StatusCode *int
		Payload    json.RawMessage
	}
	if json.Unmarshal([]byte(returns), &invoked) == nil && invoked.StatusCode != nil && invoked.Payload != nil {
		return string(invoked.Payload)
	}
	return returns
}

type connector []answer

// Idempotent reports true: a mock does nothing.
func (connector) Idempotent(integration.Call) bool { return true }

// Invoke answers the call by its number.
func (answers connector) Invoke(_ context.Context, c integration.Call) integration.Answer {
	submitted := ""
	if c.Resource.Pattern != asl.RequestResponse {
		submitted = "{}"
	}
	for _, a := range answers {
		if c.Invocation < a.first || c.Invocation > a.last {
			continue
		}
		if a.throws != nil {
			fl := *a.throws
			return fl
		}
		if submitted != "" {
			submitted = a.returns
		}
		return integration.Succeeded{Output: resultOf(c.Resource.Kind, a.returns), Submitted: submitted}
	}
	return integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf(
		"The mock configuration has no answer for call %d of the state '%s' in the test case '%s'.", c.Invocation, c.State, c.TestCase)}
}
