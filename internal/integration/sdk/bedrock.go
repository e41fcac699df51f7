package sdk

import (
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// modelBody drops what bedrock:invokeModel has and the operation has not. Reading the body from S3 and writing the answer
// there is not done.
func modelBody(_ *integration.Call, parameters query.Value) (query.Value, error) {
	for _, name := range []string{"Input", "Output"} {
		if _, given := parameters.Get(name); given {
			return parameters, unknownField(name)
		}
	}
	return parameters, nil
}

// modelAnswer gives the body as a document where it is one.
func modelAnswer(output query.Value) (query.Value, *integration.Failed) {
	if body, ok := output.Get("Body"); ok && body.Kind() == query.String {
		if v, err := query.Parse(body.Str()); err == nil {
			output = output.With("Body", v)
		}
	}
	return output, nil
}
