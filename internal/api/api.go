// Package api serves the Step Functions API: AWS JSON 1.0 over HTTP.
//
// A request goes through the same stations whatever it asks for: the operation is looked up in one table, the body is
// parsed and held against the public service model, the operation's function does its work on the catalog and the
// engine, and its answer or error is written. Every error that a client can see has its name and its sentence in this
// package; whatever else goes wrong is logged once and shown as an internal failure.
package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/api/model"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/internal/integration/nested"
	"github.com/cogstep/cogstep/internal/uuid"
	"github.com/cogstep/cogstep/query"
)

const (
	contentType   = "application/x-amz-json-1.0"
	targetPrefix  = "AWSStepFunctions."
	bodyBytesMax  = 1<<20 + 64<<10 // the service's 1 MiB per request, and room for the JSON around a full definition
	bodyDepthMax  = 64             // levels of nesting in a request; payloads and definitions are texts inside it
	pollTimeMax   = 60 * time.Second
	syncTimeMax   = 5*time.Minute + 10*time.Second
	requestIDName = "X-Amzn-Requestid"
)

// Config is what the API works on.
type Config struct {
	Catalog *catalog.Catalog
	Engine  Engine
	Scope   arn.Scope
	Logger  *slog.Logger
	// PageKey authenticates page tokens. It must be the same for all servers of one store, and secret.
	PageKey []byte
	Now     func() time.Time
	// Draw returns a random number from 0 to n-1; it chooses the version that an alias starts. nil: math/rand/v2.
	Draw func(n int) int
	// Quotas limit what clients may call; nil: nothing is limited.
	Quotas Quotas
	// Models are the models of the services that Tasks can call; nil: the built-in ones.
	Models *awsmodel.Index
}

// API is an http.Handler. It is safe for concurrent use.
type API struct {
	Config
	service    *model.Service
	operations map[string]operation
	buckets    buckets
}

// New returns the API over c.
func New(c Config) *API {
	if c.Draw == nil {
		c.Draw = rand.IntN
	}
	if c.Models == nil {
		c.Models = awsmodel.Builtin()
	}
	return &API{Config: c, service: model.Load(), operations: operations, buckets: c.Quotas.buckets()}
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(requestIDName, uuid.New())
	w.Header().Set("Content-Type", contentType)
	reply, err := a.handle(r)
	if err != nil {
		a.writeError(w, r, err)
		return
	}
	body := reply.AppendJSON(nil)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that went away has nobody to tell
}

// Reply is an answer that can write itself as JSON.
type Reply interface{ AppendJSON([]byte) []byte }

func (a *API) handle(r *http.Request) (Reply, error) {
	if r.Method != http.MethodPost || r.URL.Path != "/" {
		return nil, fail("UnknownOperationException", "Send API requests as POST to /, not %s to %s.", r.Method, r.URL.Path)
	}
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	if !ok {
		return nil, fail("UnknownOperationException", "The X-Amz-Target header must name an operation: %s<Operation>.", targetPrefix)
	}
	text, err := readBody(r)
	if err != nil {
		return nil, err
	}
	body, err := query.ParseDepth(text, bodyDepthMax)
	if err != nil {
		return nil, fail("SerializationException", "The request is not valid JSON: %v", err)
	}
	return a.perform(r.Context(), name, input{Value: body, header: r.Header})
}

func readBody(r *http.Request) (string, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, bodyBytesMax))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return "", fail("ValidationException", "The request is larger than %d bytes.", tooLarge.Limit)
	}
	if err != nil {
		return "", fail("SerializationException", "The request could not be read: %v", err)
	}
	return string(text), nil
}

// perform checks a request against the model and carries it out.
func (a *API) perform(ctx context.Context, name string, in input) (Reply, error) {
	shape := a.service.Operations[name]
	if shape == nil {
		return nil, fail("UnknownOperationException", "There is no operation %s.", name)
	}
	if err := a.buckets.admit(in, name, a.Now()); err != nil {
		return nil, err
	}
	violations, err := a.service.Check(shape, in.Value)
	if err != nil {
		return nil, fail("SerializationException", "%v", err)
	}
	if violations != "" {
		return nil, fail("ValidationException", "%s", violations)
	}
	ctx, cancel := context.WithTimeout(ctx, syncTimeMax)
	defer cancel()
	return a.operations[name](a, ctx, in)
}

// Call performs an operation for a Task of this server's own executions.
func (a *API) Call(ctx context.Context, name string, body query.Value, parent *nested.Parent) (query.Value, error) {
	reply, err := a.perform(ctx, name, input{Value: body, parent: parent})
	if err != nil {
		if e, ok := a.wireError(err); ok {
			return query.Value{}, &nested.Refusal{Code: e.Code, Message: e.Message}
		}
		return query.Value{}, err
	}
	return query.Trusted(string(reply.AppendJSON(nil))).Value(), nil
}

// input is a request's body that the model has approved: members have the types that the accessors expect.
type input struct {
	query.Value
	header http.Header    // nil if the request came from a Task
	parent *nested.Parent // the Task that waits for the execution that the request starts, if any
}

// text returns a string member, "" if it is absent.
func (in input) text(name string) string {
	v, _ := in.Get(name)
	if v.Kind() != query.String {
		return ""
	}
	return v.Str()
}

// has reports whether a member is present and not null.
func (in input) has(name string) bool {
	v, ok := in.Get(name)
	return ok && v.Kind() != query.Null
}

func (in input) flag(name string) bool {
	v, _ := in.Get(name)
	return v.Kind() == query.Boolean && v.Bool()
}

// limit returns maxResults; 0 and absent mean 100.
func (in input) limit() int {
	v, _ := in.Get("maxResults")
	if n, ok := v.Int(); ok && n > 0 {
		return int(n)
	}
	return 100
}

// document returns a structure member as compact JSON text, "" if it is absent.
func (in input) document(name string) string {
	if !in.has(name) {
		return ""
	}
	v, _ := in.Get(name)
	return v.Compact()
}

// object builds answers; members without a value are left out, as the service does.
type object struct{ query.ObjectBuilder }

func (o *object) text(name, v string) {
	if v != "" {
		o.Set(name, query.StringValue(v))
	}
}

// document sets a member whose value is JSON text.
func (o *object) document(name, text string) {
	if text != "" {
		o.Set(name, query.Trusted(text).Value())
	}
}

// time sets a moment as seconds since 1970 with milliseconds; a zero moment is left out.
func (o *object) time(name string, t time.Time) {
	if !t.IsZero() {
		o.Set(name, query.RawNumber(strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64)))
	}
}

func (o *object) flag(name string, v bool)            { o.Set(name, query.BoolValue(v)) }
func (o *object) values(name string, v []query.Value) { o.Set(name, query.ArrayValue(v)) }

func empty() (Reply, error) { return query.EmptyObject.Value(), nil }
