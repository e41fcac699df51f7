package execution

import (
	"fmt"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/query"
)

// choice goes on with the first rule that holds, else with Default.
func (s *step) choice(f *Frame, state *asl.Choice) {
	v := s.visit(f, state)
	for i, rule := range state.Rules {
		holds := v.holds(rule, i)
		if v.failed(nil) {
			return
		}
		if holds {
			// A rule's own Assign and Output take the place of the state's.
			output := rule.Output
			if output == nil {
				output = state.Output
			}
			v.finishTo(v.input, nil, asl.ResultPath{}, rule.Assign, output, rule.Next)
			return
		}
	}
	if state.Default == "" {
		v.fault("Failed to transition out of the state. The state does not point to a next state.")
		v.failed(nil)
		return
	}
	v.finishTo(v.input, nil, asl.ResultPath{}, state.Assign, state.Output, state.Default)
}

func (v *visit) holds(rule asl.Rule, i int) bool {
	if v.failure != nil {
		return false
	}
	if v.c.QueryLanguage == asl.JSONPath {
		holds, err := test(rule.Test, v.scope(v.input))
		if err != nil {
			v.fault(choiceTail(err))
		}
		return holds
	}
	if rule.When == nil {
		return rule.Static
	}
	field := indexed("Choices", i) + "/Condition"
	value, ok := v.value(rule.When, field)
	if !ok {
		return false
	}
	if value.Kind() != query.Boolean {
		v.unexpectedType(rule.When, field, "boolean", value)
		return false
	}
	return value.Bool()
}

func indexed(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// choiceTail is the sentence for a path in a rule that leads nowhere.
func choiceTail(err error) string {
	if qe, ok := err.(*query.Error); ok && qe.Kind == query.PathNotFound {
		return fmt.Sprintf("Invalid path '%s': The choice state's condition path references an invalid value.", qe.Path)
	}
	return pathTail(err)
}
