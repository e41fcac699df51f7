package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// forbiddenGateway are the headers that a call of API Gateway must not have. Source: Step Functions, API Gateway.
var forbiddenGateway = forbidden{
	names: strings.Fields(`authorization connection content-md5 expect host max-forwards proxy-authenticate server te transfer-encoding
		trailer upgrade via www-authenticate`),
	prefixes: []string{"x-forwarded", "x-amz"},
}

// gatewayHost is the host of an API, with its region.
var gatewayHost = regexp.MustCompile(`^[a-z0-9-]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$`)

// readGateway makes the request of a definition. signed says that it wants a signature.
func readGateway(p parameters) (r *request, signed bool, err error) {
	r = &request{}
	if r.url, err = p.gatewayURL(); err != nil {
		return nil, false, err
	}
	if r.method, err = p.method(); err != nil {
		return nil, false, err
	}
	if r.header, err = p.headers(false, forbiddenGateway); err != nil {
		return nil, false, err
	}
	queried, err := p.pairs("QueryParameters", false)
	if err != nil {
		return nil, false, err
	}
	r.url.RawQuery = encodeQuery(queried)
	if body := p.field("RequestBody"); !body.IsUndefined() {
		if !p.field("AllowNullValues").Bool() {
			body = withoutNulls(body)
		}
		r.body = body.Compact() // a string is sent as a JSON string (recorded)
		if r.header.Get("Content-Type") == "" {
			r.header.Set("Content-Type", "application/json")
		}
	}
	auth, err := p.text("AuthType")
	if err != nil {
		return nil, false, err
	}
	switch auth {
	case "", "NO_AUTH", "RESOURCE_POLICY":
	case "IAM_ROLE":
		signed = true
	default:
		err = badFormat("AuthType")
	}
	return r, signed, err
}

// gatewayURL puts endpoint, stage and path together. An endpoint may have a scheme, which those of AWS do not.
func (p parameters) gatewayURL() (*url.URL, error) {
	endpoint, err := p.needed("ApiEndpoint")
	if err != nil {
		return nil, err
	}
	if !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}
	u, err := parseEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	u.RawQuery = ""
	for _, name := range []string{"Stage", "Path"} {
		part, err := p.text(name)
		if err != nil {
			return nil, err
		}
		if part = strings.TrimPrefix(part, "/"); part != "" {
			u = u.JoinPath(part)
		}
	}
	return u, nil
}

// withoutNulls leaves members out that are null.
func withoutNulls(v query.Value) query.Value {
	switch v.Kind() {
	case query.Object:
		var o query.ObjectBuilder
		for name, member := range v.Members() {
			if member.Kind() != query.Null {
				o.Set(name, withoutNulls(member))
			}
		}
		return o.Build()
	case query.Array:
		elements := make([]query.Value, 0, v.Len())
		for _, e := range v.Elements() {
			elements = append(elements, withoutNulls(e))
		}
		return query.ArrayValue(elements)
	}
	return v
}

// invokeGateway performs apigateway:invoke.
func (c *Connector) invokeGateway(ctx context.Context, call *integration.Call, p parameters) (string, *integration.Failed) {
	r, signed, err := readGateway(p)
	if err != nil {
		return "", badParameters(call, err)
	}
	r.header.Set("User-Agent", "Amazon|StepFunctions|ApiGatewayInvoke|"+c.cfg.Region)
	resp, err := c.sendGateway(ctx, call, r, signed)
	if err != nil {
		return "", &integration.Failed{Error: "ApiGateway.SdkClientException", Cause: err.Error()}
	}
	if resp.status < 200 || resp.status >= 300 {
		return "", &integration.Failed{Error: fmt.Sprintf("ApiGateway.%d", resp.status), Cause: resp.cause()}
	}
	if reason := resp.notText(); reason != "" {
		return "", &integration.Failed{Error: "States.Runtime", Cause: reason}
	}
	return resp.result(gatewaySpelling), nil
}

func (c *Connector) sendGateway(ctx context.Context, call *integration.Call, r *request, signed bool) (*response, error) {
	req, err := r.http(ctx)
	if err != nil {
		return nil, err
	}
	if signed {
		if err := c.sign(ctx, call, req, r.body); err != nil {
			return nil, fmt.Errorf("the request could not be signed: %w", err)
		}
		r.header = req.Header
	}
	resp, err := c.client.send(req)
	traced(ctx, r, resp, r.header.Values("X-Amz-Security-Token"))
	return resp, err
}

func (c *Connector) sign(ctx context.Context, call *integration.Call, req *http.Request, body string) error {
	if c.cfg.Signer == nil {
		return fmt.Errorf("this server has no AWS credentials")
	}
	region, role := c.cfg.Region, call.TaskRoleARN
	if m := gatewayHost.FindStringSubmatch(req.URL.Hostname()); m != nil {
		region = m[1]
	}
	if role == "" && c.cfg.AssumeMachineRoles {
		role = call.RoleARN
	}
	return c.cfg.Signer.Sign(ctx, req, body, region, role)
}

// gatewaySpelling writes the names of headers as API Gateway does (recorded): Go has changed the case of some.
func gatewaySpelling(name string) string {
	switch name {
	case "X-Amzn-Requestid":
		return "x-amzn-RequestId"
	case "X-Amz-Apigw-Id":
		return "x-amz-apigw-id"
	}
	return name
}
