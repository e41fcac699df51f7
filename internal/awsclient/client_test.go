package awsclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// transport answers requests from a list, the last answer again and again, and remembers them.
type transport struct {
	answers  []any // reply or error
	requests []*http.Request
	bodies   []string
}

type reply struct {
	status int
	header map[string]string
	body   string
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body, _ := io.ReadAll(r.Body)
	t.requests, t.bodies = append(t.requests, r), append(t.bodies, string(body))
	next := t.answers[0]
	if len(t.answers) > 1 {
		t.answers = t.answers[1:]
	}
	if err, ok := next.(error); ok {
		return nil, err
	}
	a := next.(reply)
	h := http.Header{}
	for name, value := range a.header {
		h.Set(name, value)
	}
	return &http.Response{StatusCode: a.status, Header: h, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// answering is a client whose services answer so. It does not sleep.
func answering(answers ...any) (*Client, *transport) {
	tr := &transport{answers: answers}
	return New(Config{
		Models: awsmodel.Builtin(), Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		HTTP: &http.Client{Transport: tr}, Sleep: func(context.Context, time.Duration) error { return nil },
	}), tr
}

// do calls service:action.
func do(t *testing.T, c *Client, name, input string, change ...func(*Call)) (*Result, error) {
	t.Helper()
	service, action, _ := strings.Cut(name, ":")
	s, o, ok := awsmodel.Builtin().Action(service, action)
	if !ok {
		t.Fatalf("there is no model of %s", name)
	}
	v, err := query.Parse(input)
	if err != nil {
		t.Fatalf("%s: %v", input, err)
	}
	call := Call{Service: s, Operation: o, Input: v}
	for _, f := range change {
		f(&call)
	}
	return c.Call(t.Context(), call)
}

func jsonFault(status int, code string) reply {
	return reply{status: status, body: fmt.Sprintf(`{"__type":"com.amazon#%s","message":"m"}`, code)}
}

// Which errors are worth another attempt, and how often a call is sent.
func TestRetries(t *testing.T) {
	ok := reply{status: 200, body: `{}`}
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	reset := &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
	nobody := &net.DNSError{Err: "no such host", Name: "nowhere", IsNotFound: true}
	for _, c := range []struct {
		name    string
		call    string
		answers []any
		sent    int
		err     string // part of it; "": none
	}{
		{"good at once", "dynamodb:putItem", []any{ok}, 1, ""},
		{"throttled once", "dynamodb:putItem", []any{jsonFault(400, "ThrottlingException"), ok}, 2, ""},
		{"throttled by another name", "dynamodb:putItem", []any{jsonFault(400, "ProvisionedThroughputExceededException"), ok}, 2, ""},
		{"throttled by the status", "dynamodb:putItem", []any{jsonFault(429, "Whatever"), ok}, 2, ""},
		{"ill", "dynamodb:putItem", []any{jsonFault(500, "InternalServerError"), ok}, 2, ""},
		{"unavailable, without a body", "dynamodb:putItem", []any{reply{status: 503}, ok}, 2, ""},
		{"a gateway's page", "dynamodb:putItem", []any{reply{status: 502, body: "<html>Bad Gateway</html>"}, ok}, 2, ""},
		{"ill for ever", "dynamodb:putItem", []any{jsonFault(500, "InternalServerError")}, 3, "InternalServerError: m"},
		{"the caller's fault", "dynamodb:putItem", []any{jsonFault(400, "ValidationException"), ok}, 1, "ValidationException: m"},
		{"a condition", "dynamodb:putItem", []any{jsonFault(400, "ConditionalCheckFailedException"), ok}, 1, "ConditionalCheckFailedException: m"},
		{"denied", "dynamodb:putItem", []any{jsonFault(403, "AccessDeniedException"), ok}, 1, "AccessDeniedException: m"},

		{"no connection, so nothing was done", "dynamodb:putItem", []any{refused, ok}, 2, ""},
		{"no such host", "sqs:sendMessage", []any{nobody}, 3, "Unable to execute HTTP request: sqs.eu-central-1.amazonaws.com: Name or service not known"},
		{"the answer of a write was lost", "dynamodb:putItem", []any{reset, ok}, 1, "connection reset"},
		{"the answer of a message was lost", "sqs:sendMessage", []any{io.ErrUnexpectedEOF, ok}, 1, "unexpected EOF"},
		{"the answer of a message that somebody takes was lost", "sqs:receiveMessage", []any{reset, ok}, 1, "connection reset"},
		{"the answer of a read was lost", "dynamodb:getItem", []any{reset, ok}, 2, ""},
		{"the answer of a call with a token was lost", "ecs:runTask", []any{reset, ok}, 2, ""},
		{"the answers of a read are lost", "dynamodb:getItem", []any{reset}, 3, "connection reset"},

		{"S3 wants less", "s3:putObject", []any{reply{status: 503, body: `<Error><Code>SlowDown</Code><Message>less</Message></Error>`}, ok}, 2, ""},
		{"S3 fails in the middle of a good answer", "s3:copyObject", []any{
			reply{status: 200, body: `<?xml version="1.0"?><Error><Code>InternalError</Code><Message>m</Message></Error>`},
			reply{status: 200, body: `<CopyObjectResult><ETag>e</ETag></CopyObjectResult>`}}, 2, ""},
	} {
		client, tr := answering(c.answers...)
		input := `{}`
		if strings.HasPrefix(c.call, "s3:") {
			input = `{"Bucket":"bucket","Key":"k"}`
		}
		r, err := do(t, client, c.call, input)
		if len(tr.requests) != c.sent {
			t.Errorf("%s: sent %d times, want %d", c.name, len(tr.requests), c.sent)
		}
		attempts := 0
		f, isFault := errors.AsType[*Fault](err)
		lost, isLost := errors.AsType[*TransportError](err)
		switch {
		case err == nil:
			attempts = r.Attempts
		case isFault:
			attempts = f.Attempts
		case isLost:
			attempts = lost.Attempts
		}
		if attempts != c.sent {
			t.Errorf("%s: %d attempts are said, %d were made", c.name, attempts, c.sent)
		}
		if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
		for i := range tr.bodies {
			if tr.bodies[i] != tr.bodies[0] {
				t.Errorf("%s: attempt %d says %q, the first %q", c.name, i, tr.bodies[i], tr.bodies[0])
			}
		}
	}
}

func TestPausesBetweenAttempts(t *testing.T) {
	for attempt := 1; attempt < 100; attempt++ {
		if d := backoff(attempt); d <= 0 || d > backoffMax+time.Millisecond {
			t.Errorf("attempt %d: %v", attempt, d)
		}
	}
	var slept []time.Duration
	client, tr := answering(jsonFault(500, "InternalServerError"))
	client.cfg.Sleep = func(_ context.Context, d time.Duration) error {
		slept = append(slept, d)
		return context.Canceled
	}
	if _, err := do(t, client, "dynamodb:putItem", `{}`); err != context.Canceled || len(tr.requests) != 1 || len(slept) != 1 {
		t.Errorf("%v; sent %d, slept %v", err, len(tr.requests), slept)
	}
}

func TestAnEndedContextEndsTheCall(t *testing.T) {
	client, tr := answering(reply{status: 200, body: "{}"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, o, _ := awsmodel.Builtin().Action("dynamodb", "getItem")
	v, _ := query.Parse("{}")
	if _, err := client.Call(ctx, Call{Service: s, Operation: o, Input: v}); !errors.Is(err, context.Canceled) || len(tr.requests) > 0 {
		t.Errorf("%v; sent %d", err, len(tr.requests))
	}
}

// An answer without bounds, or one that is cut off, is an error.
func TestAnswersAreBounded(t *testing.T) {
	client, _ := answering(reply{status: 200, body: strings.Repeat(" ", answerBytesMax+1)})
	if _, err := do(t, client, "dynamodb:putItem", `{}`); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("%v", err)
	}
	client, _ = answering(reply{status: 200, body: `{"Item":`})
	if _, err := do(t, client, "dynamodb:getItem", `{}`); err == nil || !strings.Contains(err.Error(), "no JSON") {
		t.Errorf("%v", err)
	}
}

func TestIdempotencyTokens(t *testing.T) {
	client, tr := answering(reply{status: 200, body: "{}"})
	token := func(token string) func(*Call) { return func(c *Call) { c.Token = token } }
	for _, c := range []struct{ input, given, want string }{
		{`{"taskDefinition":"d"}`, "attempt-1", `{"clientToken":"attempt-1","taskDefinition":"d"}`},
		{`{"taskDefinition":"d","clientToken":"mine"}`, "attempt-1", `{"clientToken":"mine","taskDefinition":"d"}`},
		{`{"taskDefinition":"d","clientToken":null}`, "attempt-1", `{"clientToken":"attempt-1","taskDefinition":"d"}`},
	} {
		if _, err := do(t, client, "ecs:runTask", c.input, token(c.given)); err != nil {
			t.Fatal(err)
		}
		got, _ := query.Parse(tr.bodies[len(tr.bodies)-1])
		if want, _ := query.Parse(c.want); !query.Equal(got, want) {
			t.Errorf("%s: sent %s, want %s", c.input, got.Compact(), c.want)
		}
	}
	tr.bodies = nil
	for range 2 {
		if _, err := do(t, client, "ecs:runTask", `{}`); err != nil {
			t.Fatal(err)
		}
	}
	if tr.bodies[0] == tr.bodies[1] || !strings.Contains(tr.bodies[0], `"clientToken":"`) {
		t.Errorf("two calls must have tokens of their own: %v", tr.bodies)
	}
}

const assumed = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA%d</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
	`<SessionToken>session</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`

func TestRolesAreAssumedAndRenewed(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	ok := reply{status: 200, body: "{}"}
	role := func(n int) reply {
		return reply{status: 200, body: fmt.Sprintf(assumed, n, now.Add(time.Hour).Format(time.RFC3339))}
	}
	client, tr := answering(role(1), ok, ok, role(2), ok, role(3), ok, role(4), ok)
	client.cfg.Now = func() time.Time { return now }
	as := func(role, session string) func(*Call) {
		return func(c *Call) { c.RoleARN, c.Session = role, session }
	}
	keys := func() (all []string) {
		for _, r := range tr.requests {
			_, key, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
			key, _, _ = strings.Cut(key, "/")
			all = append(all, key+" "+r.URL.Host+" "+r.Header.Get("X-Amz-Security-Token"))
		}
		return all
	}
	const sts, dynamodb = " sts.eu-central-1.amazonaws.com ", " dynamodb.eu-central-1.amazonaws.com session"
	call := func(role, session string) {
		t.Helper()
		if _, err := do(t, client, "dynamodb:listTables", `{}`, as(role, session)); err != nil {
			t.Fatal(err)
		}
	}
	call("arn:a", "run-1")
	call("arn:a", "run-1") // held
	now = now.Add(56 * time.Minute)
	call("arn:a", "run-1") // about to end
	call("arn:a", "run-2") // another session
	call("arn:b", "")      // another role
	want := []string{
		"key" + sts, "ASIA1" + dynamodb, "ASIA1" + dynamodb, "key" + sts, "ASIA2" + dynamodb, "key" + sts, "ASIA3" + dynamodb, "key" + sts, "ASIA4" + dynamodb,
	}
	if !slices.Equal(keys(), want) {
		t.Errorf("got  %q\nwant %q", keys(), want)
	}
	for i, body := range map[int]string{0: "RoleArn=arn%3Aa&RoleSessionName=run-1", 7: "RoleArn=arn%3Ab&RoleSessionName=cogstep"} {
		if !strings.Contains(tr.bodies[i], body) {
			t.Errorf("request %d says %s, want %s", i, tr.bodies[i], body)
		}
	}
}

func TestARoleThatCannotBeAssumed(t *testing.T) {
	for name, answer := range map[string]reply{
		"denied":       {status: 403, body: `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`},
		"without keys": {status: 200, body: `<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>`},
	} {
		client, tr := answering(answer)
		_, err := do(t, client, "dynamodb:listTables", `{}`, func(c *Call) { c.RoleARN = "arn:a" })
		if e, ok := errors.AsType[*CredentialsError](err); !ok || e.RoleARN != "arn:a" || len(tr.requests) != 1 {
			t.Errorf("%s: %v; sent %d", name, err, len(tr.requests))
		}
	}
}

// Without credentials, only what goes to a server of one's own is sent.
func TestPlaceholdersAreForGivenEndpointsOnly(t *testing.T) {
	broken := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("none here") })
	sqs, _ := awsmodel.Builtin().Find("sqs")
	for _, provider := range []aws.CredentialsProvider{nil, broken} {
		client, tr := answering(reply{status: 200, body: "{}"})
		client.cfg.Credentials = provider
		if _, err := do(t, client, "sqs:listQueues", `{}`); err == nil || len(tr.requests) > 0 || client.Ready(t.Context(), sqs) {
			t.Errorf("to AWS: %v; sent %d", err, len(tr.requests))
		} else if e, ok := errors.AsType[*CredentialsError](err); !ok || e.RoleARN != "" || !strings.Contains(e.Error(), "AWS_ACCESS_KEY_ID") {
			t.Errorf("to AWS: %v", err)
		}
		client.cfg.Endpoints = func(*awsmodel.Service) string { return "http://localhost:4566" }
		if _, err := do(t, client, "sqs:listQueues", `{}`); err != nil || !client.Ready(t.Context(), sqs) {
			t.Errorf("to a given endpoint: %v", err)
		} else if got := tr.requests[0].Header.Get("Authorization"); !strings.Contains(got, "Credential=test/") {
			t.Errorf("signed %s", got)
		}
	}
}

// Endpoints of one's own have one name and perhaps a path, and no host is put before it.
func TestWhereRequestsGo(t *testing.T) {
	for _, c := range []struct{ call, input, own, want string }{
		{"s3:getObject", `{"Bucket":"orders","Key":"a b/ü"}`, "", "https://orders.s3.eu-central-1.amazonaws.com/a%20b/%C3%BC"},
		{"s3:getObject", `{"Bucket":"with.dots","Key":"k"}`, "", "https://s3.eu-central-1.amazonaws.com/with.dots/k"},
		{"s3:getObject", `{"Bucket":"orders","Key":"k"}`, "http://localhost:9000/base", "http://localhost:9000/base/orders/k"},
		{"s3:listBuckets", `{}`, "", "https://s3.eu-central-1.amazonaws.com/"},
		{"sfn:startSyncExecution", `{"stateMachineArn":"m"}`, "", "https://sync-states.eu-central-1.amazonaws.com/"},
		{"sfn:startSyncExecution", `{"stateMachineArn":"m"}`, "http://localhost:8083", "http://localhost:8083/"},
		{"servicediscovery:discoverInstances", `{"NamespaceName":"n","ServiceName":"s"}`, "", "https://data-servicediscovery.eu-central-1.amazonaws.com/"},
		{"s3control:listAccessPoints", `{"AccountId":"123456789012"}`, "", "https://123456789012.s3-control.eu-central-1.amazonaws.com/v20180820/accesspoint"},
		{"s3control:listAccessPoints", `{"AccountId":"123456789012"}`, "http://localhost:9000", "http://localhost:9000/v20180820/accesspoint"},
	} {
		client, tr := answering(reply{status: 200, body: "<x/>"})
		client.cfg.Endpoints = func(*awsmodel.Service) string { return c.own }
		_, _ = do(t, client, c.call, c.input)
		if len(tr.requests) != 1 || tr.requests[0].URL.String() != c.want {
			t.Errorf("%s at %q: %v\nwant %s", c.call, c.own, tr.requests[0].URL, c.want)
		}
	}
	client, _ := answering(reply{status: 200})
	for input, want := range map[string]string{`{"AccountId":"a.b"}`: "AccountId", `{"Bucket":1}`: "Bucket"} {
		if _, err := do(t, client, "s3control:listAccessPoints", input); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", input, err)
		}
	}
}
