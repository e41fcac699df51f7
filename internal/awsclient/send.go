package awsclient

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// at gives a request a place to go to: base is a URL, whose path comes before the request's own. The operation's host
// prefix is put before its host, unless it is to stay bare.
func (r *request) at(ctx context.Context, base string, bare bool, o *awsmodel.Operation, input query.Value) (*http.Request, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("endpoint %q: %w", base, err)
	}
	prefix, err := hostPrefix(o, input)
	if err != nil {
		return nil, err
	}
	if bare {
		prefix = ""
	}
	target := r.url
	target.Scheme, target.Host = u.Scheme, prefix+u.Host
	if before := strings.TrimSuffix(u.Path, "/"); before != "" {
		target.RawPath = before + target.EscapedPath()
		target.Path = before + target.Path
	}
	if u.RawQuery != "" {
		target.RawQuery = strings.TrimPrefix(target.RawQuery+"&"+u.RawQuery, "&")
	}
	made, err := http.NewRequestWithContext(ctx, r.method, target.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	made.URL = &target // the path as it was escaped
	made.Header = r.header.Clone()
	return made, nil
}

// hostPrefix is what an operation puts before the host, with its labels filled in.
func hostPrefix(o *awsmodel.Operation, input query.Value) (string, error) {
	prefix := o.HostPrefix
	if !strings.Contains(prefix, "{") || o.Input == nil {
		return prefix, nil
	}
	for i := range o.Input.Members {
		m := &o.Input.Members[i]
		if !m.HostLabel {
			continue
		}
		v, _ := input.Get(m.Name)
		if v.Kind() != query.String || !isHostLabel(v.Str()) {
			return "", &ParameterError{m.Name, "it is part of a host name, and must be 1 to 63 letters, digits and hyphens"}
		}
		prefix = strings.ReplaceAll(prefix, "{"+m.Name+"}", v.Str())
	}
	return prefix, nil
}

func isHostLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
