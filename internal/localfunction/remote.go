package localfunction

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/integration/lambda"
	"github.com/cogstep/cogstep/internal/uuid"
)

// remote runs the calls of a function that runs already.
type remote struct {
	endpoint *lambda.Endpoint
	name     string // of the function there
}

// emulated is the name that the Runtime Interface Emulator has for every function.
const emulated = "function"

// newRemote reads the URL of a function. Errors: it is none, or its path is not that of Lambda's Invoke.
func newRemote(address string) (*remote, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the function's url: %w", err)
	}
	name := emulated
	if path := strings.Trim(u.Path, "/"); path != "" {
		given, before := strings.CutPrefix(path, "2015-03-31/functions/")
		given, after := strings.CutSuffix(given, "/invocations")
		if !before || !after || given == "" {
			return nil, fmt.Errorf("the function's url %q has the path /%s; it has none, or /2015-03-31/functions/NAME/invocations", address, path)
		}
		name = given
	}
	u.Path, u.RawPath = "", ""
	endpoint, err := lambda.NewEndpoint(u.String(), http.DefaultClient)
	return &remote{endpoint, name}, err
}

// invoke runs one call. The emulator answers a function's error like a result, so what looks like an error document of
// Lambda is one.
func (m *remote) invoke(ctx context.Context, timeout time.Duration, r lambda.Request) (lambda.Response, error) {
	function := r.Function
	r.Function = m.name
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	resp, err := m.endpoint.Invoke(bounded, r)
	if err != nil && errors.Is(bounded.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		c := &call{id: uuid.New()}
		return timedOut(c, timeout), nil
	}
	if _, refused := errors.AsType[*lambda.ServiceError](err); err != nil && !refused && ctx.Err() == nil {
		return resp, &lambda.ServiceError{Name: "ServiceException", Status: 500, Message: fmt.Sprintf("The function %s is out of reach: %v", function, err)}
	}
	if err == nil && m.name == emulated && resp.FunctionError == "" && isErrorDocument(resp.Payload) {
		resp.FunctionError = "Unhandled"
	}
	return resp, err
}

// isErrorDocument reports whether a payload has an error type and nothing but the members of error documents.
func isErrorDocument(payload string) bool {
	var document map[string]json.RawMessage
	if json.Unmarshal([]byte(payload), &document) != nil || document["errorType"] == nil {
		return false
	}
	for name := range document {
		switch name {
		case "errorType", "errorMessage", "stackTrace", "requestId", "trace", "cause":
		default:
			return false
		}
	}
	return true
}
