package awsclient

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// CredentialsError says why a call could not be signed.
type CredentialsError struct {
	RoleARN string // that could not be assumed; "": there are no credentials at all
	Err     error
}

func (e *CredentialsError) Error() string {
	if e.RoleARN != "" {
		return fmt.Sprintf("the role %s could not be assumed: %v", e.RoleARN, e.Err)
	}
	return fmt.Sprintf("Unable to load credentials: %v. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile, or give an endpoint that needs none (AWS_ENDPOINT_URL)", e.Err)
}

func (e *CredentialsError) Unwrap() error { return e.Err }

// placeholder signs what goes to a server of one's own if there are no credentials: such servers seldom check them.
var placeholder = aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test", Source: "placeholder"}

// newSigner makes a signer for one request: one that is kept keeps derived keys too, and uses those of an old secret when a
// key id comes with a new one.
func newSigner() *v4.Signer { return v4.NewSigner() }

// unsignedPayload stands for the digest of a body that the signature does not cover.
const unsignedPayload = "UNSIGNED-PAYLOAD"

// sign puts a signature on a request.
func (c *Client) sign(ctx context.Context, call *Call, where *endpoint, req *http.Request, body []byte) error {
	if call.Operation.Unsigned {
		return nil
	}
	credentials, err := c.credentials(ctx, call, where)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	if call.Operation.UnsignedPayload && req.URL.Scheme == "https" {
		digest = unsignedPayload
	}
	isS3 := call.Service.SigningName == "s3" || where.noEscaping
	if isS3 || call.Service.Folder == "glacier" || digest == unsignedPayload {
		req.Header.Set("X-Amz-Content-Sha256", digest)
	}
	signed := *req // its headers are those of req
	if !isS3 {
		signed.URL = normalPath(req.URL)
	}
	return newSigner().SignHTTP(ctx, credentials, &signed, digest, where.signingName, where.signingRegion, c.cfg.Now(), func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = isS3
	})
}

// normalPath returns a URL without empty and relative segments, as services but S3 take it for the signature: the signer
// does not do that. Source: "Create a signed AWS API request" in the documentation of IAM.
func normalPath(u *url.URL) *url.URL {
	segments := strings.Split(u.EscapedPath(), "/")
	var kept []string
	for _, s := range segments {
		switch s {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, s)
		}
	}
	path := "/" + strings.Join(kept, "/")
	if last := segments[len(segments)-1]; len(kept) > 0 && (last == "" || last == "." || last == "..") {
		path += "/"
	}
	normal := *u
	if plain, err := url.PathUnescape(path); err == nil {
		normal.Path, normal.RawPath = plain, path
	}
	return &normal
}

func (c *Client) credentials(ctx context.Context, call *Call, where *endpoint) (aws.Credentials, error) {
	if call.RoleARN != "" {
		return c.assume(ctx, call)
	}
	return c.own(ctx, where.own)
}

// Ready reports whether calls of a service have a chance: there are credentials, or somebody has given an endpoint, which
// may need none.
func (c *Client) Ready(ctx context.Context, s *awsmodel.Service) bool {
	if c.cfg.Endpoints != nil && c.cfg.Endpoints(s) != "" {
		return true
	}
	_, err := c.own(ctx, false)
	return err == nil
}

func (c *Client) own(ctx context.Context, lenient bool) (aws.Credentials, error) {
	err := error(errNoCredentials)
	if c.cfg.Credentials != nil {
		var found aws.Credentials
		if found, err = c.cfg.Credentials.Retrieve(ctx); err == nil {
			return found, nil
		}
	}
	if lenient {
		return placeholder, nil
	}
	return aws.Credentials{}, &CredentialsError{Err: err}
}

type constError string

func (e constError) Error() string { return string(e) }

const errNoCredentials = constError("none are configured")

// roles keeps the credentials of roles that were assumed.
type roles struct {
	mu   sync.Mutex
	held map[string]aws.Credentials // by role and session
}

