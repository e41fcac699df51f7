package awsmodel

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Read makes a service of a model in the form that botocore and the older SDKs share: the text of a service-2.json
// (or api-2.json). folder is botocore's name of the service. Members keep the order of the text.
//
// A model that names a shape which it does not have, a type nobody knows, or no protocol, is an error. Documentation,
// examples, paginators and patterns are left out.
func Read(folder string, text []byte) (*Service, error) {
	var m modelText
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("model of %s: %w", folder, err)
	}
	r := reader{text: &m, shapes: make(map[string]*Shape, len(m.Shapes))}
	s := r.service(folder)
	if len(s.Protocols) == 0 {
		r.fail("no protocol")
	}
	for name, shape := range m.Shapes {
		r.shapes[name] = &Shape{Name: name, Type: r.typeOf(name, shape)}
	}
	for name, shape := range m.Shapes {
		r.shape(r.shapes[name], shape)
	}
	for name, operation := range m.Operations {
		if operation.Name == "" {
			operation.Name = name
		}
		o := r.operation(operation)
		if twin := s.operations[o.Action]; twin != nil {
			r.fail("operations %s and %s are one action", twin.Name, o.Name)
		}
		s.operations[o.Action] = o
	}
	if r.err != nil {
		return nil, fmt.Errorf("model of %s: %w", folder, r.err)
	}
	for name, shape := range r.shapes {
		if endless(shape) {
			return nil, fmt.Errorf("model of %s: shape %s is a list of itself", folder, name)
		}
	}
	s.name()
	return s, nil
}

// reader turns the text of a model into a service. The first fault stays.
type reader struct {
	text   *modelText
	shapes map[string]*Shape
	err    error
}

func (r *reader) fail(format string, a ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, a...)
	}
}

func (r *reader) service(folder string) *Service {
	m := &r.text.Metadata
	s := &Service{
		Folder: folder, ID: m.ServiceID,
		APIVersion: m.APIVersion, EndpointPrefix: m.EndpointPrefix, SigningName: m.SigningName,
		SigV4A: slices.Contains(m.Auth, "aws.auth#sigv4a"), Signature: m.SignatureVersion,
		JSONVersion: m.JSONVersion, TargetPrefix: m.TargetPrefix, XMLNamespace: m.XMLNamespace.URI,
		QueryCompatible: m.QueryCompatible != nil, GlobalEndpoint: m.GlobalEndpoint,
		operations: make(map[string]*Operation, len(r.text.Operations)), shapes: r.shapes,
	}
	if s.SigningName == "" {
		s.SigningName = m.EndpointPrefix
	}
	for _, p := range m.Protocols {
		s.Protocols = append(s.Protocols, Protocol(p))
	}
	if len(s.Protocols) == 0 && m.Protocol != "" {
		s.Protocols = []Protocol{Protocol(m.Protocol)}
	}
	return s
}

// types are the types by their names in models.
var types = map[string]Type{
	"structure": Structure, "list": List, "map": Map, "string": String, "character": String, "blob": Blob,
	"boolean": Boolean, "byte": Integer, "short": Integer, "integer": Integer, "long": Long, "float": Float,
	"double": Double, "timestamp": Timestamp, "biginteger": BigInteger, "bigdecimal": BigDecimal,
}

func (r *reader) typeOf(name string, s shapeText) Type {
	if s.Document {
		return Document
	}
	t, ok := types[s.Type]
	if !ok {
		r.fail("shape %s: unknown type %q", name, s.Type)
	}
	return t
}

// refer returns the shape that a reference names.
func (r *reader) refer(from string, to *refText) *Shape {
	if to == nil {
		r.fail("%s lacks a reference", from)
		return nil
	}
	s := r.shapes[to.Shape]
	if s == nil {
		r.fail("%s refers to the shape %q, which is not there", from, to.Shape)
	}
	return s
}

func (r *reader) shape(to *Shape, from shapeText) {
	to.Flattened, to.Payload, to.Streaming = from.Flattened, from.Payload, from.Streaming
	to.Union, to.Sparse, to.Sensitive, to.Wrapper = from.Union, from.Sparse, from.Sensitive, from.Wrapper
	to.EventStream, to.TimestampFormat, to.LocationName, to.XML = from.EventStream, from.TimestampFormat, from.LocationName, from.XML
	to.Exception, to.ErrorCode, to.Status = from.Exception, from.Error.Code, from.Error.Status
	to.Fault, to.Throttles = from.Fault, from.Retryable.Throttling
	to.Enum = from.Enum
	if to.Type != Timestamp { // bounds of a time are given as numbers by some models, and nobody holds it to them
		to.Min, to.Max = from.Min, from.Max
	}
	switch to.Type {
	case Structure:
		if len(from.Members) > 0 {
			to.Members = make([]Member, len(from.Members))
		}
		for i := range from.Members {
			r.member(to.Name, &to.Members[i], &from.Members[i])
			to.Members[i].Required = slices.Contains(from.Required, to.Members[i].Name)
		}
	case List:
		to.Element = r.refer(to.Name, from.Member)
		if from.Member != nil {
			to.ElementName, to.ElementXML = from.Member.LocationName, from.Member.XML
		}
	case Map:
		to.Key, to.Element = r.refer(to.Name, from.Key), r.refer(to.Name, from.Value)
		if from.Key != nil && from.Value != nil {
			to.KeyName, to.KeyXML = from.Key.LocationName, from.Key.XML
			to.ElementName, to.ElementXML = from.Value.LocationName, from.Value.XML
		}
	}
}

