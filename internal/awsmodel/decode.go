package awsmodel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// errDamaged says that packed bytes are not what the packer writes.
var errDamaged = errors.New("the packed model is damaged")

// memberBytesMin is what a member takes in the stream: flags, name and shape.
const memberBytesMin = 3

// decoder reads what encoder writes. The first fault stays, and everything after it reads as nothing, so that loops
// end.
type decoder struct {
	rest    string // of the stream
	strings []string
	fresh   int // strings before this one have been used
	shapes  []*Shape
	failed  bool
}

// decode unpacks a service. Bytes that encode did not write are an error, or a service that makes no sense; they do
// neither panic nor take more memory than a hundred times their length.
func decode(packed string) (*Service, error) {
	d := &decoder{rest: packed}
	d.table()
	s := &Service{}
	d.service(s)
	s.operations = map[string]*Operation{}
	for n := d.count(); n > 0 && !d.failed; n-- {
		o := &Operation{}
		d.operation(o)
		s.operations[o.Action] = o
	}
	for n := d.count(); n > 0 && !d.failed; n-- {
		d.shape()
	}
	for done := 0; done < len(d.shapes) && !d.failed; done++ {
		d.define(d.shapes[done])
	}
	s.shapes = make(map[string]*Shape, len(d.shapes))
	for _, shape := range d.shapes {
		if twin := s.shapes[shape.Name]; twin == nil || twin.LocationName != "" { // the copy for a root is met first
			s.shapes[shape.Name] = shape
		}
	}
	if d.failed || d.rest != "" || d.fresh != len(d.strings) {
		return nil, errDamaged
	}
	for _, o := range s.operations {
		if err := o.check(); err != nil {
			return nil, err
		}
	}
	for _, shape := range d.shapes {
		if endless(shape) {
			return nil, fmt.Errorf("%w: %s is a list of itself", errDamaged, shape.Name)
		}
	}
	s.name()
	return s, nil
}

// check sees to it that what the types promise is so.
func (o *Operation) check() error {
	for _, s := range append([]*Shape{o.Input, o.Output}, o.Errors...) {
		if s != nil && s.Type != Structure {
			return fmt.Errorf("%w: %s refers to %s", errDamaged, o.Name, s.Name)
		}
	}
	return nil
}

func (d *decoder) fail() {
	d.failed, d.rest = true, ""
}

