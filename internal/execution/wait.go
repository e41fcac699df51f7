package execution

import (
	"fmt"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// wait sets the frame's timer, or goes on at once if the moment has passed.
func (s *step) wait(f *Frame, state *asl.Wait) {
	v := s.visit(f, state)
	var until time.Time
	if state.Seconds.Given() {
		until = s.ev.At.Add(v.waitSeconds(state.Seconds))
	} else {
		until = v.waitTimestamp(state.Timestamp)
	}
	if until.Sub(s.ev.At) > waitSecondsMax*time.Second {
		v.fault("Wait state delay is too long.")
	}
	if v.failed(nil) {
		return
	}
	f.Focus = InWait{until}
	if !until.After(s.ev.At) {
		s.waited(f)
	}
}

// waited leaves a Wait whose moment has come.
func (s *step) waited(f *Frame) {
	state := s.m.State(f.State).(*asl.Wait)
	v := s.visit(f, state)
	v.finish(v.effective(nil), nil, asl.ResultPath{})
}

func (v *visit) waitSeconds(n asl.Number) time.Duration {
	if n.Expr == nil || v.failure != nil {
		return time.Duration(n.Static) * time.Second
	}
	if v.c.QueryLanguage == asl.JSONata {
		value, ok := v.value(n.Expr, n.Field)
		if !ok {
			return 0
		}
		secs, ok := wholeNumber(value)
		if !ok || secs < 0 || secs > secondsFieldMax {
			v.unexpectedType(n.Expr, n.Field, "non-negative integer", value)
		}
		return time.Duration(secs) * time.Second
	}
	value, err := n.Expr.Eval(v.scope(v.input))
	if err != nil || value.Kind() == query.Null {
		v.fault(fmt.Sprintf("The %s parameter does not reference an input value: %s", n.Field, n.Expr))
		return 0
	}
	secs, ok := lenientNumber(value)
	switch {
	case !ok:
		v.fault(fmt.Sprintf("The %s parameter cannot be parsed as a long value: %s == %s", n.Field, n.Expr, shown(value)))
	case secs < 0:
		v.fault(fmt.Sprintf("The %s parameter references a negative value: %s == %d", n.Field, n.Expr, secs))
	case secs > secondsFieldMax:
		v.fault("Wait state delay is too long.")
	}
	return time.Duration(min(max(secs, 0), secondsFieldMax)) * time.Second
}

func (v *visit) waitTimestamp(t asl.Text) time.Time {
	src := t.Static
	if t.Expr != nil && v.failure == nil {
		if v.c.QueryLanguage == asl.JSONata {
			src = v.text(t)
		} else {
			value, err := t.Expr.Eval(v.scope(v.input))
			if err != nil {
				v.fault(fmt.Sprintf("The %s parameter does not reference an input value: %s", t.Field, t.Expr))
				return time.Time{}
			}
			src = shown(value)
		}
	}
	if v.failure != nil {
		return time.Time{}
	}
	at, ok := parseTimestamp(src)
	if !ok {
		if v.c.QueryLanguage == asl.JSONata {
			v.evaluationFailure(t.Field, "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: "+src)
		} else {
			v.fault(fmt.Sprintf("The %s parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s", t.Field, t.Expr, src))
		}
	}
	return at.Truncate(time.Millisecond)
}

// parseTimestamp reads an RFC 3339 moment; the letters T and Z are capital.
func parseTimestamp(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' || s[len(s)-1] == 'z' {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

// shown is how messages show a value: strings without their quotes.
func shown(v query.Value) string {
	if v.Kind() == query.String {
		return v.Str()
	}
	return v.Compact()
}
