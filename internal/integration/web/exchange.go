package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// client sends single requests: no redirect is followed, no cookie kept, nothing decompressed.
type client struct{ plain, encrypted http.RoundTripper }

// idleConnectionsMax is how many connections to one host are kept for the next call; headerBytesMax bounds the headers of
// an answer.
const (
	idleConnectionsMax = 64
	headerBytesMax     = 64 << 10
)

func newClient(n Network, roots *x509.CertPool) client {
	transport := func(plain bool) http.RoundTripper {
		dialer := &net.Dialer{Timeout: 30 * time.Second, Control: n.control(plain)}
		return &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
			MaxIdleConnsPerHost: idleConnectionsMax, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
			MaxResponseHeaderBytes: headerBytesMax, DisableCompression: true,
		}
	}
	return client{plain: transport(true), encrypted: transport(false)}
}

// request is what is sent.
type request struct {
	method string
	url    *url.URL
	header http.Header
	body   string
}

// response is what came back. The body is cut off after the size that it may have.
type response struct {
	status int
	text   string // the reason phrase: "OK"
	http2  bool
	header http.Header
	body   string
}

// bodyBytesMax is how much of an answer is read: enough for the engine to see that it is too large.
const bodyBytesMax = 256<<10 + 1

// http makes the request for Go's client.
func (r *request) http(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), body)
	if err != nil {
		return nil, errors.New("the request cannot be made") // the error would show the URL
	}
	req.Header = r.header
	return req, nil
}

// send sends a request. Errors never show the URL's query, which may hold a credential.
func (c client) send(req *http.Request) (*response, error) {
	via := c.encrypted
	if req.URL.Scheme == "http" {
		via = c.plain
	}
	resp, err := via.RoundTrip(req)
	if err != nil {
		return nil, noAnswer(req, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, bodyBytesMax))
	if err != nil {
		return nil, noAnswer(req, err)
	}
	text := strings.TrimPrefix(strings.TrimPrefix(resp.Status, fmt.Sprint(resp.StatusCode)), " ")
	return &response{resp.StatusCode, cmp.Or(text, http.StatusText(resp.StatusCode)), resp.ProtoMajor > 1, resp.Header, string(body)}, nil
}

// noAnswer words why there was no answer.
func noAnswer(req *http.Request, err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	reason := err.Error()
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		reason = refused.Error()
	} else if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		reason = "Name or service not known"
	} else if errors.Is(req.Context().Err(), context.DeadlineExceeded) {
		reason = "there was no answer in time"
	}
	return problem(fmt.Sprintf("Unable to execute HTTP request: %s: %s", req.URL.Hostname(), reason)) // as the service says it
}