func (d *decoder) number() uint64 {
	var n uint64
	for shift := 0; shift < 64; shift += 7 {
		if d.rest == "" {
			break
		}
		b := d.rest[0]
		d.rest = d.rest[1:]
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
	d.fail()
	return 0
}

// count reads how many things follow. Each takes a byte at least.
func (d *decoder) count() int {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) table() {
	n, size := d.number(), d.count()
	if n > uint64(size) {
		d.fail()
		return
	}
	after := d.rest[size:]
	d.rest = d.rest[:size]
	d.strings = make([]string, n)
	for i := range d.strings {
		size := d.count()
		d.strings[i] = d.rest[:size]
		d.rest = d.rest[size:]
	}
	if d.rest != "" {
		d.fail()
	}
	if !d.failed {
		d.rest = after
	}
}

func (d *decoder) string() string {
	n := d.number()
	if n == 0 {
		n = uint64(d.fresh) + 1
		d.fresh++
	}
	if n > uint64(len(d.strings)) {
		d.fail()
		return ""
	}
	return d.strings[n-1]
}

func (d *decoder) list() []string {
	list := make([]string, d.count())
	for i := range list {
		list[i] = d.string()
	}
	return list
}

func (d *decoder) shape() *Shape {
	switch n := d.number(); {
	case n == 0:
		return nil
	case n == 1:
		s := &Shape{}
		d.shapes = append(d.shapes, s)
		return s
	case n-2 < uint64(len(d.shapes)):
		return d.shapes[n-2]
	}
	d.fail()
	return nil
}

// existing reads a reference that may not be empty.
func (d *decoder) existing() *Shape {
	s := d.shape()
	if s == nil {
		d.fail()
	}
	return s
}

func (d *decoder) bound() *float64 {
	n := d.number()
	var f float64
	if n&1 == 0 {
		n >>= 1
		f = float64(int64(n>>1) ^ -int64(n&1))
	} else {
		if len(d.rest) < 8 {
			d.fail()
			return nil
		}
		f = math.Float64frombits(binary.LittleEndian.Uint64([]byte(d.rest[:8])))
		d.rest = d.rest[8:]
	}
	return &f
}

// take returns the lowest bit.
func (f *flags) take() bool {
	set := f.bits&1 == 1
	f.bits >>= 1
	return set
}

func (d *decoder) flags() *flags { return &flags{bits: d.number()} }

func (d *decoder) service(s *Service) {
	f := d.flags()
	s.SigV4A, s.QueryCompatible = f.take(), f.take()
	for _, text := range s.texts() {
		*text = d.string()
	}
	s.Protocols = make([]Protocol, d.count())
	for i := range s.Protocols {
		s.Protocols[i] = Protocol(d.string())
	}
	if len(s.Protocols) == 0 {
		d.fail()
	}
}

func (d *decoder) operation(o *Operation) {
	f := d.flags()
	for _, set := range o.flags() {
		*set = f.take()
	}
	o.Name, o.Method, o.URI = d.string(), d.string(), d.string()
	o.Action = actionName(o.Name)
	for _, text := range o.texts() {
		if f.take() {
			*text = d.string()
		}
	}
	for _, list := range o.lists() {
		if f.take() {
			*list = d.list()
		}
	}
	if f.take() {
		o.ContextParams = map[string]any{}
		for n := d.count(); n > 0; n-- {
			name := d.string()
			o.ContextParams[name] = d.constant()
		}
	}
	if f.take() {
		o.ContextPaths = map[string]string{}
		for n := d.count(); n > 0; n-- {
			name := d.string()
			o.ContextPaths[name] = d.string()
		}
	}
	o.Input, o.Output = d.shape(), d.shape()
	if n := d.count(); n > 0 {
		o.Errors = make([]*Shape, n)
		for i := range o.Errors {
			o.Errors[i] = d.existing()
		}
	}
}

func (d *decoder) constant() any {
	switch d.number() {
	case constantFalse:
		return false
	case constantTrue:
		return true
	case constantString:
		return d.string()
	case constantList:
		return d.list()
	}
	d.fail()
	return nil
}

func (d *decoder) define(s *Shape) {
	s.Type = Type(d.number())
	f := d.flags()
	s.Name = d.string()
	for _, set := range s.flags() {
		*set = f.take()
	}
	for _, text := range s.texts() {
		if f.take() {
			*text = d.string()
		}
	}
	if f.take() {
		s.Status = int(d.number())
	}
	if f.take() {
		s.Enum = d.list()
	}
	if f.take() {
		s.Min = d.bound()
	}
	if f.take() {
		s.Max = d.bound()
	}
	switch s.Type {
	case Structure:
		n := d.count()
		if n > len(d.rest)/memberBytesMin {
			d.fail()
		} else if n > 0 {
			s.Members = make([]Member, n)
		}
		for i := range s.Members {
			if d.failed {
				return
			}
			d.member(&s.Members[i])
		}
	case List:
		s.Element = d.existing()
	case Map:
		s.Key, s.Element = d.existing(), d.existing()
	default:
		if s.Type == 0 || s.Type > BigDecimal {
			d.fail()
		}
	}
}

func (d *decoder) member(m *Member) {
	f := d.flags()
	m.Required = f.take()
	twin, wire := f.take(), f.take()
	for bit := range 3 {
		if f.take() {
			m.Location |= 1 << bit
		}
	}
	for _, set := range m.flags() {
		*set = f.take()
	}
	m.Name = d.string()
	m.Shape = d.existing()
	switch {
	case twin:
		m.Wire = flip(m.Name)
	case wire:
		m.Wire = d.string()
	}
	for _, text := range m.texts() {
		if f.take() {
			*text = d.string()
		}
	}
	if m.Location > InStatus {
		d.fail()
	}
}
