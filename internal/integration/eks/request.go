package eks

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// request is one request to the API of a cluster.
type request struct {
	method, path      string
	query             url.Values
	body, contentType string
}

// response is what came back. The body is cut off after the size that it may have.
type response struct {
	status int
	text   string // the reason phrase: "OK"
	body   string
}

// bodyBytesMax is how much of an answer is read: enough for the engine to see that it is too large. A list or a job that
// is larger cannot be read.
const bodyBytesMax = 4 << 20

// statusError is an answer that is not a success.
type statusError struct{ *response }

func (e *statusError) Error() string {
	return fmt.Sprintf("the cluster answered %d %s", e.status, e.text)
}

// causeBytesMax bounds the cause of a failure. Source: API reference, SensitiveCause.
const causeBytesMax = 32 << 10

// cause is the answer in the form of a result; without its body, if that is too large.
func (e *statusError) cause() string {
	if text := e.result().Compact(); len(text) <= causeBytesMax {
		return text
	}
	return (&response{e.status, e.text, ""}).result().Compact()
}

// result is the form of an answer.
func (r *response) result() query.Value {
	var o query.ObjectBuilder
	body, err := query.Parse(r.body)
	if err != nil {
		body = query.StringValue(r.body)
	}
	o.Set("ResponseBody", body)
	o.Set("StatusCode", query.IntValue(int64(r.status)))
	o.Set("StatusText", query.StringValue(r.text))
	return o.Build()
}

// send sends a request. Errors: *statusError for an answer of 300 or more; problem; others mean that there was no answer.
func (c *Connector) send(ctx context.Context, call *integration.Call, to *cluster, r request) (*response, error) {
	u, err := url.Parse(to.endpoint)
	if err != nil {
		return nil, badFormat("Endpoint")
	}
	u = u.JoinPath(r.path)
	u.RawQuery = r.query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), strings.NewReader(r.body))
	if err != nil {
		return nil, badFormat("Path")
	}
	req.Header.Set("Accept", "application/json, */*")
	req.Header.Set("User-Agent", "cogstep")
	if r.body != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if err := c.authorize(ctx, call, to, req); err != nil {
		return nil, err
	}
	client, err := c.clients.client(to)
	if err != nil {
		return nil, err
	}
	resp, err := client.RoundTrip(req) // no redirect is followed: it would take the credentials along
	if err != nil {
		return nil, fmt.Errorf("Unable to execute HTTP request: %s: %w", u.Hostname(), err) //lint:ignore ST1005 it is the service's text
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, bodyBytesMax))
	if err != nil {
		return nil, fmt.Errorf("the answer of %s broke off: %w", u.Hostname(), err)
	}
	text := strings.TrimPrefix(strings.TrimPrefix(resp.Status, fmt.Sprint(resp.StatusCode)), " ")
	got := &response{resp.StatusCode, cmp.Or(text, http.StatusText(resp.StatusCode)), string(body)}
	if got.status >= 300 {
		return nil, &statusError{got}
	}
	return got, nil
}
