package execution

import (
	"fmt"
	"strconv"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// task schedules an attempt: the first when the state is entered, and each retry.
func (s *step) task(f *Frame, state *asl.Task) {
	v := s.visit(f, state)
	if state.Resource.Kind == asl.Activity && !s.ev.World.ActivityExists(state.Resource.ARN) {
		v.fault(fmt.Sprintf("The activity %s does not exist.", state.Resource.ARN))
	}
	// The scheduling event is the next one: nothing that follows here writes another before it.
	id := TaskID{f.ID, s.h.LastEvent + 1}
	if state.Resource.Pattern == asl.WaitForTaskToken {
		v.token = s.ev.World.Token(Attempt{s.h.ARN, s.h.StartedAt, id})
	}
	timeout := v.duration(state.Timeout)
	heartbeat := v.duration(state.Heartbeat)
	role := v.text(state.RoleArn)
	parameters := v.effective(state.Parameters)
	if v.failure == nil && parameters.Exceeds(PayloadBytesMax) {
		v.failure = &failure{name: errDataLimit, cause: parametersTooLarge(string(f.State)), fatal: true}
	}
	if v.failed(nil) {
		return
	}
	focus := InTask{
		Scheduled:  id.Scheduled,
		Parameters: parameters,
		RoleARN:    role,
		Timeout:    timeout,
		Heartbeat:  heartbeat,
		Invocation: s.countInvocation(f.State),
	}
	if state.Resource.Kind == asl.Activity || state.Resource.Pattern == asl.WaitForTaskToken {
		focus.start(s.ev.At) // these may wait long for somebody to begin, and that time counts
	}
	s.emitOn(f, taskEvents[state.Resource.Kind].scheduled, scheduledFields(&s.h, state.Resource, focus)...)
	f.Focus = focus
	s.scheduled = append(s.scheduled, id)
}

// start begins the time-out.
func (t *InTask) start(at time.Time) {
	if t.Timeout > 0 && t.Deadline.IsZero() {
		t.Deadline = at.Add(t.Timeout)
	}
}

// beat begins the heartbeat's clock, or begins it again.
func (t *InTask) beat(at time.Time) {
	if t.Heartbeat > 0 {
		t.Beat = at.Add(t.Heartbeat)
	}
}

// countInvocation returns how often the state was called before; mocked answers are chosen by it.
func (s *step) countInvocation(state asl.StateName) int {
	if s.h.TestCase == "" {
		return 0
	}
	counts := make(map[asl.StateName]int, len(s.h.Invocations)+1)
	for k, n := range s.h.Invocations {
		counts[k] = n
	}
	n := counts[state]
	counts[state] = n + 1
	s.h.Invocations = counts
	return n
}

// duration evaluates TimeoutSeconds or HeartbeatSeconds in any of its forms; 0 if it is not given.
func (v *visit) duration(n asl.Number) time.Duration {
	if v.failure != nil || !n.Given() {
		return 0
	}
	if n.Expr == nil {
		return time.Duration(n.Static) * time.Second
	}
	if v.c.QueryLanguage == asl.JSONata {
		value, ok := v.value(n.Expr, n.Field)
		if !ok {
			return 0
		}
		if secs, ok := wholeNumber(value); ok && secs > 0 {
			return time.Duration(min(secs, secondsFieldMax)) * time.Second
		}
		v.unexpectedType(n.Expr, n.Field, "positive integer", value)
		return 0
	}
	value, err := n.Expr.Eval(v.scope(v.input))
	if err != nil {
		v.fault(pathTail(err))
		return 0
	}
	secs, ok := lenientNumber(value)
	if !ok || secs <= 0 {
		v.fault(fmt.Sprintf("The %s parameter does not reference a positive integer: %s == %s", n.Field, n.Expr, value.Compact()))
		return 0
	}
	return time.Duration(min(secs, secondsFieldMax)) * time.Second
}

func wholeNumber(v query.Value) (int64, bool) {
	if v.Kind() != query.Number {
		return 0, false
	}
	return v.Int()
}

// lenientNumber also reads a string that holds a whole number, as the service does for …Path fields (recorded:
// test_reference_in_map_state).
func lenientNumber(v query.Value) (int64, bool) {
	if v.Kind() == query.String {
		n, err := strconv.ParseInt(v.Str(), 10, 64)
		return n, err == nil
	}
	return wholeNumber(v)
}

// attempt returns the frame whose task id names, ready to be changed, or ErrStale.
func (s *step) attempt(id TaskID) (*Frame, InTask, error) {
	f := s.get(id.Frame)
	if f == nil {
		return nil, InTask{}, ErrStale
	}
	focus, ok := f.Focus.(InTask)
	if !ok || focus.Scheduled != id.Scheduled {
		return nil, InTask{}, ErrStale
	}
	return s.edit(id.Frame), focus, nil
}

func (s *step) taskStarted(what TaskStarted) error {
	f, focus, err := s.attempt(what.ID)
	if err != nil {
		return err
	}
	if focus.Phase != Scheduled {
		return ErrStale
	}
	r := s.resource(f)
	focus.Phase = Started
	focus.start(s.ev.At)
	switch r.Kind {
	case asl.Activity:
		focus.beat(s.ev.At)
		s.emitOn(f, history.ActivityStarted, text(history.WorkerName, what.Worker))
	case asl.Function:
		s.emitOn(f, history.LambdaFunctionStarted)
	default:
		s.emitOn(f, history.TaskStarted, resourceFields(r)...)
	}
	f.Focus = focus
	return nil
}

func (s *step) taskSubmitted(what TaskSubmitted) error {
	f, focus, err := s.attempt(what.ID)
	if err != nil {
		return err
	}
	if focus.Phase != Started {
		return ErrStale
	}
	s.emitOn(f, history.TaskSubmitted, append(resourceFields(s.resource(f)), payload(history.Output, what.Output))...)
	focus.Phase = Submitted
	focus.Job = what.Job
	focus.beat(s.ev.At)
	early := focus.Early
	focus.Early = nil
	f.Focus = focus
	if early != nil {
		s.settle(f, early)
	}
	return nil
}

// taskAnswered ends an attempt. An answer through a task token may overtake the call that carried the token; it has
// been acknowledged, so it is kept until the call is over, and it outranks the call's own failure.
func (s *step) taskAnswered(id TaskID, what Occurrence, byToken bool) error {
	f, focus, err := s.attempt(id)
	if err != nil {
		return err
	}
	r := s.resource(f)
	if byToken && r.Kind == asl.Integration && focus.Phase == Started {
		if focus.Early != nil {
			return ErrStale
		}
		focus.Early = what
		f.Focus = focus
		return nil
	}
	if focus.Early != nil {
		what = focus.Early
	}
	s.settle(f, what)
	return nil
}

// settle writes the answer of an attempt and takes the state on.
func (s *step) settle(f *Frame, what Occurrence) {
	state := s.m.State(f.State).(*asl.Task)
	r := state.Resource
	events := taskEvents[r.Kind]
	f.Focus = Answered{}
	switch what := what.(type) {
	case TaskSucceeded:
		if what.Output.Exceeds(PayloadBytesMax) {
			s.settle(f, TaskFailed{Error: errDataLimit, Cause: resultTooLarge(calleeName(r))})
			return
		}
		s.emitOn(f, events.succeeded, append(taskFields(r), payload(history.Output, what.Output))...)
		v := s.visit(f, state)
		v.finish(what.Output, state.ResultSelector, state.ResultPath)
	case TaskFailed:
		s.emitOn(f, events.failed, append(taskFields(r), text(history.Error, what.Error), text(history.Cause, what.Cause))...)
		s.fail(f, failure{name: what.Error, cause: what.Cause})
	}
}

func (s *step) taskBeat(what TaskBeat) error {
	f, focus, err := s.attempt(what.ID)
	if err != nil {
		return err
	}
	if !focus.Beat.IsZero() {
		focus.beat(s.ev.At)
		f.Focus = focus
	}
	return nil
}

// taskTimedOut ends an attempt whose time-out or heartbeat has passed. Both are recorded as States.Timeout without a
// cause. A token's answer that was acknowledged in time still counts.
func (s *step) taskTimedOut(f *Frame) {
	id, focus, _ := f.Task()
	s.cancel(id)
	f.Focus = Answered{}
	if focus.Early != nil {
		s.settle(f, focus.Early)
		return
	}
	heartbeat := focus.Deadline.IsZero() || s.ev.At.Before(focus.Deadline)
	r := s.resource(f)
	s.emitOn(f, taskEvents[r.Kind].timedOut, append(taskFields(r), text(history.Error, errTimeout))...)
	s.fail(f, failure{name: errTimeout, heartbeat: heartbeat})
}

// resource returns what the task in f's state calls.
func (s *step) resource(f *Frame) asl.Resource { return s.m.State(f.State).(*asl.Task).Resource }

// taskEvents are the event types by kind of resource.
var taskEvents = map[asl.ResourceKind]struct{ scheduled, succeeded, failed, timedOut history.Type }{
	asl.Integration: {history.TaskScheduled, history.TaskSucceeded, history.TaskFailed, history.TaskTimedOut},
	asl.Function:    {history.LambdaFunctionScheduled, history.LambdaFunctionSucceeded, history.LambdaFunctionFailed, history.LambdaFunctionTimedOut},
	asl.Activity:    {history.ActivityScheduled, history.ActivitySucceeded, history.ActivityFailed, history.ActivityTimedOut},
}

// resourceFields name an integration the way events do: "sqs", "sendMessage.waitForTaskToken".
func resourceFields(r asl.Resource) []history.Field {
	return []history.Field{text(history.ResourceType, r.Service), text(history.Resource, r.Action+r.Pattern.String())}
}

// taskFields are the fields that every answer's event has.
func taskFields(r asl.Resource) []history.Field {
	if r.Kind == asl.Integration {
		return resourceFields(r)
	}
	return nil
}

// calleeName is what causes call the callee.
func calleeName(r asl.Resource) string {
	if r.Kind == asl.Integration {
		return r.Service
	}
	return r.ARN
}

func scheduledFields(h *Header, r asl.Resource, t InTask) []history.Field {
	var fields []history.Field
	if r.Kind == asl.Integration {
		a, _ := arn.Parse(h.ARN)
		fields = append(resourceFields(r), text(history.Region, a.Region), payload(history.Parameters, t.Parameters))
	} else {
		fields = append(fields, text(history.Resource, r.ARN), payload(history.Input, t.Parameters))
	}
	if t.Timeout > 0 {
		fields = append(fields, number(history.TimeoutInSeconds, int64(t.Timeout/time.Second)))
	}
	if t.Heartbeat > 0 && r.Kind != asl.Function {
		fields = append(fields, number(history.HeartbeatInSeconds, int64(t.Heartbeat/time.Second)))
	}
	return append(fields, text(history.TaskCredentials, t.RoleARN))
}
