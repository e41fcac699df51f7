package awsmodel

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// A service is packed as a text of its strings and a stream of numbers that refer to them.
//
// Strings stand in the order of their first use. A use is the number 0 for "the next new one", else 1 + the place of a
// known one: as most names are new where they are used, most uses are zeros, which deflate to nothing. Shapes refer to
// each other in the same way, and stand in the order in which they are met, the operations first. What a shape or
// member rarely has is announced by a bit of its flags. decode reads it all back in the same order. A change here is a new version of
// the format: see magic.

// encoder writes one service.
type encoder struct {
	stream  []byte
	text    []byte // strings, each behind its length
	strings map[string]uint64
	shapes  map[*Shape]uint64
	queue   []*Shape // met, in order; those before done are written
}

// encode packs a service. Whatever Read accepts can be written.
func encode(s *Service) []byte {
	e := &encoder{strings: map[string]uint64{}, shapes: map[*Shape]uint64{}}
	e.service(s)
	e.number(uint64(len(s.operations)))
	for _, o := range s.Operations() {
		e.operation(o)
	}
	// Services answer with exceptions too that they do not declare. All other shapes are met from the operations.
	exceptions := s.Exceptions()
	e.number(uint64(len(exceptions)))
	for _, shape := range exceptions {
		e.shape(shape)
	}
	for done := 0; done < len(e.queue); done++ {
		e.define(e.queue[done])
	}
	out := binary.AppendUvarint(nil, uint64(len(e.strings)))
	out = binary.AppendUvarint(out, uint64(len(e.text)))
	return append(append(out, e.text...), e.stream...)
}

func (e *encoder) number(n uint64) { e.stream = binary.AppendUvarint(e.stream, n) }

func (e *encoder) string(s string) {
	place, known := e.strings[s]
	if known {
		e.number(place + 1)
		return
	}
	e.strings[s] = uint64(len(e.strings))
	e.text = append(binary.AppendUvarint(e.text, uint64(len(s))), s...)
	e.number(0)
}

func (e *encoder) list(list []string) {
	e.number(uint64(len(list)))
	for _, s := range list {
		e.string(s)
	}
}

// shape writes a reference to a shape: 0 for none.
func (e *encoder) shape(s *Shape) {
	if s == nil {
		e.number(0)
		return
	}
	place, known := e.shapes[s]
	if known {
		e.number(place + 2)
		return
	}
	e.shapes[s] = uint64(len(e.queue))
	e.queue = append(e.queue, s)
	e.number(1)
}

// bound writes a number: twice the zigzag of a whole one, else 1 and the bits.
func (e *encoder) bound(f float64) {
	if whole := int64(f); float64(whole) == f && math.Abs(f) < 1<<53 {
		e.number(uint64(whole<<1^whole>>63) << 1)
		return
	}
	e.number(1)
	e.stream = binary.LittleEndian.AppendUint64(e.stream, math.Float64bits(f))
}

// flags collects bits, the first call first.
type flags struct {
	bits uint64
	n    int
}

func (f *flags) add(set bool) {
	if set {
		f.bits |= 1 << f.n
	}
	f.n++
}

func (e *encoder) service(s *Service) {
	var f flags
	f.add(s.SigV4A)
	f.add(s.QueryCompatible)
	e.number(f.bits)
	for _, text := range s.texts() {
		e.string(*text)
	}
	e.number(uint64(len(s.Protocols)))
	for _, p := range s.Protocols {
		e.string(string(p))
	}
}

// texts are the fields of a service that are plain strings, in the order of the format.
func (s *Service) texts() []*string {
	return []*string{&s.Folder, &s.ID, &s.APIVersion, &s.EndpointPrefix, &s.SigningName, &s.Signature, &s.JSONVersion, &s.TargetPrefix, &s.XMLNamespace, &s.GlobalEndpoint}
}

func (e *encoder) operation(o *Operation) {
	var f flags
	for _, set := range o.flags() {
		f.add(*set)
	}
	texts, lists := o.texts(), o.lists()
	for _, text := range texts {
		f.add(*text != "")
	}
	for _, list := range lists {
		f.add(len(*list) > 0)
	}
	f.add(len(o.ContextParams) > 0)
	f.add(len(o.ContextPaths) > 0)
	e.number(f.bits)
	e.string(o.Name)
	e.string(o.Method)
	e.string(o.URI)
	for _, text := range texts {
		if *text != "" {
			e.string(*text)
		}
	}
	for _, list := range lists {
		if len(*list) > 0 {
			e.list(*list)
		}
	}
	if len(o.ContextParams) > 0 {
		e.number(uint64(len(o.ContextParams)))
		for _, name := range sortedKeys(o.ContextParams) {
			e.string(name)
			e.constant(o.ContextParams[name])
		}
	}
	if len(o.ContextPaths) > 0 {
		e.number(uint64(len(o.ContextPaths)))
		for _, name := range sortedKeys(o.ContextPaths) {
			e.string(name)
			e.string(o.ContextPaths[name])
		}
	}
	e.shape(o.Input)
	e.shape(o.Output)
	e.number(uint64(len(o.Errors)))
	for _, shape := range o.Errors {
		e.shape(shape)
	}
}

