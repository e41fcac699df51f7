package awsclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// Config is what a client is made of. Models and Region are required.
type Config struct {
	Models *awsmodel.Index
	Region string // of calls that name none

	Credentials aws.CredentialsProvider // nil: there are none
	Endpoints   Endpoints               // nil: all are AWS's own
	HTTP        *http.Client            // nil: http.DefaultClient
	Logger      *slog.Logger            // nil: nothing is logged

	// AttemptTime bounds one attempt of a call; 0: two minutes. Calls that do their work before they answer, as Lambda's, may
	// take 15 minutes and a little.
	AttemptTime time.Duration

	Attempts int              // how often a call is sent at most; 0: 3, as the SDKs do
	Now      func() time.Time // nil: time.Now
	// Sleep waits between attempts; nil: a timer.
	Sleep func(context.Context, time.Duration) error
}

// Client calls services. It is safe for concurrent use.
type Client struct {
	cfg        Config
	partitions func() (*partitions, error)
	roles      roles

	mu    sync.Mutex
	wires map[*awsmodel.Service]*wire
	rules map[*awsmodel.Service]*ruleSet
}

// New returns a client.
func New(cfg Config) *Client {
	if cfg.HTTP == nil {
		cfg.HTTP = http.DefaultClient
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Attempts == 0 {
		cfg.Attempts = 3
	}
	if cfg.AttemptTime == 0 {
		cfg.AttemptTime = attemptTime
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Sleep == nil {
		cfg.Sleep = sleep
	}
	c := &Client{cfg: cfg, wires: make(map[*awsmodel.Service]*wire), rules: make(map[*awsmodel.Service]*ruleSet)}
	c.partitions = sync.OnceValues(func() (*partitions, error) { return parsePartitions(cfg.Models.Partitions()) })
	return c
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Call is one call of an operation.
type Call struct {
	Service   *awsmodel.Service
	Operation *awsmodel.Operation
	Input     query.Value // an object

	Region  string // "": the client's
	RoleARN string // a role to be assumed; "": the client's own credentials are used
	Session string // name of the session in the role; "": "cogstep"

	TraceHeader string // X-Amzn-Trace-Id; "": none is sent

	// Token fills in members that want an idempotency token and have none; "": a random one.
	Token string
}

// Result is what a service has answered.
type Result struct {
	Output    query.Value
	Status    int
	Header    http.Header
	RequestID string
	Attempts  int // how often the call was sent
}

// TransportError says that there was no answer: the call may have been performed or not.
type TransportError struct {
	Host     string
	Attempts int
	Unsent   bool // no connection came about: the call was not performed
	Err      error
}

func (e *TransportError) Error() string {
	return fmt.Sprintf("Unable to execute HTTP request: %s: %v", e.Host, e.Err)
}

func (e *TransportError) Unwrap() error { return e.Err }

// answerBytesMax bounds what is read of an answer.
const answerBytesMax = 32 << 20

// Call performs a call. Errors: *Fault for what the service has answered, *ParameterError for an input that its model
// does not allow, *CredentialsError, *EndpointError, *TransportError, and that of ctx.
func (c *Client) Call(ctx context.Context, call Call) (*Result, error) {
	if call.Region == "" {
		call.Region = c.cfg.Region
	}
	if call.Token == "" {
		call.Token = freshToken()
	}
	w, err := c.wire(call.Service)
	if err != nil {
		return nil, err
	}
	call.Input = customInput(&call)
	request, err := w.request(ctx, call.Operation, call.Input, func() string { return call.Token })
	if err != nil {
		return nil, err
	}
	where, err := c.endpoint(ctx, &call)
	if err != nil {
		return nil, err
	}
	customRequest(&call, where, request)
	for attempt := 1; ; attempt++ {
		a, err := c.send(ctx, &call, where, request)
		switch {
		case err == nil && a.status >= 200 && a.status < 300 && !a.hidesFault(&call):
			return c.result(w, &call, a, attempt)
		case err == nil:
			f := a.fault(w.protocol, call.Service, call.Operation)
			f.Attempts = attempt
			if attempt >= c.cfg.Attempts || !retryableFault(f) {
				return nil, f
			}
		default:
			lost, ok := errors.AsType[*TransportError](err)
			if !ok {
				return nil, err
			}
			lost.Attempts = attempt
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if attempt >= c.cfg.Attempts || !lost.Unsent && !Idempotent(call.Operation) {
				return nil, lost
			}
		}
		if err := c.cfg.Sleep(ctx, backoff(attempt)); err != nil {
			return nil, err
		}
	}
}

// Idempotent reports whether an operation may be sent twice without doing more than once: it only reads, its model says
// so, or it takes an idempotency token.
func Idempotent(o *awsmodel.Operation) bool {
	if o.ReadOnly || o.Idempotent || o.Method == http.MethodGet || o.Method == http.MethodHead {
		return true
	}
	return HasToken(o) || reads(o.Name)
}

// HasToken reports whether an operation takes an idempotency token.
func HasToken(o *awsmodel.Operation) bool {
	if o.Input != nil {
		for i := range o.Input.Members {
			if o.Input.Members[i].IdempotencyToken {
				return true
			}
		}
	}
	return false
}

func (c *Client) result(w *wire, call *Call, a *answer, attempts int) (*Result, error) {
	output, err := a.custom(w, call)
	if err != nil {
		return nil, &TransportError{Host: call.Service.Resource, Attempts: attempts, Err: err}
	}
	return &Result{Output: output, Status: a.status, Header: a.header, RequestID: requestID(a.header), Attempts: attempts}, nil
}

// wire returns who speaks with a service. CBOR is the last choice: servers that resemble AWS do not know it.
func (c *Client) wire(s *awsmodel.Service) (*wire, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.wires[s]; w != nil {
		return w, nil
	}
	chosen := s.Protocols[0]
	for _, p := range s.Protocols {
		if p != awsmodel.CBOR {
			chosen = p
			break
		}
	}
	w, err := newWire(s, chosen)
	if err == nil {
		c.wires[s] = w
	}
	return w, err
}

const (
	attemptTime = 2 * time.Minute
	longTime    = 15*time.Minute + 10*time.Second // a Lambda function may run for 15 minutes
)

// longCalls are the operations that do their work before they answer.
var longCalls = map[string]bool{
	"lambda Invoke": true, "bedrock-runtime InvokeModel": true, "bedrock-runtime Converse": true, "sagemaker-runtime InvokeEndpoint": true,
	"stepfunctions StartSyncExecution": true, "rds-data ExecuteStatement": true, "bedrock-agent-runtime RetrieveAndGenerate": true,
}

func (c *Client) attemptTime(call *Call) time.Duration {
	if longCalls[call.Service.Folder+" "+call.Operation.Name] {
		return max(longTime, c.cfg.AttemptTime)
	}
	return c.cfg.AttemptTime
}

// send performs one attempt.
func (c *Client) send(ctx context.Context, call *Call, where *endpoint, r *request) (*answer, error) {
	req, err := r.at(ctx, where.url, where.keepHost, call.Operation, call.Input)
	if err != nil {
		return nil, err
	}
	for name, values := range where.headers {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("User-Agent", "cogstep")
	if call.TraceHeader != "" {
		req.Header.Set("X-Amzn-Trace-Id", call.TraceHeader)
	}
	if err := c.sign(ctx, call, where, req, r.body); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, c.attemptTime(call))
	defer cancel()
	resp, err := c.cfg.HTTP.Do(req.WithContext(limited))
	if err != nil {
		return nil, transportError(req, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerBytesMax+1))
	if err != nil {
		return nil, transportError(req, err)
	}
	if len(body) > answerBytesMax {
		return nil, &TransportError{Host: req.URL.Hostname(), Err: fmt.Errorf("the answer has more than %d bytes", answerBytesMax)}
	}
	return &answer{resp.StatusCode, resp.Header, body}, nil
}

func transportError(req *http.Request, err error) error {
	e := &TransportError{Host: req.URL.Hostname(), Err: err}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		e.Unsent = true
		e.Err = op.Err
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		e.Unsent = true
		e.Err = errors.New(dnsProblem(dns))
	}
	return e
}

// dnsProblem words a name that cannot be found as the service does.
func dnsProblem(e *net.DNSError) string {
	if e.IsNotFound {
		return "Name or service not known"
	}
	return e.Err
}