// rolesMax bounds how many are kept; renewBefore is how long before their end they are got anew.
const (
	rolesMax    = 1000
	renewBefore = 5 * time.Minute
)

// assume returns the credentials of a call's role. Errors: *CredentialsError.
func (c *Client) assume(ctx context.Context, call *Call) (aws.Credentials, error) {
	session := call.Session
	if session == "" {
		session = "cogstep"
	}
	key := call.RoleARN + "\x00" + session
	c.roles.mu.Lock()
	held, ok := c.roles.held[key]
	c.roles.mu.Unlock()
	if ok && held.Expires.After(c.cfg.Now().Add(renewBefore)) {
		return held, nil
	}
	got, err := c.assumeAnew(ctx, call.RoleARN, session)
	if err != nil {
		return got, &CredentialsError{call.RoleARN, err}
	}
	c.roles.mu.Lock()
	defer c.roles.mu.Unlock()
	if c.roles.held == nil || len(c.roles.held) >= rolesMax {
		c.roles.held = make(map[string]aws.Credentials)
	}
	c.roles.held[key] = got
	return got, nil
}

func (c *Client) assumeAnew(ctx context.Context, role, session string) (aws.Credentials, error) {
	sts, operation, ok := c.cfg.Models.Action("sts", "assumeRole")
	if !ok {
		return aws.Credentials{}, constError("there is no model of STS")
	}
	var in query.ObjectBuilder
	in.Set("RoleArn", query.StringValue(role))
	in.Set("RoleSessionName", query.StringValue(session))
	result, err := c.Call(ctx, Call{Service: sts, Operation: operation, Input: in.Build()})
	if err != nil {
		return aws.Credentials{}, err
	}
	given, _ := result.Output.Get("Credentials")
	text := func(name string) string {
		v, _ := given.Get(name)
		return v.Str()
	}
	expires, _ := parseTime(text("Expiration"))
	got := aws.Credentials{
		AccessKeyID: text("AccessKeyId"), SecretAccessKey: text("SecretAccessKey"), SessionToken: text("SessionToken"),
		Source: "AssumeRole", CanExpire: true, Expires: expires,
	}
	if !got.HasKeys() {
		return got, constError("STS answered without keys")
	}
	return got, nil
}

// Sign signs a request to an API of API Gateway, whose body is body, with the credentials of a role, or the client's own.
// Errors: *CredentialsError.
func (c *Client) Sign(ctx context.Context, req *http.Request, body, region, roleARN string) error {
	credentials, err := c.credentials(ctx, &Call{RoleARN: roleARN}, &endpoint{})
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(body))
	return newSigner().SignHTTP(ctx, credentials, req, hex.EncodeToString(sum[:]), "execute-api", region, c.cfg.Now())
}

// presignedSeconds is how long a presigned request is good.
const presignedSeconds = "60"

// PresignGetCallerIdentity returns a URL by which a cluster of EKS sees who asks, with the credentials of a role, or the
// client's own. Whoever uses it sends the header x-k8s-aws-id with the cluster's name. Errors: as for Call.
func (c *Client) PresignGetCallerIdentity(ctx context.Context, cluster, region, roleARN string) (string, error) {
	sts, operation, ok := c.cfg.Models.Action("sts", "getCallerIdentity")
	if !ok {
		return "", constError("there is no model of STS")
	}
	call := &Call{Service: sts, Operation: operation, Region: region, RoleARN: roleARN}
	where, err := c.endpoint(ctx, call)
	if err != nil {
		return "", err
	}
	credentials, err := c.credentials(ctx, call, where)
	if err != nil {
		return "", err
	}
	ask := url.Values{"Action": {"GetCallerIdentity"}, "Version": {sts.APIVersion}, "X-Amz-Expires": {presignedSeconds}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(where.url, "/")+"/?"+ask.Encode(), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("X-K8s-Aws-Id", cluster)
	empty := sha256.Sum256(nil)
	signed, _, err := newSigner().PresignHTTP(ctx, credentials, req, hex.EncodeToString(empty[:]), where.signingName, where.signingRegion, c.cfg.Now())
	return signed, err
}
