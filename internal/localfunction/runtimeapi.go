package localfunction

import (
	"cmp"
	"fmt"
	"io"
	"net/http"

	"github.com/cogstep/cogstep/internal/integration/lambda"
)

// The Lambda Runtime API, version 2018-06-01, as one process sees it.

// next hands out the next invocation. It waits without a limit: an idle function polls for as long as it lives.
func (in *instance) next(w http.ResponseWriter, r *http.Request) {
	in.once.Do(func() { close(in.ready) })
	select {
	case c := <-in.calls:
		if r.Context().Err() != nil || in.dead() {
			close(c.returned) // nobody reads this any more: another process gets the call
			return
		}
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", c.id)
		h.Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(c.deadline.UnixMilli()))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", in.pool.functionARN())
		h.Set("Lambda-Runtime-Trace-Id", cmp.Or(c.request.TraceHeader, "Root=1-00000000-000000000000000000000000;Sampled=0"))
		if c.request.ClientContext != "" {
			h.Set("Lambda-Runtime-Client-Context", c.request.ClientContext)
		}
		h.Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, c.request.Payload) // a process that went away is noticed by its exit
	case <-r.Context().Done():
	case <-in.gone:
	}
}

func (p *pool) functionARN() string {
	return fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", p.host.cfg.Region, p.host.cfg.Account, p.f.Name)
}

func (in *instance) response(w http.ResponseWriter, r *http.Request) { in.answer(w, r, "") }

func (in *instance) failure(w http.ResponseWriter, r *http.Request) { in.answer(w, r, "Unhandled") }

// answer takes the result of the current invocation.
func (in *instance) answer(w http.ResponseWriter, r *http.Request, functionError string) {
	body, ok := readPayload(w, r)
	if !ok {
		return
	}
	in.mu.Lock()
	c := in.current
	in.mu.Unlock()
	if c == nil || c.id != r.PathValue("id") {
		http.Error(w, `{"errorType":"InvalidRequestID","errorMessage":"no such invocation"}`, http.StatusBadRequest)
		return
	}
	select {
	case c.answer <- lambda.Response{Status: 200, Version: "$LATEST", Payload: body, FunctionError: functionError, RequestID: c.id}:
	default: // a second answer to the same invocation
	}
	w.WriteHeader(http.StatusAccepted)
}

// initError takes the error document of a function that cannot start.
func (in *instance) initError(w http.ResponseWriter, r *http.Request) {
	body, ok := readPayload(w, r)
	if !ok {
		return
	}
	in.mu.Lock()
	in.init = body
	in.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
}

func readPayload(w http.ResponseWriter, r *http.Request) (string, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, PayloadBytesMax))
	if err != nil {
		http.Error(w, `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"the payload is too large"}`, http.StatusRequestEntityTooLarge)
		return "", false
	}
	return string(body), true
}
