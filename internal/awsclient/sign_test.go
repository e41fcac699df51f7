package awsclient

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

const (
	keyID  = "AKIDEXAMPLE"
	secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
)

// received is a request as it came over the wire.
type received struct {
	method, uri, host string
	header            http.Header
	body              []byte
	tls               bool
}

// verify signs what was received anew, and says what is wrong with its signature; "" if nothing.
// Source: "Create a signed AWS API request" in the documentation of IAM. S3 takes the path as it is; other services take it
// without empty and relative segments, and escape it once more.
func (r *received) verify() string {
	const algorithm = "AWS4-HMAC-SHA256"
	parts, ok := strings.CutPrefix(r.header.Get("Authorization"), algorithm+" ")
	if !ok {
		return "it is not signed"
	}
	field := map[string]string{}
	for part := range strings.SplitSeq(parts, ", ") {
		name, value, _ := strings.Cut(part, "=")
		field[name] = value
	}
	scope := strings.Split(field["Credential"], "/")
	if len(scope) != 5 || scope[0] != keyID {
		return "the scope is " + field["Credential"]
	}
	date := r.header.Get("X-Amz-Date")
	if !strings.HasPrefix(date, scope[1]) {
		return "the date is " + date
	}
	isS3 := scope[3] == "s3"
	path, rawQuery, _ := strings.Cut(r.uri, "?")
	plain, err := url.PathUnescape(path)
	if err != nil {
		return err.Error()
	}
	canonical := escaped(plain, true)
	if !isS3 {
		canonical = escaped(withoutDots(path), true)
	}
	var queries []string
	for pair := range strings.SplitSeq(rawQuery, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, _ = url.PathUnescape(name) // a + is a +
		value, _ = url.PathUnescape(value)
		queries = append(queries, escaped(name, false)+"="+escaped(value, false))
	}
	slices.Sort(queries)
	signed := strings.Split(field["SignedHeaders"], ";")
	if !slices.IsSorted(signed) || !slices.Contains(signed, "host") || !slices.Contains(signed, "x-amz-date") {
		return "the signed headers are " + field["SignedHeaders"]
	}
	for name := range r.header {
		if name := strings.ToLower(name); strings.HasPrefix(name, "x-amz-") && !slices.Contains(signed, name) {
			return name + " is not signed"
		}
	}
	var headers strings.Builder
	for _, name := range signed {
		values := r.header.Values(name)
		if name == "host" {
			values = []string{r.host}
		}
		for i := range values {
			values[i] = strings.Join(strings.FieldsFunc(values[i], func(c rune) bool { return c == ' ' }), " ")
		}
		fmt.Fprintf(&headers, "%s:%s\n", name, strings.Join(values, ","))
	}
	payload := digest(r.body)
	if said := r.header.Get("X-Amz-Content-Sha256"); said == "UNSIGNED-PAYLOAD" && r.tls {
		payload = said
	} else if said != "" && said != payload || isS3 && said == "" {
		return "the digest of the body is said to be " + said
	}
	request := strings.Join([]string{r.method, canonical, strings.Join(queries, "&"), headers.String(), field["SignedHeaders"], payload}, "\n")
	text := strings.Join([]string{algorithm, date, strings.Join(scope[1:], "/"), digest([]byte(request))}, "\n")
	key := []byte("AWS4" + secret)
	for _, step := range scope[1:] {
		key = mac(key, step)
	}
	if want := hex.EncodeToString(mac(key, text)); want != field["Signature"] {
		return "the signature does not match that of\n" + request
	}
	return ""
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// escaped writes all but the unreserved characters of RFC 3986 as %XX; slashes stay in paths.
func escaped(text string, path bool) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 || path && c == '/' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// withoutDots leaves out empty segments and such as mean this and the one above.
func withoutDots(path string) string {
	var kept []string
	segments := strings.Split(path, "/")
	for _, s := range segments {
		switch s {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, s)
		}
	}
	normal := "/" + strings.Join(kept, "/")
	if last := segments[len(segments)-1]; len(kept) > 0 && (last == "" || last == "." || last == "..") {
		normal += "/"
	}
	return normal
}