// flags, texts and lists are the fields of an operation that it may lack, in the order of the format.
func (o *Operation) flags() []*bool {
	return []*bool{&o.Idempotent, &o.ReadOnly, &o.Deprecated, &o.Unsigned, &o.UnsignedPayload, &o.ChecksumRequired, &o.EndpointDiscovery}
}

func (o *Operation) texts() []*string {
	return []*string{&o.HostPrefix, &o.ResultWrapper, &o.ChecksumMember, &o.ValidationMember}
}

func (o *Operation) lists() []*[]string {
	return []*[]string{&o.Checksums, &o.Compression, &o.ResponseChecksums}
}

// The kinds of constants of endpoint rules.
const (
	constantFalse = iota
	constantTrue
	constantString
	constantList
)

func (e *encoder) constant(value any) {
	switch value := value.(type) {
	case bool:
		if value {
			e.number(constantTrue)
		} else {
			e.number(constantFalse)
		}
	case string:
		e.number(constantString)
		e.string(value)
	case []string:
		e.number(constantList)
		e.list(value)
	}
}

func (e *encoder) define(s *Shape) {
	var f flags
	for _, set := range s.flags() {
		f.add(*set)
	}
	texts := s.texts()
	for _, text := range texts {
		f.add(*text != "")
	}
	f.add(s.Status != 0)
	f.add(len(s.Enum) > 0)
	f.add(s.Min != nil)
	f.add(s.Max != nil)
	e.number(uint64(s.Type))
	e.number(f.bits)
	e.string(s.Name)
	for _, text := range texts {
		if *text != "" {
			e.string(*text)
		}
	}
	if s.Status != 0 {
		e.number(uint64(s.Status))
	}
	if len(s.Enum) > 0 {
		e.list(s.Enum)
	}
	if s.Min != nil {
		e.bound(*s.Min)
	}
	if s.Max != nil {
		e.bound(*s.Max)
	}
	switch s.Type {
	case Structure:
		e.number(uint64(len(s.Members)))
		for i := range s.Members {
			e.member(&s.Members[i])
		}
	case List:
		e.shape(s.Element)
	case Map:
		e.shape(s.Key)
		e.shape(s.Element)
	}
}

func (s *Shape) flags() []*bool {
	return []*bool{&s.Flattened, &s.Streaming, &s.Union, &s.Sparse, &s.Sensitive, &s.Wrapper, &s.EventStream, &s.Exception, &s.Fault, &s.Throttles}
}

func (s *Shape) texts() []*string {
	return []*string{
		&s.ElementName, &s.KeyName, &s.Payload, &s.TimestampFormat, &s.LocationName, &s.ErrorCode,
		&s.XML.Prefix, &s.XML.URI, &s.ElementXML.Prefix, &s.ElementXML.URI, &s.KeyXML.Prefix, &s.KeyXML.URI,
	}
}

func (e *encoder) member(m *Member) {
	// What nearly all members lack comes last, so that flags are short.
	var f flags
	twin := m.Wire != "" && m.Wire == flip(m.Name)
	f.add(m.Required)
	f.add(twin)
	f.add(m.Wire != "" && !twin)
	for bit := range 3 {
		f.add(m.Location>>bit&1 == 1)
	}
	for _, set := range m.flags() {
		f.add(*set)
	}
	texts := m.texts()
	for _, text := range texts {
		f.add(*text != "")
	}
	e.number(f.bits)
	e.string(m.Name)
	e.shape(m.Shape)
	if m.Wire != "" && !twin {
		e.string(m.Wire)
	}
	for _, text := range texts {
		if *text != "" {
			e.string(*text)
		}
	}
}

func (m *Member) flags() []*bool {
	return []*bool{&m.IdempotencyToken, &m.Flattened, &m.JSONValue, &m.HostLabel, &m.XMLAttribute, &m.Streaming}
}

func (m *Member) texts() []*string {
	return []*string{&m.ContextParam, &m.TimestampFormat, &m.Query, &m.XML.Prefix, &m.XML.URI}
}

// flip turns the case of the first letter: many members are called so on the wire.
func flip(name string) string {
	switch {
	case name == "":
		return ""
	case isLower(name[0]):
		return strings.ToUpper(name[:1]) + name[1:]
	default:
		return strings.ToLower(name[:1]) + name[1:]
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
