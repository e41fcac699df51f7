package web

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/cogstep/cogstep/query"
)

// Connections finds the connections that HTTP Tasks name. It is safe for concurrent use.
type Connections interface {
	// Connection returns the connection of an ARN. Errors: *ConnectionError; others count as InternalError.
	Connection(ctx context.Context, arn string) (Connection, error)
}

// ConnectionError says why a connection cannot be used. Its text must not hold anything secret.
type ConnectionError struct {
	Kind    string // "ResourceNotFound", "AccessDenied", "InvalidConnectionState", …: the end of Events.ConnectionResource.…
	Message string
}

func (e *ConnectionError) Error() string { return e.Message }

// Connection is how a Task proves to an API who it is, and what else goes into each of its requests. All of it counts as
// secret.
type Connection struct {
	Authorization Authorization // nil: none
	Parameters    Parameters
}

// Parameters are added to a request; they win over those of the definition with the same name.
type Parameters struct{ Headers, Query, Body []Parameter }

// Parameter is a name with a value.
type Parameter struct{ Name, Value string }

// Authorization is how a Task proves who it is: one of Basic, APIKey, OAuth.
type Authorization interface{ isAuthorization() }

// Basic is a name and a password (RFC 7617).
type Basic struct{ Username, Password string }

// APIKey is a header with a key.
type APIKey struct{ Name, Value string }

// OAuth is a token that is got from an endpoint with the client's own credentials (RFC 6749, section 4.4).
type OAuth struct {
	Endpoint               string
	Method                 string // "" means POST
	ClientID, ClientSecret string
	// Parameters go into the request for the token. If its body has a client_secret there, the client's credentials are
	// not sent in the Authorization header too.
	Parameters Parameters
}

func (Basic) isAuthorization()  {}
func (APIKey) isAuthorization() {}
func (OAuth) isAuthorization()  {}

// authorize puts what proves who the Task is on a request; token is that of an OAuth.
func authorize(h http.Header, a Authorization, token string) {
	switch a := a.(type) {
	case Basic:
		h.Set("Authorization", basic(a.Username, a.Password))
	case APIKey:
		h.Set(a.Name, a.Value)
	case OAuth:
		h.Set("Authorization", "Bearer "+token)
	}
}

func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// addHeaders replaces headers.
func addHeaders(h http.Header, all []Parameter) {
	for _, p := range all {
		h.Set(p.Name, p.Value)
	}
}

// withQuery replaces and adds members of a query.
func withQuery(given []pair, all []Parameter) []pair {
	merged := make([]pair, 0, len(given)+len(all))
	for _, g := range given {
		if !has(all, g.name) {
			merged = append(merged, g)
		}
	}
	for _, p := range all {
		merged = append(merged, pair{p.Name, []string{p.Value}})
	}
	return merged
}

func has(all []Parameter, name string) bool {
	for _, p := range all {
		if p.Name == name {
			return true
		}
	}
	return false
}

// withBody replaces and adds members of an object; undefined counts as an empty one.
func withBody(v query.Value, all []Parameter) query.Value {
	if v.IsUndefined() {
		v = new(query.ObjectBuilder).Build()
	}
	for _, p := range all {
		v = v.With(p.Name, query.StringValue(p.Value))
	}
	return v
}

// secretBytesMin is from which length on a value of a connection is looked for in texts: shorter ones stand in innocent
// places too.
const secretBytesMin = 6

// secrets are the values of a connection, and how some of them are written in a request.
func (c *Connection) secrets(token string) (all []string) {
	add := func(values ...string) {
		for _, v := range values {
			if len(v) >= secretBytesMin {
				all = append(all, v)
				if e := escape(v); e != v {
					all = append(all, e)
				}
			}
		}
	}
	add(token)
	switch a := c.Authorization.(type) {
	case Basic:
		_, encoded, _ := strings.Cut(basic(a.Username, a.Password), " ")
		add(encoded, a.Password)
	case APIKey:
		add(a.Value)
	case OAuth:
		add(a.ClientSecret)
	}
	for _, group := range [][]Parameter{c.Parameters.Headers, c.Parameters.Query, c.Parameters.Body} {
		for _, p := range group {
			add(p.Value)
		}
	}
	return all
}

// hidden stands in the place of a secret.
const hidden = "*** hidden ***"

// redact hides secrets in a text. It sorts them.
func redact(text string, secrets []string) string {
	// The longest first, so that one that begins another one leaves nothing of it.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(secrets))
	for _, s := range secrets {
		pairs = append(pairs, s, hidden)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
