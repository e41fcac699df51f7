// Package awsmodel holds the public models of AWS services: what is sent to a service and what comes back, and how Tasks
// name it all.
//
// The models are botocore's. [Read] makes a [Service] of one; [ReadBotocore] reads a whole data directory, and
// [Botocore.Pack] writes it into one file, without documentation. Such a file is part of the program: [Builtin]; newer
// ones can be laid over it: [Open]. An [Index] opens in a millisecond or two, since a service is unpacked when it is
// first asked for.
//
// Step Functions writes the names of services, actions, members and errors in its own ways, which naming.go follows.
// [Index.Unsupported] knows what Tasks cannot call, [Index.Result] what results look like, for mocks.
//
// We rejected typed clients, generated code for each service: they make a binary of a hundred megabytes, and a service
// newer than the program takes a new program.
package awsmodel

import (
	"maps"
	"slices"
	"strings"
)

// Service is the model of one AWS service: what a client must know to call it. It is immutable and safe for concurrent
// use. Names in it are the model's own; how Step Functions writes them is said by the functions of naming.go.
type Service struct {
	Folder   string // botocore's name: "stepfunctions"
	ID       string // the service id: "SFN"
	Resource string // in arn:aws:states:::aws-sdk:<Resource>:<action>: "sfn"
	Prefix   string // of error names: "Sfn"

	APIVersion     string
	EndpointPrefix string
	SigningName    string // the service part of signatures; never ""
	SigV4A         bool   // the service offers SigV4A
	Signature      string // the model's signature version: "v4" nearly always; "v2", "s3", "s3v4", "bearer"

	// Protocols are the wire protocols that the service speaks, the preferred one first: never empty.
	Protocols       []Protocol
	JSONVersion     string // "1.0" or "1.1"
	TargetPrefix    string // X-Amz-Target is TargetPrefix.Operation
	XMLNamespace    string
	QueryCompatible bool // answers carry the error code of the query protocol (x-amzn-query-error)
	GlobalEndpoint  string

	operations map[string]*Operation // by action: "putItem"
	shapes     map[string]*Shape
	rules      func() []byte // see EndpointRules; nil: none
}

// Protocol is a wire protocol, by its name in the models.
type Protocol string

// The protocols.
const (
	JSON     Protocol = "json"
	RESTJSON Protocol = "rest-json"
	RESTXML  Protocol = "rest-xml"
	Query    Protocol = "query"
	EC2      Protocol = "ec2"
	CBOR     Protocol = "smithy-rpc-v2-cbor"
)

// Operation is one operation of a service.
type Operation struct {
	Name   string // "PutItem"
	Action string // as Step Functions writes it: "putItem"

	Method     string // of HTTP
	URI        string // path with labels, and query: "/{Bucket}/{Key+}?x-id=PutObject"
	HostPrefix string // "sync-", may hold labels: "{AccountId}."

	Input  *Shape // a structure; nil: none
	Output *Shape // a structure; nil: none
	Errors []*Shape

	ResultWrapper string // of the query protocol: the element that holds the result; "": none

	Idempotent bool // the model says that it may be sent again
	ReadOnly   bool
	Deprecated bool

	Unsigned         bool // no signature
	UnsignedPayload  bool
	ChecksumRequired bool     // Content-MD5, or one of the flexible checksums
	Checksums        []string // algorithms that a request may choose of; nil: none
	ChecksumMember   string   // the input member that chooses the algorithm; "": none
	Compression      []string // encodings that a large request may have: "gzip"

	ResponseChecksums []string // algorithms that an answer may be checked by; nil: none
	ValidationMember  string   // the input member that asks for it when it is "ENABLED"; "": none

	EndpointDiscovery bool // the service requires that its endpoint is asked for first

	// ContextParams feed the endpoint rules: parameter → constant value (bool, string or []string).
	ContextParams map[string]any
	// ContextPaths feed them from the input: parameter → path in JMESPath ("TransactItems[*].Get.TableName").
	ContextPaths map[string]string
}

// EventStream reports whether the operation streams events in or out: such operations cannot be called by a Task.
func (o *Operation) EventStream() bool { return o.Input.hasEventStream() || o.Output.hasEventStream() }

