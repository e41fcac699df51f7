package awsclient

import (
	"cmp"
	"strings"
	"sync"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

// schemas makes smithy schemas of a service's shapes, for one protocol, as they are needed: the shapes of one operation
// take a millisecond or two at most, those of all operations of a large service a quarter of a second. It is safe for
// concurrent use; what it has handed out does not change.
type schemas struct {
	protocol awsmodel.Protocol

	mu         sync.Mutex
	shapes     map[*awsmodel.Shape]*smithy.Schema
	operations map[*awsmodel.Operation]*smithy.OperationSchema
}

func newSchemas(p awsmodel.Protocol) *schemas {
	return &schemas{
		protocol:   p,
		shapes:     make(map[*awsmodel.Shape]*smithy.Schema),
		operations: make(map[*awsmodel.Operation]*smithy.OperationSchema),
	}
}

// serviceSchema says of a service what holds for all its requests.
func serviceSchema(s *awsmodel.Service, protocol awsmodel.Protocol) *smithy.ServiceSchema {
	var ts []smithy.Trait
	if s.XMLNamespace != "" {
		ts = append(ts, &traits.XMLNamespace{URI: s.XMLNamespace})
	}
	if s.QueryCompatible && protocol != awsmodel.Query {
		ts = append(ts, &traits.AWSQueryCompatible{})
	}
	return smithy.NewServiceSchema(smithy.NewSchema(smithy.ShapeID{Name: s.TargetPrefix}, smithy.ShapeTypeService, 0, ts...), s.APIVersion)
}

// operation returns the schema of an operation's request. The schema of its answer is not part of it: answers are read
// by the model itself, see answer.go.
func (c *schemas) operation(o *awsmodel.Operation) *smithy.OperationSchema {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.operations[o]; s != nil {
		return s
	}
	http := &traits.HTTP{Method: o.Method, URI: labels(o)}
	var input *smithy.Schema
	if o.Input != nil {
		input = c.shape(o.Input)
	}
	s := smithy.NewOperationSchema(smithy.NewSchema(smithy.ShapeID{Name: o.Name}, smithy.ShapeTypeOperation, 0, http), input, nil)
	c.operations[o] = s
	return s
}

// labels returns the URI of an operation with labels named like members: models name them as they are called on the
// wire.
func labels(o *awsmodel.Operation) string {
	uri := o.URI
	if o.Input == nil {
		return uri
	}
	for i := range o.Input.Members {
		m := &o.Input.Members[i]
		if m.Location == awsmodel.InPath && m.Wire != "" && m.Wire != m.Name {
			uri = strings.ReplaceAll(uri, "{"+m.Wire+"}", "{"+m.Name+"}")
			uri = strings.ReplaceAll(uri, "{"+m.Wire+"+}", "{"+m.Name+"+}")
		}
	}
	return uri
}

var schemaTypes = map[awsmodel.Type]smithy.ShapeType{
	awsmodel.Structure: smithy.ShapeTypeStructure, awsmodel.List: smithy.ShapeTypeList, awsmodel.Map: smithy.ShapeTypeMap,
	awsmodel.String: smithy.ShapeTypeString, awsmodel.Blob: smithy.ShapeTypeBlob, awsmodel.Boolean: smithy.ShapeTypeBoolean,
	awsmodel.Integer: smithy.ShapeTypeInteger, awsmodel.Long: smithy.ShapeTypeLong, awsmodel.Float: smithy.ShapeTypeFloat,
	awsmodel.Double: smithy.ShapeTypeDouble, awsmodel.Timestamp: smithy.ShapeTypeTimestamp,
	awsmodel.Document: smithy.ShapeTypeDocument, awsmodel.BigInteger: smithy.ShapeTypeBigInteger,
	awsmodel.BigDecimal: smithy.ShapeTypeBigDecimal,
}

// shape returns the schema of a shape; c.mu is held. Shapes that contain themselves meet their own schema.
func (c *schemas) shape(s *awsmodel.Shape) *smithy.Schema {
	if made := c.shapes[s]; made != nil {
		return made
	}
	kind := schemaTypes[s.Type]
	if s.Union {
		kind = smithy.ShapeTypeUnion
	}
	made := smithy.NewSchema(smithy.ShapeID{Name: cmp.Or(s.LocationName, s.Name)}, kind, len(s.Members), c.shapeTraits(s)...)
	c.shapes[s] = made
	switch s.Type {
	case awsmodel.Structure:
		for i := range s.Members {
			m := &s.Members[i]
			made.AddMember(m.Name, c.shape(m.Shape), c.memberTraits(s, m)...)
		}
	case awsmodel.List:
		made.AddMember("member", c.shape(s.Element), named(s.ElementName, s.ElementXML)...)
	case awsmodel.Map:
		made.AddMember("key", c.shape(s.Key), named(s.KeyName, s.KeyXML)...)
		made.AddMember("value", c.shape(s.Element), named(s.ElementName, s.ElementXML)...)
	}
	return made
}

func named(name string, ns awsmodel.XML) (ts []smithy.Trait) {
	if name != "" {
		ts = append(ts, &traits.XMLName{Name: name})
	}
	return append(ts, namespace(ns)...)
}

func namespace(ns awsmodel.XML) []smithy.Trait {
	if ns.URI == "" {
		return nil
	}
	return []smithy.Trait{&traits.XMLNamespace{URI: ns.URI, Prefix: ns.Prefix}}
}

func (c *schemas) shapeTraits(s *awsmodel.Shape) []smithy.Trait {
	ts := namespace(s.XML)
	if s.LocationName != "" {
		ts = append(ts, &traits.XMLName{Name: s.LocationName})
	}
	if s.Flattened {
		ts = append(ts, &traits.XMLFlattened{})
	}
	return append(ts, timestampFormat(s.TimestampFormat)...)
}

// timestampFormats are smithy's names of the models' formats.
var timestampFormats = map[string]string{"iso8601": "date-time", "rfc822": "http-date", "unixTimestamp": "epoch-seconds"}

func timestampFormat(format string) []smithy.Trait {
	if name, ok := timestampFormats[format]; ok {
		return []smithy.Trait{&traits.TimestampFormat{Format: name}}
	}
	return nil
}

func (c *schemas) memberTraits(of *awsmodel.Shape, m *awsmodel.Member) []smithy.Trait {
	wire := cmp.Or(m.Wire, m.Name)
	ns := m.XML
	if ns.URI == "" && m.Shape.Type == awsmodel.Structure {
		ns = m.Shape.XML
	}
	ts := append(namespace(ns), timestampFormat(m.TimestampFormat)...)
	switch m.Location {
	case awsmodel.InPath:
		return append(ts, &traits.HTTPLabel{})
	case awsmodel.InHeader:
		ts = append(ts, &traits.HTTPHeader{Name: wire})
		if m.JSONValue {
			ts = append(ts, &traits.MediaType{Type: "application/json"})
		}
		return ts
	case awsmodel.InHeaders:
		return append(ts, &traits.HTTPPrefixHeaders{Prefix: m.Wire})
	case awsmodel.InQuery:
		if m.Shape.Type == awsmodel.Map {
			return append(ts, &traits.HTTPQueryParams{})
		}
		return append(ts, &traits.HTTPQuery{Name: wire})
	case awsmodel.InStatus:
		return append(ts, &traits.HTTPResponseCode{})
	}
	if of.Payload == m.Name {
		ts = append(ts, &traits.HTTPPayload{})
		if m.Wire == "" {
			return ts // the element is called like the shape
		}
	}
	switch {
	case c.protocol == awsmodel.RESTJSON:
		ts = append(ts, &traits.JSONName{Name: wire})
	case c.protocol == awsmodel.EC2 && m.Query != "":
		ts = append(ts, &traits.EC2QueryName{Name: m.Query})
	}
	ts = append(ts, &traits.XMLName{Name: wire}) // even if it is the member's own: the run time looks for it within a union
	if m.XMLAttribute {
		ts = append(ts, &traits.XMLAttribute{})
	}
	if m.Flattened {
		ts = append(ts, &traits.XMLFlattened{})
	}
	return ts
}
