package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// yamlReader turns a YAML tree into values.
type yamlReader struct {
	reading
	anchors map[string]ast.Node
}

func readYAML(src string) (*value, error) {
	file, err := parser.ParseBytes([]byte(src), 0)
	if err != nil {
		if ye, ok := errors.AsType[yaml.Error](err); ok && ye.GetToken() != nil {
			p := ye.GetToken().Position
			return nil, &fault{p.Line, p.Column, ye.GetMessage()}
		}
		return nil, &fault{0, 0, err.Error()}
	}
	r := &yamlReader{anchors: map[string]ast.Node{}}
	var root ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			line, column := place(doc.Body)
			return nil, &fault{line, column, "a file holds one YAML document; this one has another"}
		}
		root = doc.Body
	}
	if root == nil {
		return &value{line: 1, column: 1}, nil
	}
	return r.value(root, 0)
}

func place(n ast.Node) (line, column int) {
	switch m := n.(type) {
	case *ast.MappingNode: // its token is the first colon
		if len(m.Values) > 0 && !m.IsFlowStyle {
			n = m.Values[0].Key
		}
	case *ast.MappingValueNode:
		n = m.Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line, t.Position.Column
	}
	return 0, 0
}

func (r *yamlReader) value(n ast.Node, depth int) (*value, error) {
	if n == nil {
		return &value{}, nil
	}
	line, column := place(n)
	if err := r.count(line, column, depth); err != nil {
		return nil, err
	}
	v := &value{line: line, column: column}
	switch n := n.(type) {
	case *ast.NullNode:
	case *ast.BoolNode:
		v.kind, v.text = boolean, strconv.FormatBool(n.Value)
	case *ast.IntegerNode:
		v.kind, v.text = number, numeral(n.Token.Value, fmt.Sprint(n.Value))
	case *ast.FloatNode:
		v.kind, v.text = number, numeral(n.Token.Value, strconv.FormatFloat(n.Value, 'g', -1, 64))
	case *ast.StringNode:
		v.kind, v.text = text, n.Value
	case *ast.LiteralNode:
		v.kind, v.text = text, n.Value.Value
	case *ast.SequenceNode:
		v.kind = list
		for _, item := range n.Values {
			i, err := r.value(item, depth+1)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, i)
		}
	case *ast.MappingNode:
		v.kind = object
		return v, r.members(v, n.Values, depth)
	case *ast.MappingValueNode:
		v.kind = object
		return v, r.members(v, []*ast.MappingValueNode{n}, depth)
	case *ast.AnchorNode:
		r.anchors[n.Name.GetToken().Value] = n.Value
		return r.value(n.Value, depth+1)
	case *ast.AliasNode:
		name := n.Value.GetToken().Value
		target, ok := r.anchors[name]
		if !ok {
			return nil, &fault{line, column, "there is no anchor called " + name + " before this"}
		}
		return r.value(target, depth+1)
	case *ast.TagNode:
		return r.tagged(n, v, depth)
	default:
		return nil, &fault{line, column, fmt.Sprintf("%s cannot stand in a template", strings.ToLower(n.Type().String()))}
	}
	return v, nil
}

// numeral returns a number as the file spells it if JSON spells it so too.
func numeral(spelled, meant string) string {
	if json.Valid([]byte(spelled)) {
		return spelled
	}
	return meant
}

// members reads a mapping. What is merged in (<<) gives way to what the mapping itself has.
func (r *yamlReader) members(v *value, values []*ast.MappingValueNode, depth int) error {
	var merged []member
	for _, m := range values {
		child, err := r.value(m.Value, depth+1)
		if err != nil {
			return err
		}
		if _, ok := m.Key.(*ast.MergeKeyNode); ok {
			for _, from := range append(child.items, child) {
				merged = append(merged, from.members...)
			}
			continue
		}
		name := m.Key.GetToken().Value
		if v.get(name) != nil {
			line, column := place(m.Key)
			return &fault{line, column, "the name " + strconv.Quote(name) + " stands twice in one object"}
		}
		v.members = append(v.members, member{name, child})
	}
	for _, m := range merged {
		if v.get(m.name) == nil {
			v.members = append(v.members, m)
		}
	}
	return nil
}

// tagged reads a value with a tag: CloudFormation's short forms become the long ones, YAML's own tags are looked
// through.
func (r *yamlReader) tagged(n *ast.TagNode, v *value, depth int) (*value, error) {
	arg, err := r.value(n.Value, depth+1)
	if err != nil {
		return nil, err
	}
	tag := n.Start.Value
	if strings.HasPrefix(tag, "!!") {
		if tag == "!!str" && arg.scalar() {
			return arg.at(text, arg.text), nil
		}
		return arg, nil
	}
	name := strings.TrimPrefix(tag, "!")
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	v.kind, v.members = object, []member{{name, arg}}
	return v, nil
}
