package awsclient

import (
	"context"
	"fmt"
	"net/url"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// endpoint finds where a call goes. Errors: *EndpointError.
func (c *Client) endpoint(_ context.Context, call *Call) (*endpoint, error) {
	own := ""
	if c.cfg.Endpoints != nil {
		own = c.cfg.Endpoints(call.Service)
	}
	rules, err := c.ruleSet(call.Service)
	if err != nil {
		return nil, err
	}
	if rules == nil {
		return c.plainEndpoint(call, own)
	}
	p, err := c.partitions()
	if err != nil {
		return nil, err
	}
	parameters := map[string]any{}
	if call.Region != "" {
		parameters["Region"] = call.Region
	}
	for name, v := range call.Operation.ContextParams {
		parameters[name] = v
	}
	if call.Operation.Input != nil {
		for i := range call.Operation.Input.Members {
			m := &call.Operation.Input.Members[i]
			if v, ok := call.Input.Get(m.Name); ok && m.ContextParam != "" && v.Kind() == query.String {
				parameters[m.ContextParam] = v.Str()
			}
		}
	}
	if own != "" {
		parameters["Endpoint"] = own
		parameters["ForcePathStyle"] = true // a server under a name of its own seldom has names for all buckets
	}
	where, err := rules.resolve(parameters, p)
	if err != nil {
		return nil, err
	}
	if where.sigV4A {
		return nil, &EndpointError{fmt.Sprintf("%s.%s wants a signature of version 4a here, which is not supported", call.Service.Resource, call.Operation.Action)}
	}
	if where.s3Express {
		return nil, &EndpointError{"buckets of the S3 Express One Zone class want sessions, which are not supported"}
	}
	return where, c.settle(where, call, own)
}

// plainEndpoint is that of a service without rules.
func (c *Client) plainEndpoint(call *Call, own string) (*endpoint, error) {
	where := &endpoint{url: own}
	if own == "" {
		where.url = "https://" + call.Service.EndpointPrefix + "." + call.Region + ".amazonaws.com"
	}
	return where, c.settle(where, call, own)
}

// settle completes an endpoint.
func (c *Client) settle(where *endpoint, call *Call, own string) error {
	u, err := url.Parse(where.url)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return &EndpointError{fmt.Sprintf("the endpoint %q of %s is not an http or https URL", where.url, call.Service.Resource)}
	}
	where.own = own != ""
	if where.own && call.Service.Folder == "s3control" {
		where.url = own // without the account that its rules put before the host
	}
	// A server of one's own has one name, and S3 Control's rules put the account in front themselves.
	where.keepHost = where.own || call.Service.Folder == "s3control"
	if where.signingName == "" {
		where.signingName = call.Service.SigningName
	}
	if where.signingRegion == "" {
		where.signingRegion = call.Region
	}
	return nil
}

func (c *Client) ruleSet(s *awsmodel.Service) (*ruleSet, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.rules[s]; ok {
		return r, nil
	}
	text := s.EndpointRules()
	var r *ruleSet
	if len(text) > 0 {
		var err error
		if r, err = parseRules(text); err != nil {
			return nil, err
		}
	}
	c.rules[s] = r
	return r, nil
}
