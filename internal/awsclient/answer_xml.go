package awsclient

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// element is an element of an answer in XML. Namespaces are not looked at: servers differ in them.
type element struct {
	name       string
	attributes []xml.Attr
	children   []*element
	text       string
}

// depthMax bounds how deep elements may stand in each other.
const depthMax = 512

// xmlForm is an answer in XML.
type xmlForm struct {
	root     *element
	protocol awsmodel.Protocol
}

func parseXML(body []byte, p awsmodel.Protocol) (form, error) {
	f := &xmlForm{new(element), p}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	open := []*element{f.root}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the answer is no XML: %w", err)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > depthMax {
				return nil, fmt.Errorf("the answer has elements more than %d deep", depthMax)
			}
			child := &element{name: t.Name.Local, attributes: t.Attr}
			top.children = append(top.children, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
	if len(f.root.children) == 0 {
		return nil, fmt.Errorf("the answer is no XML: it has no element")
	}
	f.root = f.root.children[0]
	return f, nil
}

func (e *element) child(name string) *element {
	for _, c := range e.children {
		if strings.EqualFold(c.name, name) {
			return c
		}
	}
	return nil
}

func (e *element) all(name string) (found []*element) {
	for _, c := range e.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

func (f *xmlForm) result(o *awsmodel.Operation, s *awsmodel.Shape) (query.Value, error) {
	at := f.root
	if f.protocol == awsmodel.Query {
		if wrapped := at.child(cmp.Or(o.ResultWrapper, o.Name+"Result")); wrapped != nil {
			at = wrapped
		}
	}
	return f.structure(s, at), nil
}

func (f *xmlForm) part(s *awsmodel.Shape, m *awsmodel.Member) (query.Value, error) {
	v, _ := f.value(s, nil, []*element{f.root})
	return v, nil
}

// problem returns the element that describes an error.
func (f *xmlForm) problem() *element {
	at := f.root
	for _, name := range []string{"Errors", "Error"} {
		if c := at.child(name); c != nil {
			at = c
		}
	}
	return at
}

func (f *xmlForm) fault() (code, message string) {
	at := f.problem()
	if c := at.child("Code"); c != nil {
		code = strings.TrimSpace(c.text)
	}
	if c := at.child("Message"); c != nil {
		message = c.text
	}
	return code, message
}

func (f *xmlForm) detail(s *awsmodel.Shape) (query.Value, error) {
	return f.structure(s, f.problem()), nil
}

func (f *xmlForm) requestID() string {
	places := []*element{f.root, f.problem()}
	if c := f.root.child("ResponseMetadata"); c != nil {
		places = append(places, c)
	}
	for _, at := range places {
		if c := at.child("RequestId"); c != nil {
			return strings.TrimSpace(c.text)
		}
	}
	return ""
}

// wireName is how the element of a member is called.
func (f *xmlForm) wireName(m *awsmodel.Member) string { return cmp.Or(m.Wire, m.Name) }

func (f *xmlForm) structure(s *awsmodel.Shape, at *element) query.Value {
	var o query.ObjectBuilder
	for i := range s.Members {
		m := &s.Members[i]
		if !inBody(m) {
			continue
		}
		if m.XMLAttribute {
			_, local, prefixed := strings.Cut(f.wireName(m), ":")
			if !prefixed {
				local = f.wireName(m)
			}
			for _, a := range at.attributes {
				if a.Name.Local == local {
					if v, ok := fromText(m.Shape, a.Value); ok {
						o.Set(m.Name, v)
					}
				}
			}
			continue
		}
		found := at.all(f.wireName(m))
		if m.Flattened && m.Wire == "" && m.Shape.ElementName != "" && len(found) == 0 {
			found = at.all(m.Shape.ElementName) // as some services call them
		}
		if len(found) == 0 {
			continue
		}
		if v, ok := f.value(m.Shape, m, found); ok {
			o.Set(m.Name, v)
		}
	}
	return o.Build()
}

// value reads the elements of one value: several only if it is flattened.
func (f *xmlForm) value(s *awsmodel.Shape, m *awsmodel.Member, at []*element) (query.Value, bool) {
	flattened := s.Flattened || m != nil && m.Flattened
	switch s.Type {
	case awsmodel.Structure:
		return f.structure(s, at[0]), true
	case awsmodel.List:
		items := at
		if !flattened {
			items = at[0].children
		}
		elements := make([]query.Value, 0, len(items))
		for _, item := range items {
			if v, ok := f.value(s.Element, nil, []*element{item}); ok {
				elements = append(elements, v)
			}
		}
		return query.ArrayValue(elements), true
	case awsmodel.Map:
		entries := at
		if !flattened {
			entries = at[0].children
		}
		var o query.ObjectBuilder
		for _, entry := range entries {
			key, value := entry.child(cmp.Or(s.KeyName, "key")), entry.child(cmp.Or(s.ElementName, "value"))
			if key == nil || value == nil {
				continue
			}
			if v, ok := f.value(s.Element, nil, []*element{value}); ok {
				o.Set(key.text, v)
			}
		}
		return o.Build(), true
	}
	return fromText(s, at[0].text)
}
