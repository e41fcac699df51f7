package asl

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ofDistributed lists the members that mean something to a Distributed Map only. An inline Map may have the
// tolerances too, without effect. Source: recorded executions.
var ofDistributed = []field{
	{"ToleratedFailureCount", both, integer(0, math.MaxInt32)},
	{"ToleratedFailureCountPath", onlyJSONPath, text},
	{"ToleratedFailurePercentage", both, percentage},
	{"ToleratedFailurePercentagePath", onlyJSONPath, text},
	{"Label", both, label},
	{"ItemReader", both, of(&readerShape)},
	{"ItemBatcher", both, of(&batcherShape)},
	{"ResultWriter", both, of(&writerShape)},
}

var processorConfigShape = shape{
	fields: []field{
		{"Mode", both, enum("INLINE", "DISTRIBUTED")},
		{"ExecutionType", both, enum("STANDARD", "EXPRESS")},
	},
	also: func(c *checker, n *node) {
		execution := n.get("ExecutionType")
		switch distributed := n.get("Mode").str() == "DISTRIBUTED"; {
		case distributed && execution == nil:
			c.required(n, nil, "ExecutionType")
		case !distributed && execution != nil:
			c.rep.member(execution, "Field 'ExecutionType' is not supported")
		}
	},
}

// isDistributed reports whether an ItemProcessor asks for child executions.
func isDistributed(processor *node) bool {
	return processor.get("ProcessorConfig").get("Mode").str() == "DISTRIBUTED"
}

// processorOf returns the ItemProcessor of a Map under its new or its old name.
func processorOf(n *node) *node {
	if p := n.get("ItemProcessor"); p != nil {
		return p
	}
	return n.get("Iterator")
}

// checkMap reports members that an inline Map cannot have.
func checkMap(c *checker, n *node) {
	if p := processorOf(n); p == nil || isDistributed(p) {
		return
	}
	for _, name := range []string{"Label", "ItemReader", "ItemBatcher", "ResultWriter"} {
		if m := n.get(name); m != nil {
			c.rep.member(m, "Field '%s' is not supported", name)
		}
	}
}

const labelMax = 40

// label is the rule of Label.
func label(c *checker, n *node) {
	switch {
	case !c.kind(n, stringNode):
	case n.text == "":
		c.rep.schema(n, "Value cannot be empty")
	case utf8.RuneCountInString(n.text) > labelMax:
		c.rep.fail(n, InvalidLabelName, "Invalid Label name: '%s' exceeds the %d-character limit allowed by the service", n.text, labelMax)
	case strings.ContainsFunc(n.text, notInLabel):
		c.rep.fail(n, InvalidLabelName, "Invalid Label name: '%s' contains invalid characters", n.text)
	}
}

func notInLabel(r rune) bool {
	return strings.ContainsRune("?*<>{}[]:;,\\|^~$#%&`\"", r) || unicode.IsSpace(r) || unicode.IsControl(r)
}
