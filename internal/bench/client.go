package bench

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// refusal is an error that the endpoint answered with.
type refusal struct{ code, message string }

func (r *refusal) Error() string { return r.code + ": " + r.message }

// client signs requests and sends them over connections that stay open. It writes and reads bodies by hand: the
// SDK's own client would cost more per request than the server that is measured.
type client struct {
	http                   *http.Client
	endpoint, syncEndpoint string
	region                 string
	credentials            aws.Credentials
	signer                 *v4.Signer
	timeout                time.Duration
}

func newClient(cfg Config) *client {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		MaxIdleConnsPerHost: inFlightMax,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true,
	}
	return &client{
		http:     &http.Client{Transport: transport},
		endpoint: cfg.Endpoint, syncEndpoint: syncEndpoint(cfg.Endpoint),
		region: cfg.Region, credentials: cfg.Credentials, signer: v4.NewSigner(), timeout: cfg.Timeout,
	}
}

// syncEndpoint returns where StartSyncExecution is answered: in the cloud a host of its own, elsewhere the same one.
func syncEndpoint(endpoint string) string {
	scheme, host, _ := strings.Cut(endpoint, "://")
	name, _, _ := strings.Cut(strings.TrimSuffix(host, "/"), ":")
	if strings.HasSuffix(name, ".amazonaws.com") || strings.HasSuffix(name, ".amazonaws.com.cn") {
		return scheme + "://sync-" + host
	}
	return endpoint
}

func (c *client) close() { c.http.CloseIdleConnections() }

// send performs an operation and returns the answer's body. A refusal is a *refusal.
func (c *client) send(ctx context.Context, operation string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	endpoint := c.endpoint
	if operation == "StartSyncExecution" {
		endpoint = c.syncEndpoint
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header["Content-Type"] = []string{"application/x-amz-json-1.0"}
	req.Header["X-Amz-Target"] = []string{"AWSStepFunctions." + operation}
	digest := sha256.Sum256(body)
	if err := c.signer.SignHTTP(ctx, c.credentials, req, hex.EncodeToString(digest[:]), "states", c.region, time.Now()); err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		return nil, refused(resp, answer)
	}
	return answer, nil
}

func refused(resp *http.Response, body []byte) *refusal {
	var doc struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(body, &doc) // no document: the status says enough
	code, _, _ := strings.Cut(cmp.Or(doc.Type, resp.Header.Get("X-Amzn-Errortype"), fmt.Sprint("HTTP", resp.StatusCode)), ":")
	return &refusal{code[strings.LastIndexByte(code, '#')+1:], doc.Message}
}

// call is send for answers that are read, into reply, and requests that need not be fast.
func (c *client) call(ctx context.Context, operation string, request, reply any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	answer, err := c.send(ctx, operation, body)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, reply)
}

func (c *client) createStateMachine(ctx context.Context, name string, cfg Config, s scenario) (arn string, err error) {
	definition, err := json.Marshal(s.machine(cfg))
	if err != nil {
		return "", err
	}
	kind := "STANDARD"
	if s.express {
		kind = "EXPRESS"
	}
	var reply struct{ StateMachineArn string }
	err = c.call(ctx, "CreateStateMachine", object{"name": name, "definition": string(definition), "roleArn": cfg.RoleARN, "type": kind}, &reply)
	return reply.StateMachineArn, err
}

func (c *client) deleteStateMachine(ctx context.Context, arn string) error {
	return c.call(ctx, "DeleteStateMachine", object{"stateMachineArn": arn}, &struct{}{})
}

// outcome is what StartExecution, StartSyncExecution and DescribeExecution say of an execution.
type outcome struct {
	ExecutionArn, Status, Error, Cause string
}

func (o outcome) ended() bool {
	return o.Status != "" && o.Status != "RUNNING" && o.Status != "PENDING_REDRIVE"
}
func (o outcome) succeeded() bool { return o.Status == "SUCCEEDED" }

func (o outcome) describe() string {
	return strings.TrimSpace(o.Status + " " + o.Error + " " + o.Cause)
}

func (c *client) describe(ctx context.Context, arn string) (o outcome, err error) {
	err = c.call(ctx, "DescribeExecution", object{"executionArn": arn}, &o)
	return o, err
}

// count returns how many executions of a state machine have a status.
func (c *client) count(ctx context.Context, machine, status string) (n int, err error) {
	request := object{"stateMachineArn": machine, "statusFilter": status, "maxResults": 1000}
	for {
		var page struct {
			Executions []struct{}
			NextToken  string
		}
		if err := c.call(ctx, "ListExecutions", request, &page); err != nil {
			return n, err
		}
		n += len(page.Executions)
		if page.NextToken == "" {
			return n, nil
		}
		request["nextToken"] = page.NextToken
	}
}

// code is the name under which an error is counted: the endpoint's own, or one of ours for what happens on the way.
func code(err error) string {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.code
	}
	if n, ok := errors.AsType[net.Error](err); ok && n.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return "(timed out)"
	}
	switch {
	case errors.Is(err, context.Canceled):
		return "(interrupted)"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "(connection refused)"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "(connection lost)"
	default:
		return "(no answer)"
	}
}