// locations are the locations by their names in models.
var locations = map[string]Location{
	"": InBody, "uri": InPath, "querystring": InQuery, "header": InHeader, "headers": InHeaders, "statusCode": InStatus,
}

func (r *reader) member(of string, to *Member, from *memberText) {
	to.Name, to.Shape = from.name, r.refer(of+"."+from.name, &from.refText)
	location, ok := locations[from.Location]
	if !ok {
		r.fail("%s.%s: unknown location %q", of, from.name, from.Location)
	}
	to.Location, to.Wire, to.Query, to.XML = location, from.LocationName, from.QueryName, from.XML
	to.IdempotencyToken, to.JSONValue = from.IdempotencyToken, from.JSONValue
	to.HostLabel, to.XMLAttribute, to.ContextParam = from.HostLabel, from.XMLAttribute, from.ContextParam.Name

	// What the model says of the shape holds for the member too. The name of a structure is the exception: it
	// is a root's name only.
	shape := r.text.Shapes[from.Shape]
	to.Flattened = from.Flattened || shape.Flattened
	to.Streaming = from.Streaming || shape.Streaming
	to.TimestampFormat = from.TimestampFormat
	if to.TimestampFormat == "" {
		to.TimestampFormat = shape.TimestampFormat
	}
	if to.Wire == "" && shape.Type != "structure" {
		to.Wire = shape.LocationName
	}
}

func (r *reader) operation(from operationText) *Operation {
	o := &Operation{
		Name: from.Name, Action: actionName(from.Name),
		Method: from.HTTP.Method, URI: from.HTTP.URI, HostPrefix: from.Endpoint.HostPrefix,
		Idempotent: from.Idempotent, ReadOnly: from.ReadOnly, Deprecated: from.Deprecated,
		Unsigned:         from.AuthType == "none" || slices.Contains(from.Auth, "smithy.api#noAuth"),
		UnsignedPayload:  from.AuthType == "v4-unsigned-body" || from.UnsignedPayload,
		ChecksumRequired: from.ChecksumRequired || from.Checksum.Required,
		ChecksumMember:   from.Checksum.AlgorithmMember, Compression: from.Compression.Encodings,
		ResponseChecksums: from.Checksum.ResponseAlgorithms, ValidationMember: from.Checksum.ValidationMember,
		EndpointDiscovery: from.Discovery.Required,
	}
	if from.Input != nil {
		o.Input = r.root(from.Name, from.Input)
	}
	if from.Output != nil {
		o.Output, o.ResultWrapper = r.root(from.Name, from.Output), from.Output.ResultWrapper
	}
	for i := range from.Errors {
		o.Errors = append(o.Errors, r.root(from.Name, &refText{Shape: from.Errors[i].Shape}))
	}
	if o.ChecksumMember != "" && o.Input != nil {
		if m := o.Input.Member(o.ChecksumMember); m != nil && m.Shape != nil {
			o.Checksums = m.Shape.Enum
		}
	}
	for name, param := range from.StaticContext {
		if o.ContextParams == nil {
			o.ContextParams = map[string]any{}
		}
		value, err := constant(param.Value)
		if err != nil {
			r.fail("%s: parameter %s: %w", from.Name, name, err)
		}
		o.ContextParams[name] = value
	}
	for name, param := range from.InputContext {
		if o.ContextPaths == nil {
			o.ContextPaths = map[string]string{}
		}
		o.ContextPaths[name] = param.Path
	}
	return o
}

// root returns the shape of an input or output. Where the reference itself names the element, the shape is a copy.
func (r *reader) root(of string, ref *refText) *Shape {
	s := r.refer(of, ref)
	if s != nil && s.Type != Structure {
		r.fail("%s is no structure, as the input, output or error of %s", s.Name, of)
	}
	if s == nil || ref.LocationName == "" && ref.XML == (XML{}) {
		return s
	}
	s = &Shape{}
	*s = *r.shapes[ref.Shape]
	if ref.LocationName != "" {
		s.LocationName = ref.LocationName
	}
	if ref.XML != (XML{}) {
		s.XML = ref.XML
	}
	return s
}

// constant reads the value of a parameter of endpoint rules: bool, string or []string.
func constant(text json.RawMessage) (any, error) {
	var b bool
	if json.Unmarshal(text, &b) == nil {
		return b, nil
	}
	var s string
	if json.Unmarshal(text, &s) == nil {
		return s, nil
	}
	var list []string
	if json.Unmarshal(text, &list) == nil {
		return list, nil
	}
	return nil, fmt.Errorf("%s is no boolean, string or list of strings", text)
}