// awkward are texts that escaping may get wrong.
var awkward = []string{
	"plain", "a b", "a+b", "ü", "日本", "a/b", "a//b", "//", "/a", "a/", "~", "%", "100%25", "..", "a/../b", "./a", "a=b&c=d", "?", "#", ";", "'()*!", ":@$,", `"<>\^{|}` + "`", "[x]", "é\u0301", " ",
}

// signing are calls that are signed: service, operation and input, in which TEXT stands for an awkward text.
var signing = []struct {
	folder, operation, input string
}{
	{"s3", "GetObject", `{"Bucket":"bucket","Key":TEXT}`},
	{"s3", "PutObject", `{"Bucket":"bucket","Key":TEXT,"Body":"body"}`},
	{"s3", "ListObjectsV2", `{"Bucket":"bucket","Prefix":TEXT,"Delimiter":"/"}`},
	{"s3", "GetBucketAcl", `{"Bucket":"bucket"}`},
	{"lambda", "Invoke", `{"FunctionName":TEXT,"Qualifier":TEXT,"Payload":"{}"}`},
	{"lambda", "ListTags", `{"Resource":"arn:aws:lambda:eu-central-1:123456789012:function:f"}`},
	{"mediastore-data", "GetObject", `{"Path":TEXT}`},
	{"mediastore-data", "PutObject", `{"Path":TEXT,"Body":"body"}`},
	{"apigateway", "GetResources", `{"restApiId":TEXT,"position":TEXT}`},
	{"iot-data", "Publish", `{"topic":TEXT,"payload":"p"}`},
	{"dynamodb", "GetItem", `{"TableName":"t","Key":{"id":{"S":TEXT}}}`},
	{"sqs", "ListQueues", `{"QueueNamePrefix":TEXT}`},
	{"sts", "GetCallerIdentity", `{}`},
	{"iam", "GetUser", `{"UserName":TEXT}`},
	{"ec2", "DescribeTags", `{"Filters":[{"Name":TEXT,"Values":[TEXT]}]}`},
	{"route53", "ListHostedZones", `{"Marker":TEXT}`},
	{"glacier", "ListVaults", `{"marker":TEXT}`},
}

// signed calls everything in signing, and what more is given, and returns what came over the wire.
func signed(t *testing.T, token string, secure bool) (all []*received) {
	t.Helper()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h := r.Header.Clone()
		if r.ContentLength > 0 {
			h.Set("Content-Length", fmt.Sprint(r.ContentLength))
		}
		all = append(all, &received{r.Method, r.RequestURI, r.Host, h, body, r.TLS != nil})
	})
	server := httptest.NewServer(handler)
	if secure {
		server.Close()
		server = httptest.NewTLSServer(handler)
	}
	defer server.Close()
	models := folders(t)
	client := New(Config{
		Models: awsmodel.Builtin(), Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider(keyID, secret, token),
		Endpoints: func(*awsmodel.Service) string { return server.URL }, HTTP: server.Client(), Attempts: 1,
	})
	call := func(folder, operation, input string) {
		t.Helper()
		s := models[folder]
		i := slices.IndexFunc(s.Operations(), func(o *awsmodel.Operation) bool { return o.Name == operation })
		v, err := query.Parse(input)
		if err != nil || i < 0 {
			t.Fatalf("%s %s %s: %v", folder, operation, input, err)
		}
		before := len(all)
		if _, err := client.Call(context.Background(), Call{Service: s, Operation: s.Operations()[i], Input: v}); len(all) != before+1 {
			t.Errorf("%s %s %s was not sent: %v", folder, operation, input, err)
		}
	}
	for _, c := range signing {
		texts := awkward
		if !strings.Contains(c.input, "TEXT") {
			texts = awkward[:1]
		}
		for _, text := range texts {
			literal, _ := json.Marshal(text)
			call(c.folder, c.operation, strings.ReplaceAll(c.input, "TEXT", string(literal)))
		}
	}
	for _, text := range []string{"one", "two  spaces", "  around  ", "comma, comma", `"quoted   text"`} {
		literal, _ := json.Marshal(text)
		call("s3", "PutObject", `{"Bucket":"bucket","Key":"k","Body":"","CacheControl":`+string(literal)+`,"Metadata":{"one":`+string(literal)+`,"Two-Three":"x"}}`)
	}
	return all
}

