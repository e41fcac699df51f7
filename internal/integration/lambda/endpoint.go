package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// payloadBytesMax is Lambda's limit of a synchronous result.
const payloadBytesMax = 6 << 20

// Endpoint invokes functions over HTTP at a server that speaks Lambda's Invoke API: SAM local, an emulator, the
// Runtime Interface Emulator, a proxy of the real service. It claims to know every function.
type Endpoint struct {
	url    string
	client *http.Client
}

// NewEndpoint returns the invoker for a base URL such as http://127.0.0.1:3001.
func NewEndpoint(base string, client *http.Client) (*Endpoint, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("the Lambda endpoint %q is not an http or https URL", base)
	}
	return &Endpoint{strings.TrimSuffix(base, "/"), client}, nil
}

// Knows reports true.
func (e *Endpoint) Knows(string) bool { return true }

// Invoke implements Invoker.
func (e *Endpoint) Invoke(ctx context.Context, r Request) (Response, error) {
	target := e.url + "/2015-03-31/functions/" + url.PathEscape(r.Function) + "/invocations"
	if r.Qualifier != "" {
		target += "?Qualifier=" + url.QueryEscape(r.Qualifier)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(r.Payload))
	if err != nil {
		return Response{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Amz-Invocation-Type", map[bool]string{true: "Event", false: "RequestResponse"}[r.Event])
	if r.TraceHeader != "" {
		req.Header.Set("X-Amzn-Trace-Id", r.TraceHeader)
	}
	if r.ClientContext != "" {
		req.Header.Set("X-Amz-Client-Context", r.ClientContext)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return Response{}, fmt.Errorf("invoke %s at the Lambda endpoint: %w", r.Function, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, payloadBytesMax+1))
	if err != nil {
		return Response{}, fmt.Errorf("read the answer of %s from the Lambda endpoint: %w", r.Function, err)
	}
	if len(body) > payloadBytesMax {
		return Response{}, fmt.Errorf("the answer of %s is larger than %d bytes", r.Function, payloadBytesMax)
	}
	if resp.StatusCode >= 300 {
		return Response{}, refusal(resp, body)
	}
	version := resp.Header.Get("X-Amz-Executed-Version")
	if version == "" {
		version = "$LATEST"
	}
	return Response{
		Status: resp.StatusCode, Version: version, Payload: string(body),
		FunctionError: resp.Header.Get("X-Amz-Function-Error"), RequestID: resp.Header.Get("X-Amzn-Requestid"),
	}, nil
}

func refusal(resp *http.Response, body []byte) error {
	var doc struct {
		Message string
		Type    string `json:"__type"`
	}
	_ = json.Unmarshal(body, &doc) // no document: the status says enough
	name, _, _ := strings.Cut(resp.Header.Get("X-Amzn-Errortype"), ":")
	switch {
	case name != "":
	case doc.Type != "":
		name = doc.Type[strings.LastIndexByte(doc.Type, '#')+1:]
	case resp.StatusCode == http.StatusNotFound:
		name = "ResourceNotFoundException"
	case resp.StatusCode == http.StatusTooManyRequests:
		name = "TooManyRequestsException"
	default:
		name = "ServiceException"
	}
	if doc.Message == "" {
		doc.Message = resp.Status
	}
	return &ServiceError{name, doc.Message, resp.StatusCode}
}
