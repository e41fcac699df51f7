package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

type modelShowCommand struct {
	Service string `arg:"" help:"Name of a service in resources: sqs."`
	Action  string `arg:"" help:"Name of an action in resources: sendMessage."`
	modelFile
}

// Run prints the action.
func (c modelShowCommand) Run(std streams) error {
	x, err := c.open()
	if err != nil {
		return err
	}
	s, err := findService(x, c.Service)
	if err != nil {
		return err
	}
	o := s.Operation(c.Action)
	if o == nil {
		for _, other := range s.Operations() {
			if strings.EqualFold(other.Action, c.Action) {
				return fmt.Errorf("%s has no action %s: in resources it is %s", c.Service, c.Action, other.Action)
			}
		}
		return fmt.Errorf("%s has no action %s: 'cogstep model list %s' has them all", c.Service, c.Action, c.Service)
	}
	fmt.Fprintln(std.out, resourceOf(s, o))
	if reason, yes := x.Unsupported(s.Resource, o.Action); yes {
		fmt.Fprintf(std.out, "unsupported: %s\n", reason)
	}
	if o.Deprecated {
		fmt.Fprintln(std.out, "deprecated")
	}
	t := tree{out: std.out, shown: map[*awsmodel.Shape]bool{}}
	t.root("Parameters", o.Input)
	t.root("Result", o.Output)
	fmt.Fprintln(std.out, "\nErrors")
	for _, e := range o.Errors {
		fmt.Fprintln(std.out, " ", s.ErrorName(e))
	}
	fmt.Fprintln(std.out, " ", s.ErrorName(nil))
	return nil
}

// tree prints shapes. Each structure is shown once, since models run in circles.
type tree struct {
	out   io.Writer
	shown map[*awsmodel.Shape]bool
}

func (t *tree) root(title string, s *awsmodel.Shape) {
	fmt.Fprintf(t.out, "\n%s\n", title)
	if s == nil || len(s.Members) == 0 {
		fmt.Fprintln(t.out, "  none")
		return
	}
	t.members(s, "  ")
}

func (t *tree) members(s *awsmodel.Shape, indent string) {
	t.shown[s] = true
	for i := range s.Members {
		m := &s.Members[i]
		text, inner := describe(m.Shape)
		if m.Required {
			text += ", required"
		}
		again := inner != nil && t.shown[inner] && len(inner.Members) > 0
		if again {
			text += ", as above"
		}
		fmt.Fprintf(t.out, "%s%s: %s\n", indent, m.SDKName(), text)
		if inner != nil && !again {
			t.members(inner, indent+"  ")
		}
	}
}

// typeNames are the types in the words of users.
var typeNames = map[awsmodel.Type]string{
	awsmodel.String: "string", awsmodel.Blob: "bytes", awsmodel.Boolean: "boolean", awsmodel.Integer: "integer",
	awsmodel.Long: "integer", awsmodel.BigInteger: "integer", awsmodel.Float: "number", awsmodel.Double: "number",
	awsmodel.BigDecimal: "number", awsmodel.Timestamp: "timestamp", awsmodel.Document: "any JSON",
}

// describe says what a value is, and which structure is in it.
func describe(s *awsmodel.Shape) (text string, inner *awsmodel.Shape) {
	switch s.Type {
	case awsmodel.List:
		text, inner = describe(s.Element)
		return "list of " + text, inner
	case awsmodel.Map:
		text, inner = describe(s.Element)
		return "map of " + text, inner
	case awsmodel.Structure:
		if s.Union {
			return s.Name + " (one of)", s
		}
		return s.Name, s
	}
	text = typeNames[s.Type]
	if len(s.Enum) > 0 {
		text += " (" + strings.Join(s.Enum, ", ") + ")"
	}
	return text, nil
}
