package awsclient

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
	"github.com/aws/smithy-go/transport/http/protocol/ec2query"
	"github.com/aws/smithy-go/transport/http/protocol/restjson1"
	"github.com/aws/smithy-go/transport/http/protocol/restxml"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// wire speaks one protocol with one service. It is safe for concurrent use.
type wire struct {
	service  *awsmodel.Service
	protocol awsmodel.Protocol
	schemas  *schemas
	client   smithyhttp.ClientProtocol
}

func newWire(s *awsmodel.Service, p awsmodel.Protocol) (*wire, error) {
	w := &wire{service: s, protocol: p, schemas: newSchemas(p)}
	schema := serviceSchema(s, p)
	switch p {
	case awsmodel.JSON:
		if s.JSONVersion == "1.0" {
			w.client = awsjson.New10(schema)
		} else {
			w.client = awsjson.New11(schema)
		}
	case awsmodel.RESTJSON:
		w.client = restjson1.New(schema)
	case awsmodel.RESTXML:
		w.client = restxml.New(schema)
	case awsmodel.Query:
		w.client = awsquery.New(schema)
	case awsmodel.EC2:
		w.client = ec2query.New(schema)
	case awsmodel.CBOR:
		w.client = rpcv2.NewCBOR(schema)
	default:
		return nil, fmt.Errorf("the service %s speaks %q, which this client does not know", s.Resource, p)
	}
	return w, nil
}

// request is an HTTP request without a host.
type request struct {
	method string
	url    url.URL // path and query
	header http.Header
	body   []byte
}

// request writes the request of an operation. Errors: *ParameterError.
func (w *wire) request(ctx context.Context, o *awsmodel.Operation, input query.Value, token func() string) (*request, error) {
	operation := w.schemas.operation(o)
	in := &writer{shape: o.Input, schema: operation.Input, input: input, fill: token}
	if o.Input == nil && input.Len() > 0 {
		for name := range input.Members() {
			return nil, &ParameterError{name, "there is no parameter of that name"}
		}
	}
	made, _ := smithyhttp.NewStackRequest().(*smithyhttp.Request)
	made.Method = http.MethodPost
	ctx = middleware.WithOperationName(ctx, o.Name)
	if err := w.serialize(ctx, operation, in, made); err != nil {
		return nil, err
	}
	r := &request{method: made.Method, url: *made.URL, header: made.Header}
	r.url.RawQuery = plainQuery(o, made.URL.RawQuery)
	if stream := made.GetStream(); stream != nil {
		body, err := io.ReadAll(stream)
		if err != nil {
			return nil, err
		}
		r.body = body
	}
	if w.protocol == awsmodel.RESTXML && string(r.body) == "{}" && o.Input.Payload != "" {
		r.body = nil // the run time writes an absent structure as JSON
		r.header.Del("Content-Type")
	}
	if err := r.compress(o); err != nil {
		return nil, err
	}
	return r, r.checksum(o, input)
}

// plainQuery writes a query as AWS does: spaces as %20, and names of the operation's own without a value without "=".
func plainQuery(o *awsmodel.Operation, raw string) string {
	raw = strings.ReplaceAll(raw, "+", "%20")
	_, own, _ := strings.Cut(o.URI, "?")
	for name := range strings.SplitSeq(own, "&") {
		if name == "" || strings.Contains(name, "=") {
			continue
		}
		parts := strings.Split(raw, "&")
		for i := range parts {
			if parts[i] == name+"=" {
				parts[i] = name
			}
		}
		raw = strings.Join(parts, "&")
	}
	return raw
}

// compressBytesMin is the size from which on a request is compressed, where its operation allows that; as in the SDKs.
const compressBytesMin = 10240

func (r *request) compress(o *awsmodel.Operation) error {
	if len(r.body) < compressBytesMin || !slices.Contains(o.Compression, "gzip") {
		return nil
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(r.body); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	r.body = packed.Bytes()
	encodings := append(r.header.Values("Content-Encoding"), "gzip")
	r.header.Set("Content-Encoding", strings.Join(encodings, ", "))
	return nil
}

// serialize keeps a defect of the run time, which panics over values that a protocol cannot carry, from being ours.
func (w *wire) serialize(ctx context.Context, o *smithy.OperationSchema, in *writer, to *smithyhttp.Request) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s of %s cannot be written in the protocol %s: %v", o.ID().Name, w.service.Resource, w.protocol, r)
		}
	}()
	if err := w.client.SerializeRequest(ctx, o, in, to); err != nil && in.err == nil {
		return &ParameterError{"", err.Error()}
	}
	return in.err
}
