package sdk

import (
	"context"
	"fmt"

	"github.com/cogstep/cogstep/query"
	"github.com/cogstep/cogstep/query/jsonata"
)

// expression is a piece of JSONata in the table.
type expression struct{ program *jsonata.Program }

// expr compiles an expression of the table; a wrong one is a defect of the program.
func expr(source string) *expression {
	p, err := jsonata.Compile(source)
	if err != nil {
		panic(fmt.Sprintf("sdk: the expression %q: %v", source, err))
	}
	return &expression{p}
}

func (x *expression) eval(v query.Value) (query.Value, error) {
	return x.program.Eval(context.Background(), jsonata.Input{Data: v})
}

// orWhole is eval, or v itself if there is no expression.
func (x *expression) orWhole(v query.Value) (query.Value, error) {
	if x == nil {
		return v, nil
	}
	return x.eval(v)
}
