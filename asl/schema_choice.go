package asl

import (
	"slices"
	"strings"
)

// comparison is a member of a rule that compares: an operator and the form of its operand.
type comparison struct {
	operator Operator
	path     bool // the …Path form: the operand is a path
}

// comparisonNames lists all comparisons in the order of the language's documentation; comparisons says what each
// one is.
var comparisonNames, comparisons = makeComparisons()

func makeComparisons() ([]string, map[string]comparison) {
	var names []string
	all := map[string]comparison{}
	add := func(name string, c comparison) {
		names = append(names, name)
		all[name] = c
	}
	kinds := []struct {
		name string
		kind OperandKind
	}{{"String", StringOperand}, {"Numeric", NumericOperand}, {"Boolean", BooleanOperand}, {"Timestamp", TimestampOperand}}
	relations := []struct {
		name     string
		relation Relation
	}{{"Equals", Equals}, {"LessThan", LessThan}, {"GreaterThan", GreaterThan}, {"LessThanEquals", LessThanEquals}, {"GreaterThanEquals", GreaterThanEquals}}
	for _, k := range kinds {
		for _, r := range relations {
			if k.kind == BooleanOperand && r.relation != Equals {
				continue
			}
			add(k.name+r.name, comparison{Operator{k.kind, r.relation}, false})
			add(k.name+r.name+"Path", comparison{Operator{k.kind, r.relation}, true})
		}
	}
	add("StringMatches", comparison{Operator{StringOperand, Matches}, false})
	for i, name := range []string{"IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"} {
		add(name, comparison{Operator{IsNull + OperandKind(i), Equals}, false})
	}
	return names, all
}

// operand returns the rule of a comparison's operand.
func (c comparison) operand() rule {
	switch {
	case c.path:
		return text
	case c.operator.Kind == StringOperand:
		return text
	case c.operator.Kind == NumericOperand:
		return func(c *checker, n *node) { c.kind(n, numberNode) }
	case c.operator.Kind == TimestampOperand:
		return timestampOperand
	default:
		return boolean
	}
}

// A rule of a Choice is one of five forms. Rules inside And, Or and Not decide nothing, so they have no Next.
var (
	ruleForms       = []string{"And", "Or", "Not", "Variable", "Condition"}
	ruleShape       shape
	nestedRuleShape shape
)

func init() {
	tests := []field{
		{"And", onlyJSONPath, fullList(of(&nestedRuleShape))},
		{"Or", onlyJSONPath, fullList(of(&nestedRuleShape))},
		{"Not", onlyJSONPath, of(&nestedRuleShape)},
		{"Variable", onlyJSONPath, text},
		{"Comment", both, text},
	}
	for _, name := range comparisonNames {
		tests = append(tests, field{name, onlyJSONPath, comparisons[name].operand()})
	}
	nestedRuleShape = shape{fields: tests, also: checkRule}
	ruleShape = shape{
		required: []string{"Next"},
		fields: slices.Concat(tests, toAssign, []field{
			{"Next", both, text},
			{"Condition", onlyJSONata, expressionOr(booleanNode)},
			{"Output", onlyJSONata, anything},
		}),
		also: checkRule,
	}
}

// checkRule reports a rule that has not exactly one form, or not the operators that go with it.
func checkRule(c *checker, n *node) {
	var forms int
	var operators []*node
	for _, m := range n.children {
		if slices.Contains(ruleForms, m.key) {
			forms++
		}
		if _, ok := comparisons[m.key]; ok {
			operators = append(operators, m)
		}
	}
	switch {
	case forms != 1:
		c.rep.schema(n, "The object must have only one of the following fields, [%s]", strings.Join(ruleForms, ", "))
	case !n.has("Variable") && c.lang == JSONPath: // in JSONata they have been reported as what they are
		for _, m := range operators {
			c.rep.member(m, "Field '%s' is not supported", m.key)
		}
	case !n.has("Variable"):
	case len(operators) == 0:
		c.rep.schema(n, "This object should have only one of the following fields: [%s]", strings.Join(comparisonNames, ", "))
	case len(operators) > 1:
		var names []string
		for _, m := range operators {
			names = append(names, m.key)
		}
		c.rep.schema(n, "There should only be one of the following fields: [%s]", strings.Join(names, ", "))
	}
}