func (s *Shape) hasEventStream() bool {
	if s == nil {
		return false
	}
	for i := range s.Members {
		if s.Members[i].Shape.EventStream {
			return true
		}
	}
	return false
}

// Type is what kind of value a shape describes.
type Type uint8

// The types. Document is any JSON value.
const (
	Structure Type = iota + 1
	List
	Map
	String
	Blob
	Boolean
	Integer
	Long
	Float
	Double
	Timestamp
	Document
	BigInteger
	BigDecimal
)

// Shape is the shape of a value. Shapes refer to each other, in circles too.
type Shape struct {
	Name string
	Type Type

	Members []Member // of a structure, in the model's order
	Element *Shape   // of a list; the values of a map
	Key     *Shape   // of a map

	ElementName string // what a list's elements, or a map's values, are called in XML and query; "": "member", "value"
	KeyName     string // what a map's keys are called; "": "key"
	ElementXML  XML    // of a list's elements, a map's values
	KeyXML      XML    // of a map's keys
	Flattened   bool

	Payload   string // of a structure: the member that is the body; "": none
	Streaming bool   // a blob that is sent and received as the body
	Union     bool
	Sparse    bool // null elements have a meaning
	Sensitive bool // never to be logged
	Wrapper   bool

	EventStream     bool
	TimestampFormat string // "iso8601", "rfc822", "unixTimestamp"; "": the protocol's
	XML             XML    // of the shape where it is the root
	LocationName    string // the name of the root element, if the model gives one to the shape

	Exception bool
	ErrorCode string // of an exception, where it is not the shape's name
	Status    int    // HTTP status of an exception; 0: not said
	Fault     bool   // the service is to blame, not the caller
	Throttles bool   // the caller is to wait and ask again

	// Constraints of the model; used to check mocked results.
	Enum     []string
	Min, Max *float64 // of a number, or of the length of a string, blob, list or map
}

// Member is a member of a structure.
type Member struct {
	Name  string // in the model
	Shape *Shape

	Wire     string   // its name on the wire (locationName); "": Name
	Query    string   // its name in the ec2 protocol (queryName); "": none given
	Location Location // where in the HTTP message
	Required bool

	Flattened        bool
	IdempotencyToken bool // filled if absent
	JSONValue        bool // JSON in a header, base64
	HostLabel        bool
	XMLAttribute     bool
	Streaming        bool
	XML              XML
	TimestampFormat  string
	ContextParam     string // the parameter of the endpoint rules that it feeds; "": none

	sdk string // SDKName
}

// XML is the namespace that an element brings.
type XML struct{ Prefix, URI string }

// Location is where in an HTTP message a member stands.
type Location uint8

// The locations.
const (
	InBody    Location = iota
	InPath             // a label of the path
	InQuery            // the query string
	InHeader           // one header
	InHeaders          // all headers with the prefix Wire: a map
	InStatus           // the status code
)

// Member returns the member of a structure by its name in the model, or nil.
func (s *Shape) Member(name string) *Member {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return &s.Members[i]
		}
	}
	return nil
}

// Operation returns an operation by its action ("putItem"), or nil.
func (s *Service) Operation(action string) *Operation { return s.operations[action] }

// Shape returns a shape by its name in the model, or nil.
func (s *Service) Shape(name string) *Shape { return s.shapes[name] }

// nestingMax is how deep lists and maps may stand in each other with no structure between them.
const nestingMax = 32

// endless reports whether a list or map holds nothing but lists and maps, as if it held itself: such a shape has no
// values, and whoever follows it does not end.
func endless(s *Shape) bool {
	for range nestingMax {
		if s.Type != List && s.Type != Map {
			return false
		}
		s = s.Element
	}
	return true
}

// Operations returns all operations, by their actions.
func (s *Service) Operations() []*Operation {
	all := slices.Collect(maps.Values(s.operations))
	slices.SortFunc(all, func(a, b *Operation) int { return strings.Compare(a.Action, b.Action) })
	return all
}

// Exceptions returns the shapes of all exceptions of the model, by their names: services send some that an operation
// does not declare.
func (s *Service) Exceptions() []*Shape {
	var all []*Shape
	for _, shape := range s.shapes {
		if shape.Exception {
			all = append(all, shape)
		}
	}
	slices.SortFunc(all, func(a, b *Shape) int { return strings.Compare(a.Name, b.Name) })
	return all
}
