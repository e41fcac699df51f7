package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// forbiddenHTTP are the headers that an HTTP Task must not have. Source: Step Functions, HTTP Task; authorization is
// refused by its validator too.
var forbiddenHTTP = forbidden{
	names: strings.Fields(`a-im accept-charset accept-datetime accept-encoding authorization cache-control connection content-encoding
		content-md5 date expect forwarded from host http2-settings if-match if-modified-since if-none-match if-range if-unmodified-since
		max-forwards origin pragma proxy-authorization referer server te trailer transfer-encoding upgrade via warning`),
	prefixes: []string{"x-forwarded-", "x-amz-", "x-amzn-"},
}

// task is what the definition of an HTTP Task says.
type task struct {
	request    *request // without query and body
	connection string   // ARN
	query      []pair
	body       query.Value // undefined: none
	transform  transform
}

func readTask(p parameters) (t *task, err error) {
	endpoint, err := p.needed("ApiEndpoint")
	if err != nil {
		return nil, err
	}
	t = &task{request: &request{}, body: p.field("RequestBody")}
	if t.request.url, err = parseEndpoint(endpoint); err != nil {
		return nil, err
	}
	if t.request.method, err = p.method(); err != nil {
		return nil, err
	}
	if t.connection, err = p.connectionARN(); err != nil {
		return nil, err
	}
	if t.request.header, err = p.headers(true, forbiddenHTTP); err != nil {
		return nil, err
	}
	if t.query, err = p.queryParameters(); err != nil {
		return nil, err
	}
	t.transform, err = p.transform()
	return t, err
}

// connectionARN finds the connection: InvocationConfig, the newer form, is preferred.
func (p parameters) connectionARN() (string, error) {
	for _, name := range []string{"InvocationConfig", "Authentication"} {
		v := p.field(name)
		if v.IsUndefined() {
			continue
		}
		if v.Kind() != query.Object {
			return "", badFormat(name)
		}
		return parameters{v}.needed("ConnectionArn")
	}
	return "", badParameter("The field 'Authentication' is required but was missing")
}

// queryParameters reads QueryParameters: elements of arrays become one member each, objects their JSON text.
func (p parameters) queryParameters() (all []pair, err error) {
	v := p.field("QueryParameters")
	if v.Kind() != query.Object && !v.IsUndefined() {
		return nil, badFormat("QueryParameters")
	}
	for name, member := range v.Members() {
		one := pair{name: name}
		if member.Kind() == query.Array {
			for _, e := range member.Elements() {
				one.values = append(one.values, scalar(e))
			}
		} else {
			one.values = []string{scalar(member)}
		}
		all = append(all, one)
	}
	return all, nil
}

// complete adds what the connection and the service add. The order matters: the connection wins over the definition, and
// nothing wins over the service. token is that of an OAuth connection.
func (t *task) complete(c *Connection, token, region string) (*request, error) {
	r := &request{method: t.request.method, header: t.request.header.Clone(), url: t.request.url}
	if r.header == nil {
		r.header = http.Header{}
	}
	addHeaders(r.header, c.Parameters.Headers)
	authorize(r.header, c.Authorization, token)
	if r.header.Get("Content-Type") == "" {
		r.header.Set("Content-Type", "application/json; charset=UTF-8")
	}
	r.header.Set("User-Agent", "Amazon|StepFunctions|HttpInvoke|"+region)
	r.header.Set("Range", fmt.Sprintf("bytes=0-%d", bodyBytesMax-1))
	u := *t.request.url
	u.RawQuery = joinQuery(u.RawQuery, encodeQuery(withQuery(t.query, c.Parameters.Query)))
	r.url = &u
	var err error
	r.body, err = t.encodeBody(c.Parameters.Body, r.header.Get("Content-Type"))
	return r, err
}

const formType = "application/x-www-form-urlencoded"

func (t *task) encodeBody(added []Parameter, contentType string) (string, error) {
	body := t.body
	if len(added) > 0 && (!body.IsUndefined() || t.request.method != http.MethodGet && t.request.method != http.MethodHead) {
		if body.Kind() != query.Object && !body.IsUndefined() {
			return "", badParameter("The RequestBody must be a JSON object, because the connection has body parameters")
		}
		body = withBody(body, added)
	}
	switch {
	case body.IsUndefined():
		return "", nil
	case body.Kind() == query.String:
		return body.Str(), nil
	case !t.transform.form:
		return body.Compact(), nil
	case !strings.HasPrefix(strings.ToLower(contentType), formType):
		return "", badParameter("The RequestBodyEncoding URL_ENCODED needs the header 'Content-Type: " + formType + "'")
	}
	return encodeForm(body, t.transform.array)
}

// invokeHTTP performs http:invoke.
func (c *Connector) invokeHTTP(ctx context.Context, call *integration.Call, p parameters) (string, *integration.Failed) {
	t, err := readTask(p)
	if err != nil {
		return "", badParameters(call, err)
	}
	connection, err := c.connection(ctx, t.connection)
	if err != nil {
		return "", connectionFailure(err)
	}
	var token string
	o, isOAuth := connection.Authorization.(OAuth)
	for renewed := false; ; renewed = true {
		if isOAuth {
			if token, err = c.tokens.get(ctx, o, token); err != nil {
				return "", connectionFailure(err)
			}
		}
		r, err := t.complete(&connection, token, c.cfg.Region)
		if err != nil {
			return "", badParameters(call, err)
		}
		secrets := connection.secrets(token)
		resp, err := c.exchange(ctx, r, secrets)
		if err != nil {
			return "", &integration.Failed{Error: "States.Http.Socket", Cause: redact(err.Error(), secrets)}
		}
		if isOAuth && !renewed && (resp.status == http.StatusUnauthorized || resp.status == http.StatusProxyAuthRequired) {
			continue
		}
		return taskResult(resp, secrets)
	}
}

// exchange sends a request and shows it to whoever traces the call.
func (c *Connector) exchange(ctx context.Context, r *request, secrets []string) (*response, error) {
	req, err := r.http(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := c.client.send(req)
	traced(ctx, r, resp, secrets)
	return resp, err
}

// taskResult is how an answer ends the Task.
func taskResult(resp *response, secrets []string) (string, *integration.Failed) {
	if resp.status >= 300 {
		return "", &integration.Failed{Error: fmt.Sprintf("States.Http.StatusCode.%d", resp.status), Cause: redact(resp.cause(), secrets)}
	}
	if reason := resp.notText(); reason != "" {
		return "", &integration.Failed{Error: "States.Runtime", Cause: reason}
	}
	return resp.result(func(name string) string {
		if resp.http2 {
			return strings.ToLower(name) // as HTTP/2 has them
		}
		return name
	}), nil
}

func (c *Connector) connection(ctx context.Context, arn string) (Connection, error) {
	if c.cfg.Connections == nil {
		return Connection{}, &ConnectionError{"ResourceNotFound", fmt.Sprintf(
			"The connection %s does not exist: this server has no connections. Start it with --connections FILE, or with credentials for EventBridge.", arn)}
	}
	return c.cfg.Connections.Connection(ctx, arn)
}

// connectionFailure words why a connection cannot be used.
func connectionFailure(err error) *integration.Failed {
	if e, ok := errors.AsType[*ConnectionError](err); ok {
		return &integration.Failed{Error: "Events.ConnectionResource." + e.Kind, Cause: e.Message}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &integration.Failed{Error: "States.Http.Socket", Cause: "The token of the connection could not be had in time."}
	}
	return &integration.Failed{Error: "Events.ConnectionResource.InternalError", Cause: "The connection could not be read."}
}
