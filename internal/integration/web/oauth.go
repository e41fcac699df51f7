package web

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// tokens keeps the tokens of OAuth connections until shortly before they expire. Of one connection, one token is fetched at
// a time; the others wait for it.
type tokens struct {
	client client
	now    func() time.Time

	mu   sync.Mutex
	held map[[sha256.Size]byte]*token // by everything that the request for it is made of
}

// token is the token of one connection. Whoever holds busy may look at the other fields.
type token struct {
	busy    chan struct{} // room for one
	text    string        // "": there is none
	expires time.Time
}

// Tokens are kept for a while if their server does not say how long they live. They are got anew before they end.
const (
	tokensMax       = 1000
	lifeUnknown     = 5 * time.Minute
	renewBefore     = time.Minute
	tokenBytesMax   = 16 << 10
	oauthErrorBytes = 200
)

// get returns a token for a. stale is one that was refused: it is not given again.
// Errors: *ConnectionError; that of ctx.
func (t *tokens) get(ctx context.Context, a OAuth, stale string) (string, error) {
	kept := t.entry(a)
	select {
	case kept.busy <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-kept.busy }()
	if kept.text != "" && kept.text != stale && t.now().Before(kept.expires) {
		return kept.text, nil
	}
	kept.text = ""
	text, life, err := t.fetch(ctx, a)
	if err != nil {
		return "", err
	}
	kept.text, kept.expires = text, t.now().Add(life-min(renewBefore, life/5))
	return text, nil
}

func (t *tokens) entry(a OAuth) *token {
	raw, err := json.Marshal(a)
	if err != nil {
		panic(err) // strings only
	}
	key := sha256.Sum256(raw)
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := t.held[key]
	if kept == nil {
		if t.held == nil || len(t.held) >= tokensMax {
			t.held = make(map[[sha256.Size]byte]*token)
		}
		kept = &token{busy: make(chan struct{}, 1)}
		t.held[key] = kept
	}
	return kept
}

// fetch asks the endpoint for a token.
func (t *tokens) fetch(ctx context.Context, a OAuth) (text string, life time.Duration, err error) {
	refuse := func(kind, format string, args ...any) error {
		return &ConnectionError{kind, "The token of the connection could not be had: " + fmt.Sprintf(format, args...)}
	}
	r, err := a.request()
	if err != nil {
		return "", 0, refuse("InvalidConnectionState", "%v", err)
	}
	req, err := r.http(ctx)
	if err != nil {
		return "", 0, refuse("InvalidConnectionState", "%v", err)
	}
	resp, err := t.client.send(req)
	if err != nil {
		return "", 0, refuse("InternalError", "%v", err)
	}
	var doc struct {
		Token string  `json:"access_token"`
		Life  float64 `json:"expires_in"`
		Error string  `json:"error"`
	}
	_ = json.Unmarshal([]byte(resp.body), &doc) // no document: there is no token either
	switch {
	case resp.status >= 300:
		code := doc.Error[:min(len(doc.Error), oauthErrorBytes)]
		return "", 0, refuse("InvalidConnectionState", "its endpoint answered %d %q", resp.status, redact(code, (&Connection{Authorization: a, Parameters: a.Parameters}).secrets("")))
	case doc.Token == "" || len(doc.Token) > tokenBytesMax || !validValue(doc.Token):
		return "", 0, refuse("InvalidConnectionState", "its endpoint answered without an access_token")
	}
	life = lifeUnknown
	if doc.Life > 0 {
		life = time.Duration(min(doc.Life, 1e6) * float64(time.Second))
	}
	return doc.Token, life, nil
}

// request is the request for a token. Source: RFC 6749, sections 2.3.1 and 4.4.2.
func (a OAuth) request() (*request, error) {
	u, err := parseEndpoint(a.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("its endpoint is not an http or https URL")
	}
	r := &request{method: a.Method, url: u, header: http.Header{}}
	if r.method == "" {
		r.method = http.MethodPost
	}
	fields := slices.Clone(a.Parameters.Body)
	if !has(fields, "grant_type") && !has(a.Parameters.Query, "grant_type") {
		fields = append(fields, Parameter{"grant_type", "client_credentials"})
	}
	if !has(fields, "client_secret") && !has(a.Parameters.Query, "client_secret") {
		r.header.Set("Authorization", basic(url.QueryEscape(a.ClientID), url.QueryEscape(a.ClientSecret)))
	}
	r.header.Set("Accept", "application/json")
	queried := a.Parameters.Query
	if r.method == http.MethodGet {
		queried = append(slices.Clone(queried), fields...)
	} else {
		r.header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.body = encodeQuery(withQuery(nil, fields))
	}
	u.RawQuery = joinQuery(u.RawQuery, encodeQuery(withQuery(nil, queried)))
	addHeaders(r.header, a.Parameters.Headers)
	return r, nil
}
