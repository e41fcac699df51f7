// Package web performs Tasks that call HTTP APIs: the HTTP Task (http:invoke) and API Gateway (apigateway:invoke).
//
// Both read their parameters, make a request of them and give the answer the form of the service. What they have in
// common stands in exchange.go: one request, no redirect followed, a bounded answer, and a [Network] that decides
// when a connection is opened, by the address that a name has led to, whom a Task may call. A definition is written by
// somebody who may not be trusted with the network of the server, so the decision does not depend on the URL.
//
// Credentials of an HTTP Task are those of a connection ([Connections]). They are added to the request last and appear
// neither in a cause nor in a log.
package web

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// Config is what a connector is made of. The zero value calls public https endpoints of which nobody has a connection.
type Config struct {
	Region      string      // part of the User-Agent, and where API Gateway's requests are signed for
	Connections Connections // nil: there are none
	Signer      Signer      // nil: API Gateway cannot be called with AuthType IAM_ROLE
	Network     Network
	RootCAs     *x509.CertPool // nil: those of the system

	// AssumeMachineRoles says that requests to API Gateway are signed with the role of their state machine. Otherwise
	// they are signed with the server's own credentials, unless the state has Credentials.
	AssumeMachineRoles bool

	Now func() time.Time // nil: time.Now
}

// Signer puts a signature for API Gateway (service name "execute-api") on a request.
type Signer interface {
	// Sign signs req, whose body is body, with the credentials of a role; roleARN "" means the server's own.
	Sign(ctx context.Context, req *http.Request, body, region, roleARN string) error
}

// Connector implements integration.Connector for the services "http" and "apigateway". It is safe for concurrent use.
type Connector struct {
	cfg     Config
	client  client
	tokens  tokens
	timeMax time.Duration
}

// timeMax is how long a call may take in all. Source: quotas of the service, HTTP Task.
const timeMax = 60 * time.Second

// New returns the connector.
func New(cfg Config) *Connector {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &Connector{cfg: cfg, client: newClient(cfg.Network, cfg.RootCAs), timeMax: timeMax}
	c.tokens = tokens{client: c.client, now: cfg.Now}
	return c
}

// idempotent are the methods that may be sent twice. Source: RFC 9110, section 9.2.2.
var idempotent = map[string]bool{"GET": true, "HEAD": true, "OPTIONS": true, "PUT": true, "DELETE": true}

// Idempotent reports whether HTTP says so of the call's method.
func (c *Connector) Idempotent(call integration.Call) bool {
	v, err := query.Parse(call.Input)
	if err != nil {
		return false
	}
	method, _ := v.Get("Method")
	return idempotent[method.Str()]
}

// Invoke implements integration.Connector.
func (c *Connector) Invoke(ctx context.Context, call integration.Call) integration.Answer {
	ctx, cancel := context.WithTimeout(ctx, c.timeMax)
	defer cancel()
	perform, ok := map[string]func(context.Context, *integration.Call, parameters) (string, *integration.Failed){
		"http:invoke": c.invokeHTTP, "apigateway:invoke": c.invokeGateway,
	}[call.Resource.Service+":"+call.Resource.Action]
	if !ok {
		return integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("%s:%s cannot be called by this server.", call.Resource.Service, call.Resource.Action)}
	}
	p, err := readParameters(call.Input)
	if err != nil {
		return *badParameters(&call, err)
	}
	output, failed := perform(ctx, &call, p)
	switch {
	case failed != nil:
		return *failed
	case call.Resource.Pattern == asl.WaitForTaskToken:
		return integration.Submitted{Output: output}
	}
	return integration.Succeeded{Output: output}
}
