package execution

import (
	"slices"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/history"
	"github.com/cogstep/cogstep/query"
)

// variables looks a name up in a frame and in the frames around it. A name stands in one of them only: the compiler
// refuses shadowing.
type variables struct {
	s *step
	f *Frame
}

// Lookup implements query.Variables.
func (vs variables) Lookup(name string) (query.Value, bool) {
	for f := vs.f; f != nil; f = vs.s.get(f.Parent) {
		if i, ok := find(f.Vars, name); ok {
			return f.Vars[i].Value.Value(), true
		}
	}
	return query.Value{}, false
}

func find(vars []Variable, name string) (int, bool) {
	return slices.BinarySearchFunc(vars, name, func(v Variable, n string) int { return strings.Compare(v.Name, n) })
}

// merge returns old with the assigned variables in place of, or beside, those of the same name. old is unchanged.
func merge(old, assigned []Variable) []Variable {
	out := slices.Clone(old)
	for _, v := range assigned {
		if i, ok := find(out, v.Name); ok {
			out[i] = v
		} else {
			out = slices.Insert(out, i, v)
		}
	}
	return out
}

// assign evaluates assignments. All of them see the variables as they were on entry.
func (v *visit) assign(as []asl.Assignment, sc *query.Scope) []Variable {
	if len(as) == 0 {
		return nil
	}
	assigned := make([]Variable, 0, len(as))
	total := 0
	for _, a := range as {
		field := "Assign"
		if v.c.QueryLanguage == asl.JSONata {
			field = "Assign/" + a.Name
		}
		d := v.template(a.Value, sc, field)
		total += d.Size()
		assigned = append(assigned, Variable{a.Name, d})
	}
	if total > assignedBytesMax && v.failure == nil {
		v.failure = &failure{name: errDataLimit, fatal: true,
			cause: v.prefix() + "The variables that the state assigns exceed the maximum number of bytes service limit."}
	}
	return assigned
}

// variableTexts is the form of assigned variables in the history: JSON texts.
func variableTexts(vars []Variable) []history.Variable {
	out := make([]history.Variable, len(vars))
	for i, v := range vars {
		out[i] = history.Variable{Name: v.Name, Value: v.Value.Text()}
	}
	return out
}
