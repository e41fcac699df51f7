package integration

import "context"

// Trace shows what a call over HTTP has sent and got, as TestState's inspection level TRACE does. Only the last request of
// a call is kept. It may be read when the call has returned.
type Trace struct {
	// Reveal says that secrets are shown; otherwise they are hidden wherever they stand.
	Reveal bool

	Request  *TraceRequest  // nil: nothing was sent
	Response *TraceResponse // nil: there was no answer
}

// TraceRequest is a request. Headers are written as "[name: value, …]".
type TraceRequest struct{ Protocol, Method, URL, Headers, Body string }

// TraceResponse is an answer.
type TraceResponse struct{ Protocol, StatusCode, StatusMessage, Headers, Body string }

type traceKey struct{}

// WithTrace returns a context under which a call is traced by connectors that can.
func WithTrace(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// TraceOf returns what a call is to be traced in, nil if nobody asks for it.
func TraceOf(ctx context.Context) *Trace {
	t, _ := ctx.Value(traceKey{}).(*Trace)
	return t
}
