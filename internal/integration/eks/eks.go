// Package eks performs Tasks that talk to a Kubernetes cluster itself: eks:call and eks:runJob, the latter also .sync.
//
// A cluster is reached in one of two ways. A cluster that the server's kubeconfig has under its name is reached the way
// that file says, whatever the definition's Endpoint and CertificateAuthority are: its credentials are never sent to an
// address that a definition chose. Any other cluster is one of EKS: Endpoint and CertificateAuthority are the
// definition's, and a token is made for it ([Presigner]) that no other cluster takes.
package eks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// Config is what a connector is made of.
type Config struct {
	Region     string
	Presigner  Presigner   // nil: clusters of EKS cannot be called
	Kubeconfig *Kubeconfig // nil: there is none

	// Control decides about the addresses of EKS's clusters when they are connected to, as net.Dialer's does; nil:
	// every address is allowed. Clusters of the kubeconfig are always allowed.
	Control func(network, address string, c syscall.RawConn) error

	// AssumeMachineRoles says that tokens are made with the role of the state machine, not with the server's own
	// credentials, unless the state has Credentials.
	AssumeMachineRoles bool

	// Others performs the other calls of the service "eks" and implements integration.Jobs if they have jobs; nil: they
	// cannot be called.
	Others integration.Connector
}

// Presigner makes the URL that proves to a cluster who somebody is: a signed GetCallerIdentity of STS.
type Presigner interface {
	// PresignGetCallerIdentity returns the URL, with the header x-k8s-aws-id: cluster among what is signed; roleARN ""
	// means the server's own credentials.
	PresignGetCallerIdentity(ctx context.Context, cluster, region, roleARN string) (string, error)
}

// Connector implements integration.Connector and integration.Jobs for the service "eks". It is safe for concurrent use.
type Connector struct {
	cfg     Config
	clients clients
}

// New returns the connector.
func New(cfg Config) *Connector { return &Connector{cfg: cfg, clients: clients{control: cfg.Control}} }

// ours reports whether a call is one to a cluster itself.
func ours(c integration.Call) bool {
	return c.Resource.Action == "call" || c.Resource.Action == "runJob"
}

// callTimeMax is how long a single request may take.
const callTimeMax = 60 * time.Second

// Idempotent reports whether Kubernetes takes a request twice without doing more than once.
func (c *Connector) Idempotent(call integration.Call) bool {
	if !ours(call) {
		return c.cfg.Others != nil && c.cfg.Others.Idempotent(call)
	}
	v, err := query.Parse(call.Input)
	if err != nil {
		return false
	}
	method, _ := v.Get("Method")
	switch method.Str() {
	case "GET", "HEAD", "PUT", "DELETE":
		return call.Resource.Action == "call"
	}
	return false
}

// Invoke implements integration.Connector.
func (c *Connector) Invoke(ctx context.Context, call integration.Call) integration.Answer {
	if !ours(call) {
		if c.cfg.Others == nil {
			return integration.Failed{Error: "States.Runtime", Cause: fmt.Sprintf("eks:%s cannot be called by this server.", call.Resource.Action)}
		}
		return c.cfg.Others.Invoke(ctx, call)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeMax)
	defer cancel()
	p, err := readParameters(call.Input)
	if err != nil {
		return failed(&call, err)
	}
	if call.Resource.Action == "runJob" {
		return c.runJob(ctx, &call, p)
	}
	resp, err := c.call(ctx, &call, p)
	switch {
	case err != nil:
		return failed(&call, err)
	case call.Resource.Pattern == asl.WaitForTaskToken:
		return integration.Submitted{Output: resp.result().Compact()}
	}
	return integration.Succeeded{Output: resp.result().Compact()}
}

// call performs eks:call.
func (c *Connector) call(ctx context.Context, call *integration.Call, p parameters) (*response, error) {
	r := request{}
	var err error
	if r.method, err = p.needed("Method"); err != nil {
		return nil, err
	}
	if !strings.Contains(" GET POST PUT DELETE HEAD PATCH ", " "+r.method+" ") {
		return nil, badFormat("Method")
	}
	if r.path, err = p.needed("Path"); err != nil {
		return nil, err
	}
	if r.query, err = p.lists("QueryParameters"); err != nil {
		return nil, err
	}
	if body := p.field("RequestBody"); !body.IsUndefined() {
		r.body, r.contentType = bodyText(body), "application/json"
		switch {
		case r.method == "PATCH" && strings.HasPrefix(strings.TrimSpace(r.body), "["):
			r.contentType = "application/json-patch+json"
		case r.method == "PATCH":
			r.contentType = "application/merge-patch+json"
		}
	}
	cluster, err := c.cluster(p)
	if err != nil {
		return nil, err
	}
	return c.send(ctx, call, cluster, r)
}

// failed words an error of a call.
func failed(c *integration.Call, err error) integration.Failed {
	if s, ok := errors.AsType[*statusError](err); ok {
		return integration.Failed{Error: fmt.Sprintf("EKS.%d", s.status), Cause: s.cause()}
	}
	if p, ok := errors.AsType[problem](err); ok {
		return integration.Failed{
			Error: "States.Runtime",
			Cause: fmt.Sprintf("The Parameters '%s' could not be used to start the Task: [%s]", shortened(c.Input), p),
		}
	}
	return integration.Failed{Error: "EKS.SdkClientException", Cause: err.Error()}
}

// inputShownMax bounds how much of the parameters a cause shows.
const inputShownMax = 2048

func shortened(s string) string {
	if len(s) > inputShownMax {
		return strings.ToValidUTF8(s[:inputShownMax], "") + "…"
	}
	return s
}
