package sdk

import (
	"fmt"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// plausible makes values of shapes: every member is there, lists have one element, every text is one of a kind and says
// where it comes from.
type plausible struct {
	optimized bool // names are those of optimized integrations, otherwise the model's
	texts     map[string]*awsmodel.Shape
}

// deep is how often a shape may stand within itself.
const deep = 1

func (p *plausible) value(s *awsmodel.Shape, at string, open map[*awsmodel.Shape]int) query.Value {
	if s == nil || open[s] > deep {
		return query.Value{}
	}
	open[s]++
	defer func() { open[s]-- }()
	switch s.Type {
	case awsmodel.Structure:
		var o query.ObjectBuilder
		for i := range s.Members {
			m := &s.Members[i]
			name := m.Name
			if p.optimized {
				name = m.OptimizedName()
			}
			if v := p.value(m.Shape, at+"."+name, open); !v.IsUndefined() {
				o.Set(name, v)
			}
		}
		return o.Build()
	case awsmodel.List:
		if v := p.value(s.Element, at+"[0]", open); !v.IsUndefined() {
			return query.ArrayValue([]query.Value{v})
		}
		return query.ArrayValue(nil)
	case awsmodel.Map:
		var o query.ObjectBuilder
		if v := p.value(s.Element, at+".key", open); !v.IsUndefined() {
			o.Set("key", v)
		}
		return o.Build()
	case awsmodel.Boolean:
		return query.BoolValue(true)
	case awsmodel.Integer, awsmodel.Long, awsmodel.Float, awsmodel.Double, awsmodel.BigInteger, awsmodel.BigDecimal:
		return query.IntValue(1)
	case awsmodel.Timestamp:
		return query.StringValue("2026-11-22T10:00:00Z")
	}
	text := fmt.Sprintf("<%s>", at)
	p.texts[text] = s
	return query.StringValue(text)
}

func makePlausible(s *awsmodel.Shape, optimized bool) (query.Value, map[string]*awsmodel.Shape) {
	p := &plausible{optimized, map[string]*awsmodel.Shape{}}
	return p.value(s, "", map[*awsmodel.Shape]int{}), p.texts
}