// What we sign is accepted by whoever knows the specification.
func TestSignaturesAreAccepted(t *testing.T) {
	for _, token := range []string{"", "the/session+token=="} {
		for _, r := range signed(t, token, false) {
			if problem := r.verify(); problem != "" {
				t.Errorf("%s %s: %s", r.method, r.uri, problem)
			}
			if r.header.Get("X-Amz-Security-Token") != token {
				t.Errorf("%s %s: the session's token is %q", r.method, r.uri, r.header.Get("X-Amz-Security-Token"))
			}
		}
	}
	unsigned := 0
	for _, r := range signed(t, "", true) {
		if problem := r.verify(); problem != "" {
			t.Errorf("over TLS: %s %s: %s", r.method, r.uri, problem)
		}
		if r.header.Get("X-Amz-Content-Sha256") == "UNSIGNED-PAYLOAD" {
			unsigned++
		}
	}
	if unsigned == 0 {
		t.Error("no payload went unsigned, so nothing was seen of them")
	}
}

// A signature that fits nothing is found out: the judge can say no.
func TestTheVerifierRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*received){
		"another path":   func(r *received) { r.uri = strings.Replace(r.uri, "bucket", "budget", 1) },
		"another query":  func(r *received) { r.uri += "&more=1" },
		"another body":   func(r *received) { r.body = append(r.body, 'x') },
		"another host":   func(r *received) { r.host = "elsewhere" },
		"another date":   func(r *received) { r.header.Set("X-Amz-Date", "20200101T000000Z") },
		"another header": func(r *received) { r.header.Set("X-Amz-Meta-More", "1") },
		"no signature":   func(r *received) { r.header.Del("Authorization") },
	} {
		r := signed(t, "", false)[0]
		spoil(r)
		if r.verify() == "" {
			t.Errorf("%s was accepted", name)
		}
	}
}

// botocore signs the same requests in the same way.
func TestSignaturesAreBotocores(t *testing.T) {
	python := findPython(t)
	all := append(signed(t, "", false), signed(t, "the/session+token==", false)...)
	var in bytes.Buffer
	for _, r := range all {
		authorization := r.header.Get("Authorization")
		_, names, _ := strings.Cut(authorization, "SignedHeaders=")
		names, _, _ = strings.Cut(names, ",")
		headers := map[string]string{}
		for name := range strings.SplitSeq(names, ";") {
			switch name {
			case "host", "x-amz-date", "x-amz-security-token":
			default:
				headers[name] = strings.Join(r.header.Values(name), ",")
			}
		}
		_, scope, _ := strings.Cut(authorization, "Credential=")
		scope, _, _ = strings.Cut(scope, ",")
		parts := strings.Split(scope, "/")
		_ = json.NewEncoder(&in).Encode(map[string]any{
			"Method": r.method, "URL": "http://" + r.host + r.uri, "Headers": headers, "Body": r.body, "Date": r.header.Get("X-Amz-Date"),
			"Key": keyID, "Secret": secret, "Token": r.header.Get("X-Amz-Security-Token"), "S3": parts[3] == "s3",
			"Service": parts[3], "Region": parts[2],
		})
	}
	cmd := exec.Command(python, "testdata/sigv4.py")
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, err.(*exec.ExitError).Stderr)
	}
	lines := strings.Fields(string(out))
	if len(lines) != len(all) {
		t.Fatalf("%d signatures of %d", len(lines), len(all))
	}
	for i, r := range all {
		if !strings.HasSuffix(r.header.Get("Authorization"), "Signature="+lines[i]) {
			t.Errorf("%s %s: botocore signs it otherwise: %s", r.method, r.uri, r.header.Get("Authorization"))
		}
	}
}
