package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/cogstep/cogstep/internal/integration"
)

// traced keeps a request and its answer if somebody asks for them. resp is nil if there was none.
func traced(ctx context.Context, r *request, resp *response, secrets []string) {
	t := integration.TraceOf(ctx)
	if t == nil {
		return
	}
	show := func(s string) string { return redact(s, secrets) }
	if t.Reveal {
		show = func(s string) string { return s }
	}
	header := r.header.Clone()
	header.Set("Host", r.url.Host)
	if !t.Reveal && header.Get("Authorization") != "" {
		header.Set("Authorization", hidden)
	}
	protocol := strings.ToUpper(r.url.Scheme)
	t.Request = &integration.TraceRequest{
		Protocol: protocol, Method: r.method, URL: show(r.url.String()), Headers: show(headerText(header)), Body: show(r.body),
	}
	t.Response = nil
	if resp != nil {
		t.Response = &integration.TraceResponse{
			Protocol: protocol, StatusCode: fmt.Sprint(resp.status), StatusMessage: resp.text,
			Headers: show(headerText(resp.header)), Body: show(strings.ToValidUTF8(resp.body, "")),
		}
	}
}

func headerText(h http.Header) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			lines = append(lines, name+": "+v)
		}
	}
	return "[" + strings.Join(lines, ", ") + "]"
}
